package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folds a multiplication by (or division by) a constant into the weights and the bias of the
/// affine operator before: `(W x + b) k = (W k) x + b k`.
public final class FoldMultiply extends PatternPass {
    private static final Set<BuiltinOperator> CODES = EnumSet.of(BuiltinOperator.MUL, BuiltinOperator.DIV);

    @Override
    public String name() {
        return "fold multiplications";
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
        TensorSpec weights = view.input(affine, 1);
        boolean dense = affine.code().builtin() == BuiltinOperator.FULLY_CONNECTED;
        // The name of an output is given from outside and says nothing of the node.
        String own = view.isOutput(result.id()) ? found.value().name() : result.name();
        String before = view.output(affine).name();
        String constants = dense
                ? own
                : Names.join(own, weights.name(), before, found.value().name());
        List<TensorId> inputs = new ArrayList<>(affine.inputs());
        inputs.set(1, patch.addTensor(view.index(), scaledWeights(found, weights, constants)));
        if (affine.hasInput(2)) {
            inputs.set(2, patch.addTensor(view.index(), scaledBias(found, view.input(affine, 2), constants)));
        }
        ActivationFunctionType activation = Objects.requireNonNull(Affine.activation(found.binary()));
        Node folded = Affine.withActivation(affine, activation)
                .withInputs(inputs)
                .withOutputs(found.binary().outputs());
        patch.remove(affine.id()).replace(found.binary().id(), folded);
        if (!view.isOutput(result.id())) {
            patch.setTensor(result.withName(dense ? Names.join(before, own) : constants));
        }
    }

    /// The weights of each output channel, times its factor.
    private static TensorSpec scaledWeights(BinaryConstant found, TensorSpec weights, String name) {
        boolean innermost = found.affine().code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D;
        return scaleWeights(found.binary(), weights, found.value(), innermost, name);
    }

    /// `weights` times (or divided by) one factor for each channel, which is their last dimension
    /// where `innermost` and their first otherwise.
    static TensorSpec scaleWeights(
            Node binary, TensorSpec weights, TensorSpec factors, boolean innermost, String name) {
        boolean divides = binary.code().builtin() == BuiltinOperator.DIV;
        Shape shape = weights.shape();
        int channels = shape.dimension(innermost ? -1 : 0);
        int run = innermost ? 1 : shape.flatSize(1, shape.rank());
        return FloatConstants.compute("scale weights", name, shape, List.of(weights, factors), values -> {
            float[] scaled = values.getFirst();
            for (int i = 0; i < scaled.length; i++) {
                float factor = FloatConstants.at(values.get(1), i / run % channels);
                scaled[i] = divides ? scaled[i] / factor : scaled[i] * factor;
            }
            return scaled;
        });
    }

    private static TensorSpec scaledBias(BinaryConstant found, TensorSpec bias, String name) {
        return scaleWeights(found.binary(), bias, found.value(), true, name);
    }
}
