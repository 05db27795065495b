package dev.lithe.operators.dense;

import dev.lithe.graph.Location;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.TensorType;

/// FULLY_CONNECTED with weights that old tools have shuffled: blocks of 4 units by 16 elements, block by block along
/// the depth, every byte with its top bit flipped, so that it is the value less the zero point of 128.
final class ShuffledFullyConnected {
    private static final int UNITS = 4;
    private static final int DEPTH = 16;
    private static final int ZERO_POINT = 128;

    private ShuffledFullyConnected() {}

    static Kernel prepare(FullyConnected op, KernelSetup setup) {
        boolean types = setup.input(0).type() == TensorType.UINT8
                && setup.input(1).type() == TensorType.UINT8
                && setup.hasInput(2)
                && setup.input(2).type() == TensorType.INT32
                && setup.output(0).type() == TensorType.INT16
                && setup.outputCount() == 2;
        if (!types) {
            throw new UnsupportedException(
                    "LQ0325",
                    Location.operator(
                            null, -1, -1, "FULLY_CONNECTED", setup.output(0).name()),
                    "weights in the form SHUFFLED4x16INT8 take UINT8 input and weights and an INT32 bias, to INT16 and a second"
                            + " output",
                    "convert the model again: this form is written by old tools only.");
        }
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters weights = setup.input(1).quantization();
        if (input.zeroPoint() != ZERO_POINT || weights.zeroPoint() != ZERO_POINT) {
            throw new IllegalArgumentException("shuffled weights and their input have the zero point 128, not "
                    + weights.zeroPoint() + " and " + input.zeroPoint());
        }
        double product = input.scale() * weights.scale(); // in single precision, as LiteRT has it
        Multiplier multiplier =
                Multiplier.of(product / setup.output(0).quantization().scale());
        IntBounds bounds = FusedActivation.quantizedBounds(
                op.activation(), TensorType.INT16, setup.output(0).quantization());
        return context -> run(context, multiplier, bounds);
    }

    private static void run(KernelContext context, Multiplier multiplier, IntBounds bounds) {
        Tensor output = context.output(0);
        Shape shape = context.input(1).shape();
        int units = shape.dimension(0);
        int depth = shape.dimension(1);
        int rows = units == 0 ? 0 : output.elementCount() / units;
        if (units % UNITS != 0 || depth % DEPTH != 0 || rows != 1 && rows != UNITS) {
            throw new IllegalArgumentException("shuffled weights " + shape + " for " + rows
                    + " rows: they take 1 or 4 rows, units by 4, depth by 16");
        }
        byte[] x = context.input(0).bytes();
        byte[] weights = context.input(1).bytes();
        int[] bias = context.input(2).ints();
        for (int row = 0; row < rows; row++) {
            for (int unit = 0; unit < units; unit++) {
                int sum = bias[unit];
                for (int d = 0; d < depth; d++) {
                    int block = unit / UNITS * (depth / DEPTH) + d / DEPTH;
                    int weight = weights[(block * UNITS + unit % UNITS) * DEPTH + d % DEPTH];
                    sum += weight * (byte) (x[row * depth + d] ^ 0x80);
                }
                int y = Rounding.clamp(multiplier.apply(sum), bounds.min(), bounds.max());
                output.shorts()[row * units + unit] = (short) y;
            }
        }
        keep(x, context.output(1).bytes(), rows, depth);
    }

    /// What LiteRT leaves in the second output: the input with its top bits flipped, 16 elements of each row in turn.
    private static void keep(byte[] x, byte[] kept, int rows, int depth) {
        int at = 0;
        for (int from = 0; from < depth; from += DEPTH) {
            for (int row = 0; row < rows; row++) {
                for (int d = from; d < from + DEPTH; d++) {
                    kept[at++] = (byte) (x[row * depth + d] ^ 0x80);
                }
            }
        }
    }
}
