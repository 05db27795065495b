package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SelectOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SELECT: elements of `x` where the condition holds, of `y` elsewhere. Both have the same shape; the condition has it
/// too, or is a scalar, or a vector with one element for each of the outermost dimension.
public record Select() implements ComparisonOperator {
    public static final Definition<Select> DEFINITION = Definition.of(Select.class, BuiltinOperator.SELECT)
            .options(node -> new Select(), op -> Options.of(SelectOptions.DEFAULT))
            .inputs(
                    Operand.of("condition", TensorType.BOOL),
                    Operand.of("x", Selection.TYPES),
                    Operand.of("y", Selection.TYPES))
            .outputs(Operand.of("selected", Selection.TYPES))
            .shapes((op, c) -> List.of(shape(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.14.0")
            .runtime(3, "2.12.0")
            .runtime(4, "2.12.0")
            .reference((op, setup) -> Select::run);

    private static int version(NodeView node) {
        if (node.input(1).type() == TensorType.UINT32) {
            return 4;
        }
        return node.input(0).shape().rank() == 5 || node.input(1).shape().rank() == 5 ? 3 : 1;
    }

    private static Shape shape(ShapeContext context) {
        Shape condition = context.input(0);
        Shape common = SameShape.common(context.input(1), context.input(2));
        if (condition.rank() == 0 || isOfRows(condition, common)) {
            return common;
        }
        return SameShape.common(common, condition);
    }

    private static boolean isOfRows(Shape condition, Shape common) {
        if (condition.rank() != 1 || common.rank() < 2) {
            return false;
        }
        int size = condition.dimension(0);
        if (size != common.dimension(0) && size != Shape.UNKNOWN && common.dimension(0) != Shape.UNKNOWN) {
            throw new ShapeException("a condition of " + size + " elements for " + common);
        }
        return true;
    }

    private static void run(KernelContext context) {
        Shape condition = context.input(0).shape();
        int rank = context.output(0).shape().rank();
        int[] strides = new int[rank];
        if (condition.rank() == rank) {
            strides = ElementCopy.strides(condition);
        } else if (condition.rank() == 1) {
            strides[0] = 1;
        }
        Selection.run(context, strides);
    }
}
