package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// RELU: `max(x, 0)`.
public record Relu() implements ActivationOperator {
    public static final Definition<Relu> DEFINITION = Definition.of(Relu.class, BuiltinOperator.RELU)
            .options(node -> new Relu(), op -> Options.NONE)
            .inputs(Operand.of("x", Rectifier.TYPES))
            .outputs(Operand.of("y", Rectifier.TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> node.input(0).type() == TensorType.UINT8
                    ? 2
                    : TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "2.1.0")
            .runtime(3, "2.5.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        return switch (setup.input(0).type()) {
            case FLOAT32 -> Rectifier.floats(0, Float.POSITIVE_INFINITY);
            case INT8, UINT8, INT16 -> Rectifier.quantized(setup, 0, Float.POSITIVE_INFINITY);
            default -> throw KernelTypes.unsupported("RELU", setup.input(0).type());
        };
    }
}
