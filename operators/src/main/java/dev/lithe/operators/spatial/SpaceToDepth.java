package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SpaceToDepthOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SPACE_TO_DEPTH: the pixels of each square of `blockSize` by `blockSize` become one, their channels side by side.
public record SpaceToDepth(int blockSize) implements SpatialOperator {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<SpaceToDepth> DEFINITION = Definition.of(
                    SpaceToDepth.class, BuiltinOperator.SPACE_TO_DEPTH)
            .options(
                    node -> new SpaceToDepth(node.options()
                            .as(SpaceToDepthOptions.class, SpaceToDepthOptions.DEFAULT)
                            .blockSize()),
                    op -> Options.of(new SpaceToDepthOptions(op.blockSize)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .reference((op, setup) -> context -> copy(context.input(0), context.output(0), op.blockSize, true));

    private Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        if (input.rank() != 4 || blockSize <= 0) {
            throw new ShapeException("blocks of " + blockSize + " in " + input);
        }
        int[] sizes = input.toArray();
        for (int d = 1; d <= 2; d++) {
            if (sizes[d] != Shape.UNKNOWN && sizes[d] % blockSize != 0) {
                throw new ShapeException("blocks of " + blockSize + " do not cover " + input);
            }
            sizes[d] = sizes[d] == Shape.UNKNOWN ? Shape.UNKNOWN : sizes[d] / blockSize;
        }
        int pixels = Math.multiplyExact(blockSize, blockSize);
        sizes[3] = sizes[3] == Shape.UNKNOWN ? Shape.UNKNOWN : Math.multiplyExact(sizes[3], pixels);
        return Shape.of(sizes);
    }

    /// Copies between an image (`[batch, height, width, channels]`) and its form with the blocks in the depth.
    ///
    /// @param deepen the direction
    static void copy(Tensor from, Tensor to, int blockSize, boolean deepen) {
        Shape image = (deepen ? from : to).shape();
        int channels = image.dimension(3);
        int line = image.dimension(2) * channels;
        int rows = image.dimension(1) / blockSize;
        int columns = image.dimension(2) / blockSize;
        // batch and row of blocks, row in the block, column of blocks, column in the block and channel
        int[] sizes = {image.dimension(0) * rows, blockSize, columns, blockSize * channels};
        int[] flat = {blockSize * line, line, blockSize * channels, 1};
        int depth = blockSize * blockSize * channels;
        int[] deep = {columns * depth, blockSize * channels, depth, 1};
        ElementCopy.block(sizes, from, 0, deepen ? flat : deep, to, 0, deepen ? deep : flat);
    }
}
