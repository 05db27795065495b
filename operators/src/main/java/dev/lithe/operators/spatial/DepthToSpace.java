package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DepthToSpaceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// DEPTH_TO_SPACE: the channels of each pixel become a square of `blockSize` by `blockSize` pixels. The inverse of
/// SPACE_TO_DEPTH.
public record DepthToSpace(int blockSize) implements SpatialOperator {
    public static final Definition<DepthToSpace> DEFINITION = Definition.of(
                    DepthToSpace.class, BuiltinOperator.DEPTH_TO_SPACE)
            .options(
                    node -> new DepthToSpace(node.options()
                            .as(DepthToSpaceOptions.class, DepthToSpaceOptions.DEFAULT)
                            .blockSize()),
                    op -> Options.of(new DepthToSpaceOptions(op.blockSize)))
            .inputs(Operand.of("x", SpaceToDepth.TYPES))
            .outputs(Operand.of("y", SpaceToDepth.TYPES))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "2.1.0")
            .runtime(2, "2.5.0")
            .reference((op, setup) ->
                    context -> SpaceToDepth.copy(context.input(0), context.output(0), op.blockSize, false));

    private Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        if (input.rank() != 4 || blockSize <= 0) {
            throw new ShapeException("blocks of " + blockSize + " in " + input);
        }
        int[] sizes = input.toArray();
        int pixels = Math.multiplyExact(blockSize, blockSize);
        if (sizes[3] != Shape.UNKNOWN && sizes[3] % pixels != 0) {
            throw new ShapeException("the channels of " + input + " do not make blocks of " + blockSize);
        }
        for (int d = 1; d <= 2; d++) {
            sizes[d] = sizes[d] == Shape.UNKNOWN ? Shape.UNKNOWN : Math.multiplyExact(sizes[d], blockSize);
        }
        sizes[3] = sizes[3] == Shape.UNKNOWN ? Shape.UNKNOWN : sizes[3] / pixels;
        return Shape.of(sizes);
    }
}
