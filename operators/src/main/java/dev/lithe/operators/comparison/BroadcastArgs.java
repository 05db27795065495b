package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;

/// BROADCAST_ARGS: the shape that two shapes broadcast to.
public record BroadcastArgs() implements ComparisonOperator {
    private static final TensorType[] TYPES = {TensorType.INT32, TensorType.INT64};
    public static final Definition<BroadcastArgs> DEFINITION = Definition.of(
                    BroadcastArgs.class, BuiltinOperator.BROADCAST_ARGS)
            .options(node -> new BroadcastArgs(), op -> Options.NONE)
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference((op, setup) -> BroadcastArgs::run);

    private static Shape infer(ShapeContext context) {
        Shape a = context.input(0);
        Shape b = context.input(1);
        if (a.rank() != 1 || b.rank() != 1) {
            throw new ShapeException("BROADCAST_ARGS takes two vectors, not " + a + " and " + b);
        }
        return Shape.of(a.isKnown() && b.isKnown() ? Math.max(a.dimension(0), b.dimension(0)) : Shape.UNKNOWN);
    }

    private static void run(KernelContext context) {
        Tensor a = context.input(0);
        Tensor b = context.input(1);
        Tensor y = context.output(0);
        int n = y.elementCount();
        for (int i = 1; i <= n; i++) {
            long sizeA = size(a, i);
            long sizeB = size(b, i);
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
                throw new ShapeException("two shapes do not broadcast: " + sizeA + " stands against " + sizeB);
            }
            long size = sizeA == 1 ? sizeB : sizeA;
            if (y.type() == TensorType.INT32) {
                y.ints()[n - i] = (int) size;
            } else {
                y.longs()[n - i] = size;
            }
        }
    }

    /// Size `fromEnd` (1 is the innermost), 1 where the shape has no such dimension.
    private static long size(Tensor shape, int fromEnd) {
        int index = shape.elementCount() - fromEnd;
        if (index < 0) {
            return 1;
        }
        return shape.type() == TensorType.INT32 ? shape.ints()[index] : shape.longs()[index];
    }
}
