package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folds an addition or subtraction of a constant into the bias of the affine operator before:
/// `(W x + b) ± c = W x + (b ± c)`.
public final class FoldAdd extends PatternPass {
    private static final Set<BuiltinOperator> CODES = EnumSet.of(BuiltinOperator.ADD, BuiltinOperator.SUB);

    @Override
    public String name() {
        return "fold biases";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        BinaryConstant found = BinaryConstant.match(node, view, CODES, Affine.CODES);
        return found == null ? null : patch -> fold(found, view, patch);
    }

    private static void fold(BinaryConstant found, GraphView view, GraphPatch patch) {
        Node affine = found.affine();
        TensorSpec result = view.output(found.binary());
        boolean dense = affine.code().builtin() == BuiltinOperator.FULLY_CONNECTED;
        // The name of an output is given from outside and says nothing of the node.
        String own = view.isOutput(result.id()) ? found.value().name() : result.name();
        String before = view.output(affine).name();
        String all = dense
                ? Names.join(before, own)
                : Names.join(own, before, found.value().name());
        TensorId bias = patch.addTensor(view.index(), bias(found, view, dense ? own : all));
        ActivationFunctionType activation = Objects.requireNonNull(Affine.activation(found.binary()));
        Node folded = Affine.withActivation(affine, activation)
                .withInputs(List.of(affine.input(0), affine.input(1), bias))
                .withOutputs(found.binary().outputs());
        patch.remove(affine.id()).replace(found.binary().id(), folded);
        if (!view.isOutput(result.id())) {
            patch.setTensor(result.withName(all));
        }
    }

    private static TensorSpec bias(BinaryConstant found, GraphView view, String name) {
        Shape shape = Shape.of(Affine.channels(found.affine(), view));
        boolean minus = found.binary().code().builtin() == BuiltinOperator.SUB;
        boolean fresh = !found.affine().hasInput(2);
        List<TensorSpec> sources =
                fresh ? List.of(found.value()) : List.of(found.value(), view.input(found.affine(), 2));
        return FloatConstants.compute("bias", name, shape, sources, values -> {
            float[] sum = new float[shape.flatSize()];
            for (int i = 0; i < sum.length; i++) {
                float added = FloatConstants.at(values.getFirst(), i);
                float signed = minus ? -added : added;
                sum[i] = fresh ? signed : values.get(1)[i] + signed;
            }
            return sum;
        });
    }
}
