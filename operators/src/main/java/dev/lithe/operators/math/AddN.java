package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.AddNOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// ADD_N: the sum of any number of tensors of one shape, added in order. Integers wrap.
public record AddN() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32};
    public static final Definition<AddN> DEFINITION = Definition.of(AddN.class, BuiltinOperator.ADD_N)
            .options(node -> new AddN(), op -> Options.of(AddNOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES).asVariadic())
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> SameShape.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        int inputs = setup.inputCount();
        return switch (type) {
            case FLOAT32 -> context -> floats(context, inputs);
            case INT32 -> context -> ints(context, inputs);
            default -> throw KernelTypes.unsupported("ADD_N", type);
        };
    }

    private static void floats(KernelContext context, int inputs) {
        Tensor output = context.output(0);
        float[] y = output.floats();
        float[][] x = new float[inputs][];
        Arrays.setAll(x, k -> context.input(k).floats());
        for (int i = 0, n = output.elementCount(); i < n; i++) {
            float sum = 0;
            for (float[] addend : x) {
                sum += addend[i];
            }
            y[i] = sum;
        }
    }

    private static void ints(KernelContext context, int inputs) {
        Tensor output = context.output(0);
        int[] y = output.ints();
        int[][] x = new int[inputs][];
        Arrays.setAll(x, k -> context.input(k).ints());
        for (int i = 0, n = output.elementCount(); i < n; i++) {
            int sum = 0;
            for (int[] addend : x) {
                sum += addend[i];
            }
            y[i] = sum;
        }
    }
}
