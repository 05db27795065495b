package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.TensorType;

/// LEAKY_RELU: `x` where it is positive, else `alpha * x`; `alpha` may have any sign.
public record LeakyRelu(float alpha) implements ActivationOperator {
    public static final Definition<LeakyRelu> DEFINITION = Definition.of(LeakyRelu.class, BuiltinOperator.LEAKY_RELU)
            .options(
                    node -> new LeakyRelu(node.options()
                            .as(LeakyReluOptions.class, LeakyReluOptions.DEFAULT)
                            .alpha()),
                    op -> Options.of(new LeakyReluOptions(op.alpha)))
            .inputs(Operand.of("x", Rectifier.TYPES))
            .outputs(Operand.of("y", Rectifier.TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 2))
            .runtime(1, "1.13.1")
            .runtime(2, "2.3.0")
            .reference(LeakyRelu::prepare);

    private static Kernel prepare(LeakyRelu op, KernelSetup setup) {
        float alpha = op.alpha;
        return switch (setup.input(0).type()) {
            case FLOAT32 -> Unary.floats(x -> x > 0 ? x : x * alpha);
            case INT8, UINT8, INT16 -> quantized(setup, alpha);
            default ->
                throw KernelTypes.unsupported("LEAKY_RELU", setup.input(0).type());
        };
    }

    private static Kernel quantized(KernelSetup setup, float alpha) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        Multiplier positive = Multiplier.of(input.scale() / output.scale());
        Multiplier negative = Multiplier.of(Math.abs(input.scale() * alpha / output.scale()));
        int sign = alpha < 0 ? -1 : 1;
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        return Unary.stored(type, stored -> {
            int x = stored - inputZero;
            int y = x >= 0 ? positive.apply(x) : sign * negative.apply(x);
            return Rounding.clamp(y + outputZero, min, max);
        });
    }
}
