package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.HalfFloats;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.ATan2Options;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ATAN2: the angle of the point (input 1, input 0), in radians. Both inputs have the same shape.
public record Atan2() implements MathOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.FLOAT64, TensorType.FLOAT16, TensorType.BFLOAT16
    };
    public static final Definition<Atan2> DEFINITION = Definition.of(Atan2.class, BuiltinOperator.ATAN2)
            .options(node -> new Atan2(), op -> Options.of(ATan2Options.DEFAULT))
            .inputs(Operand.of("y", TYPES), Operand.of("x", TYPES))
            .outputs(Operand.of("angle", TYPES))
            .shapes((op, c) -> SameShape.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.10.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Atan2::floats;
            case FLOAT64 -> Atan2::doubles;
            case FLOAT16, BFLOAT16 -> context -> halves(type, context);
            default -> throw KernelTypes.unsupported("ATAN2", type);
        };
    }

    private static void floats(KernelContext context) {
        float[] y = context.input(0).floats();
        float[] x = context.input(1).floats();
        float[] angle = context.output(0).floats();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            angle[i] = (float) Math.atan2(y[i], x[i]);
        }
    }

    private static void doubles(KernelContext context) {
        double[] y = context.input(0).doubles();
        double[] x = context.input(1).doubles();
        double[] angle = context.output(0).doubles();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            angle[i] = Math.atan2(y[i], x[i]);
        }
    }

    private static void halves(TensorType type, KernelContext context) {
        short[] y = context.input(0).shorts();
        short[] x = context.input(1).shorts();
        short[] angle = context.output(0).shorts();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            double exact = Math.atan2(HalfFloats.toFloat(type, y[i]), HalfFloats.toFloat(type, x[i]));
            angle[i] = HalfFloats.fromFloat(type, (float) exact);
        }
    }
}
