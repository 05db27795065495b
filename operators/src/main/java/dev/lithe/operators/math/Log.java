package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
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
import dev.lithe.schema.TensorType;

/// LOG: the natural logarithm. Quantized, numbers that have none (0 and below) give the lowest output.
public record Log() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};
    public static final Definition<Log> DEFINITION = Definition.of(Log.class, BuiltinOperator.LOG)
            .options(node -> new Log(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.INT16, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "2.15.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.log(x));
            case INT8 -> Unary.lookup(setup, logarithm(setup, Byte.MIN_VALUE));
            case INT16 -> Unary.interpolated(setup, logarithm(setup, Short.MIN_VALUE));
            default -> throw KernelTypes.unsupported("LOG", type);
        };
    }

    private static Unary.FloatFunction logarithm(KernelSetup setup, int min) {
        QuantizationParameters output = setup.output(0).quantization();
        float lowest = (min - output.zeroPoint()) * output.scale();
        return x -> x <= 0 ? lowest : (float) Math.log(x);
    }
}
