package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.List;
import java.util.Locale;

/// An activation function of a recurrent operator.
///
/// @param alpha, beta its parameters; NaN for those that it has by itself
record StepFunction(String name, float alpha, float beta) {
    /// @param index which of the node's functions
    /// @param gate whether the function is a gate's where the node names none
    static StepFunction of(OnnxNode node, int index, boolean gate) {
        List<String> names = node.texts("activations");
        if (names.isEmpty()) {
            return new StepFunction(gate ? "sigmoid" : "tanh", Float.NaN, Float.NaN);
        }
        if (index >= names.size()) {
            throw new NotLowerable("it names " + names.size() + " activation functions, more are needed");
        }
        return new StepFunction(
                names.get(index).toLowerCase(Locale.ROOT),
                parameter(node, names, "activation_alpha", index),
                parameter(node, names, "activation_beta", index));
    }

    /// The lists of parameters hold those of the functions that take one, in order.
    private static float parameter(OnnxNode node, List<String> names, String attribute, int index) {
        float[] given = node.reals(attribute);
        int place = 0;
        for (int i = 0; i < index; i++) {
            place += takes(names.get(i).toLowerCase(Locale.ROOT), attribute) ? 1 : 0;
        }
        boolean takes = takes(names.get(index).toLowerCase(Locale.ROOT), attribute);
        return given == null || !takes || place >= given.length ? Float.NaN : given[place];
    }

    private static boolean takes(String name, String attribute) {
        return switch (name) {
            case "affine", "scaledtanh", "hardsigmoid" -> true;
            case "leakyrelu", "thresholdedrelu", "elu" -> attribute.equals("activation_alpha");
            default -> false;
        };
    }

    private float alphaOr(float missing) {
        return Float.isNaN(alpha) ? missing : alpha;
    }

    private float betaOr(float missing) {
        return Float.isNaN(beta) ? missing : beta;
    }

    Laid of(Formula f, Laid x) {
        return switch (name) {
            case "sigmoid" -> f.op("Sigmoid", x);
            case "tanh" -> f.op("Tanh", x);
            case "relu" -> f.op("Relu", x);
            case "softsign" -> f.op("Softsign", x);
            case "softplus" -> f.op("Softplus", x);
            case "leakyrelu" -> f.op("LeakyRelu", Formula.with().and("alpha", alphaOr(0.01f)), x);
            case "thresholdedrelu" -> f.op("ThresholdedRelu", Formula.with().and("alpha", alphaOr(1)), x);
            case "elu" -> f.op("Elu", Formula.with().and("alpha", alphaOr(1)), x);
            case "hardsigmoid" ->
                f.op("HardSigmoid", Formula.with().and("alpha", alphaOr(0.2f)).and("beta", betaOr(0.5f)), x);
            case "affine" -> f.add(f.mul(x, f.real(alphaOr(1))), f.real(betaOr(0)));
            case "scaledtanh" -> f.mul(f.op("Tanh", f.mul(x, f.real(betaOr(1)))), f.real(alphaOr(1)));
            default -> throw new NotLowerable("its activation function '" + name + "' is not known");
        };
    }
}
