package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SHAPE: the dimensions of a tensor of any type, as `outType` (INT32 or INT64).
public record ShapeOf(TensorType outType) implements IndexingOperator {
    public static final Definition<ShapeOf> DEFINITION = Definition.of(ShapeOf.class, BuiltinOperator.SHAPE)
            .options(
                    node -> new ShapeOf(node.options()
                            .as(ShapeOptions.class, ShapeOptions.DEFAULT)
                            .outType()),
                    op -> Options.of(new ShapeOptions(op.outType)))
            .inputs(Operand.any("x"))
            .outputs(Operand.of("y", TensorType.INT32, TensorType.INT64))
            .shapes((op, c) -> List.of(Shape.of(c.input(0).rank())))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> 1)
            .runtime(1, "1.10.0")
            .reference((op, setup) -> ShapeOf::run);

    private static void run(KernelContext context) {
        Shape shape = context.input(0).shape();
        Tensor y = context.output(0);
        for (int d = 0; d < shape.rank(); d++) {
            if (y.type() == TensorType.INT64) {
                y.longs()[d] = shape.dimension(d);
            } else {
                y.ints()[d] = shape.dimension(d);
            }
        }
    }
}
