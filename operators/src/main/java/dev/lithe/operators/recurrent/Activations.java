package dev.lithe.operators.recurrent;

import dev.lithe.schema.ActivationFunctionType;

/// Activations of recurrent kernels, which take more kinds than fused activations elsewhere and bound nothing where
/// there is none.
final class Activations {
    private Activations() {}

    static float logistic(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static float apply(ActivationFunctionType activation, float x) {
        return switch (activation) {
            case NONE -> x;
            case RELU -> Math.max(x, 0);
            case RELU_N1_TO_1 -> Math.max(-1, Math.min(x, 1));
            case RELU6 -> Math.max(0, Math.min(x, 6));
            case TANH -> (float) Math.tanh(x);
            case SIGN_BIT -> Float.floatToRawIntBits(x) < 0 ? 1 : 0;
        };
    }

    static void apply(ActivationFunctionType activation, float[] values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            values[i] = apply(activation, values[i]);
        }
    }
}
