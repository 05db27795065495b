package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.SubOptions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Operators with weights in input 1 and a bias in input 2, and what is asked of fused activations.
final class Affine {
    static final Set<BuiltinOperator> CODES =
            EnumSet.of(BuiltinOperator.CONV_2D, BuiltinOperator.DEPTHWISE_CONV_2D, BuiltinOperator.FULLY_CONNECTED);

    private Affine() {}

    /// Whether what follows `node` can be folded into it: float, constant weights, a constant bias
    /// or none, and no activation in between.
    static boolean takesMore(Node node, GraphView view) {
        boolean bias = !node.hasInput(2) || view.isFloatConstant(node, 2);
        return CODES.contains(node.code().builtin())
                && activation(node) == ActivationFunctionType.NONE
                && view.isFloatConstant(node, 1)
                && bias
                && GraphView.isFloat(view.output(node))
                && hasPlainWeights(node);
    }

    static boolean hasPlainWeights(Node node) {
        return node.code().builtin() != BuiltinOperator.FULLY_CONNECTED
                || node.options()
                                .as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                                .weightsFormat()
                        == FullyConnectedOptionsWeightsFormat.DEFAULT;
    }

    /// How many channels come out, by the weights.
    static int channels(Node node, GraphView view) {
        TensorSpec weights = view.input(node, 1);
        return weights.shape().dimension(node.code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D ? -1 : 0);
    }

    /// The activation that is fused into `node`; null where the operator has none.
    static @Nullable ActivationFunctionType activation(Node node) {
        return switch (node.code().builtin()) {
            case CONV_2D ->
                node.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT).fusedActivationFunction();
            case DEPTHWISE_CONV_2D ->
                node.options()
                        .as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT)
                        .fusedActivationFunction();
            case FULLY_CONNECTED ->
                node.options()
                        .as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                        .fusedActivationFunction();
            case AVERAGE_POOL_2D, MAX_POOL_2D ->
                node.options().as(Pool2DOptions.class, Pool2DOptions.DEFAULT).fusedActivationFunction();
            case ADD -> node.options().as(AddOptions.class, AddOptions.DEFAULT).fusedActivationFunction();
            case SUB -> node.options().as(SubOptions.class, SubOptions.DEFAULT).fusedActivationFunction();
            case MUL -> node.options().as(MulOptions.class, MulOptions.DEFAULT).fusedActivationFunction();
            case DIV -> node.options().as(DivOptions.class, DivOptions.DEFAULT).fusedActivationFunction();
            default -> null;
        };
    }

    /// `node` with another fused activation, which its operator has to have.
    static Node withActivation(Node node, ActivationFunctionType activation) {
        OperatorOptions options = switch (node.code().builtin()) {
            case CONV_2D -> Activations.of(node.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT), activation);
            case DEPTHWISE_CONV_2D ->
                Activations.of(
                        node.options().as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT), activation);
            case FULLY_CONNECTED ->
                Activations.of(
                        node.options().as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT), activation);
            case AVERAGE_POOL_2D, MAX_POOL_2D ->
                Activations.of(node.options().as(Pool2DOptions.class, Pool2DOptions.DEFAULT), activation);
            case ADD ->
                new AddOptions(
                        activation,
                        node.options().as(AddOptions.class, AddOptions.DEFAULT).potScaleInt16());
            case SUB ->
                new SubOptions(
                        activation,
                        node.options().as(SubOptions.class, SubOptions.DEFAULT).potScaleInt16());
            case MUL -> new MulOptions(activation);
            case DIV -> new DivOptions(activation);
            default -> throw new IllegalArgumentException(node.code() + " has no fused activation");
        };
        return node.withOptions(Options.of(options));
    }
}
