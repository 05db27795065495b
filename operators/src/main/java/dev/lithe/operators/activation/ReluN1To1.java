package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;

/// RELU_N1_TO_1: `x` clamped to [-1, 1]. LiteRT has no kernel for 16-bit activations.
public record ReluN1To1() implements ActivationOperator {
    public static final Definition<ReluN1To1> DEFINITION = Definition.of(ReluN1To1.class, BuiltinOperator.RELU_N1_TO_1)
            .options(node -> new ReluN1To1(), op -> Options.NONE)
            .inputs(Operand.of("x", Rectifier.TYPES_WITHOUT_INT16))
            .outputs(Operand.of("y", Rectifier.TYPES_WITHOUT_INT16))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        return switch (setup.input(0).type()) {
            case FLOAT32 -> Rectifier.floats(-1, 1);
            case INT8, UINT8 -> Rectifier.quantized(setup, -1, 1);
            default ->
                throw KernelTypes.unsupported("RELU_N1_TO_1", setup.input(0).type());
        };
    }
}
