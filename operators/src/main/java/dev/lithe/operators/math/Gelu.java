package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GeluOptions;
import dev.lithe.schema.TensorType;

/// GELU: `x` times the normal distribution's share below `x`, or (`approximate`) its approximation by TANH.
///
/// The functions are rounded correctly to single precision here; those of older C libraries are not, and then one entry
/// in some 16-bit tables is a step apart (3 of 240 random tables, beside glibc 2.36).
public record Gelu(boolean approximate) implements MathOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.FLOAT16
    };
    private static final float ROOT_OF_TWO_OVER_PI = (float) Math.sqrt(2 / Math.PI);
    private static final float ROOT_OF_HALF = (float) Math.sqrt(0.5);
    public static final Definition<Gelu> DEFINITION = Definition.of(Gelu.class, BuiltinOperator.GELU)
            .options(
                    node -> new Gelu(node.options()
                            .as(GeluOptions.class, GeluOptions.DEFAULT)
                            .approximate()),
                    op -> Options.of(new GeluOptions(op.approximate)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.UINT8, 2))
            .runtime(1, "2.9.0")
            .runtime(2, "2.9.0")
            .tolerance(Tolerance.ROUNDING)
            .reference(Gelu::prepare);

    private static Kernel prepare(Gelu op, KernelSetup setup) {
        Unary.FloatFunction function = op.approximate ? Gelu::approximated : Gelu::exact;
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(function);
            case FLOAT16 -> Unary.halves(type, function);
            case INT8, UINT8 -> Unary.lookup(setup, function);
            case INT16 -> Unary.interpolated(setup, function);
            default -> throw KernelTypes.unsupported("GELU", type);
        };
    }

    private static float exact(float x) {
        return 0.5f * x * ErrorFunction.complementInSinglePrecision(x * -ROOT_OF_HALF);
    }

    private static float approximated(float x) {
        return 0.5f * x * (1 + (float) Math.tanh(ROOT_OF_TWO_OVER_PI * (x + 0.044715f * x * x * x)));
    }
}
