package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ABS. The smallest unquantized integer has no counterpart and stays as it is.
public record Abs() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16, TensorType.INT32};
    public static final Definition<Abs> DEFINITION = Definition.of(Abs.class, BuiltinOperator.ABS)
            .options(node -> new Abs(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> version(node))
            .runtime(1, "1.13.0")
            .runtime(2, "2.4.0")
            .runtime(3, "2.5.0")
            .runtime(4, "2.6.0")
            .runtime(5, "2.12.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(Math::abs);
            case INT32 -> Unary.ints(Math::abs);
            case INT8 -> quantized(setup);
            case INT16 -> setup.input(0).quantization().isPresent() ? quantized(setup) : Unary.stored(type, Math::abs);
            default -> throw KernelTypes.unsupported("ABS", type);
        };
    }

    /// Version 4 is meant for 16-bit integers without quantization, but TensorFlow's converter marks those as
    /// 3 too, and LiteRT's reference resolver knows no other.
    private static int version(NodeView node) {
        return TypeVersion.of(node.input(0).type(), TensorType.INT32, 5, TensorType.INT16, 3, TensorType.INT8, 2);
    }

    private static Kernel quantized(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        boolean rescales = input.scale() != output.scale();
        Multiplier multiplier = Multiplier.of(input.scale() / output.scale());
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        return Unary.stored(type, stored -> {
            int magnitude = Math.abs(stored - inputZero);
            return Rounding.clamp((rescales ? multiplier.apply(magnitude) : magnitude) + outputZero, min, max);
        });
    }
}
