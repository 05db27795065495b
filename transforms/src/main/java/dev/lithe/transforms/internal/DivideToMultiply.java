package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes a division by a constant as a multiplication by its reciprocal, which is quicker and has
/// an integer kernel.
public final class DivideToMultiply extends PatternPass {
    @Override
    public String name() {
        return "write division by a constant as multiplication";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.DIV
                || !view.isFloatConstant(node, 1)
                || view.input(node, 0).isConstant()) {
            return null;
        }
        TensorSpec divisor = view.input(node, 1);
        for (float value : FloatConstants.values(divisor)) {
            // Reciprocals below the normal numbers have few digits left.
            boolean exact = Math.abs(1 / value) >= Float.MIN_NORMAL && !Float.isInfinite(1 / value);
            if (!exact) {
                return null;
            }
        }
        ActivationFunctionType activation = Objects.requireNonNull(Affine.activation(node));
        return patch -> {
            TensorId reciprocal = patch.addTensor(view.index(), reciprocal(divisor));
            patch.replace(
                    node.id(),
                    node.withCode(OperatorCode.of(BuiltinOperator.MUL))
                            .withOptions(Options.of(new MulOptions(activation)))
                            .withInputs(List.of(node.input(0), reciprocal)));
        };
    }

    private static TensorSpec reciprocal(TensorSpec divisor) {
        return FloatConstants.compute("reciprocal", divisor.name(), divisor.shape(), List.of(divisor), values -> {
            float[] inverse = values.getFirst();
            for (int i = 0; i < inverse.length; i++) {
                inverse[i] = 1 / inverse[i];
            }
            return inverse;
        });
    }
}
