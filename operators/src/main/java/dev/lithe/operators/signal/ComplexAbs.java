package dev.lithe.operators.signal;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;

/// COMPLEX_ABS: the absolute values of complex numbers.
public record ComplexAbs() implements SignalOperator {
    public static final Definition<ComplexAbs> DEFINITION = Definition.of(ComplexAbs.class, BuiltinOperator.COMPLEX_ABS)
            .options(node -> new ComplexAbs(), op -> Options.NONE)
            .inputs(Operand.of("x", TensorType.COMPLEX64, TensorType.COMPLEX128))
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.FLOAT64))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> ComplexAbs::run);

    private static void run(KernelContext context) {
        int count = context.input(0).elementCount();
        if (context.input(0).type() == TensorType.COMPLEX64) {
            float[] x = context.input(0).floats();
            float[] y = context.output(0).floats();
            for (int i = 0; i < count; i++) {
                y[i] = (float) Math.hypot(x[2 * i], x[2 * i + 1]);
            }
        } else {
            double[] x = context.input(0).doubles();
            double[] y = context.output(0).doubles();
            for (int i = 0; i < count; i++) {
                y[i] = Math.hypot(x[2 * i], x[2 * i + 1]);
            }
        }
    }
}
