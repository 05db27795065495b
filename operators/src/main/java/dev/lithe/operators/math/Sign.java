package dev.lithe.operators.math;

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

/// SIGN: 1, 0 or -1.
public record Sign() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.FLOAT64, TensorType.INT32};
    public static final Definition<Sign> DEFINITION = Definition.of(Sign.class, BuiltinOperator.SIGN)
            .options(node -> new Sign(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT32, 2))
            .runtime(1, "2.11.0")
            .runtime(2, "2.12.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> x > 0 ? 1 : x < 0 ? -1 : 0);
            case FLOAT64 -> doubles();
            case INT32 -> Unary.ints(Integer::signum);
            default -> throw KernelTypes.unsupported("SIGN", type);
        };
    }

    private static Kernel doubles() {
        return context -> {
            double[] x = context.input(0).doubles();
            double[] y = context.output(0).doubles();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0;
            }
        };
    }
}
