package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A constant operand whose elements are all the same number needs one element only, where the other operand alone has
/// the result's shape. Up to rank 4, beyond which kernels differ in how they broadcast.
public final class ShrinkUniformOperands extends PatternPass {
    private static final int LARGEST_RANK = 4;
    private static final Set<BuiltinOperator> CODES = EnumSet.of(
            BuiltinOperator.ADD,
            BuiltinOperator.SUB,
            BuiltinOperator.MUL,
            BuiltinOperator.DIV,
            BuiltinOperator.MAXIMUM,
            BuiltinOperator.MINIMUM,
            BuiltinOperator.SQUARED_DIFFERENCE,
            BuiltinOperator.POW);

    @Override
    public String name() {
        return "shrink constants of one number";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (!CODES.contains(node.code().builtin())
                || view.output(node).declaredShape().rank() > LARGEST_RANK) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        for (int i = 0; i < 2; i++) {
            TensorSpec value = view.input(node, i);
            TensorSpec other = view.input(node, 1 - i);
            boolean large = GraphView.isFloatConstant(value) && value.shape().elementCount() > 1;
            if (large
                    && !other.isConstant()
                    && algebra.sameShape(other.id(), node.output(0))
                    && !Float.isNaN(algebra.number(value.id()))) {
                return shrink(node, i, value, algebra.number(value.id()), view);
            }
        }
        return null;
    }

    private static Change shrink(Node node, int operand, TensorSpec value, float number, GraphView view) {
        return patch -> {
            TensorSpec small = FloatConstants.compute(
                    "one element", value.name(), Shape.SCALAR, List.of(), values -> new float[] {number});
            List<TensorId> inputs = new ArrayList<>(node.inputs());
            inputs.set(operand, patch.addTensor(view.index(), small));
            patch.replace(node.id(), node.withInputs(inputs));
        };
    }
}
