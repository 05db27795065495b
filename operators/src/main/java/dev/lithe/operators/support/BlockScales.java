package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.KernelSetup;
import dev.lithe.schema.BlockwiseQuantizationTable;

/// The scales of weights `[rows, depth]` that are quantized blockwise: `depth / size` consecutive weights of a row
/// share one. Block quantization is symmetric.
///
/// @param values block by block: element `[block][row]`
/// @param size how many weights a block holds
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BlockScales(float[][] values, int size) {
    /// Whether an input is quantized blockwise.
    public static boolean has(KernelSetup setup, int index) {
        return setup.input(index).quantization().details() instanceof BlockwiseQuantizationTable;
    }

    /// The scales of an input for which [#has] holds.
    ///
    /// @throws IllegalArgumentException where they are missing, do not divide the weights or have zero points
    public static BlockScales of(KernelSetup setup, int index) {
        TensorSpec weights = setup.input(index);
        Tensor scales = setup.blockScales(index);
        Shape shape = weights.shape();
        // A file that leaves the field out refers to tensor 0, which is no zero point.
        if (weights.quantization().details() instanceof BlockwiseQuantizationTable table && table.zeroPoints() > 0) {
            throw new IllegalArgumentException("'" + weights.name() + "' has zero points per block, kernels take none");
        }
        if (scales == null) {
            throw new IllegalArgumentException("'" + weights.name() + "' is quantized blockwise without scales");
        }
        boolean fits = shape.rank() == 2
                && scales.shape().rank() == 2
                && scales.shape().dimension(0) == shape.dimension(0)
                && scales.shape().dimension(1) > 0
                && shape.dimension(1) % scales.shape().dimension(1) == 0;
        if (!fits) {
            throw new IllegalArgumentException("'" + weights.name() + "' of shape " + shape
                    + " cannot be cut into blocks with the scales " + scales.shape());
        }
        int blocks = scales.shape().dimension(1);
        float[][] values = new float[blocks][shape.dimension(0)];
        for (int row = 0; row < shape.dimension(0); row++) {
            for (int block = 0; block < blocks; block++) {
                values[block][row] = (float) scales.elementAsDouble(row * blocks + block);
            }
        }
        return new BlockScales(values, shape.dimension(1) / blocks);
    }
}
