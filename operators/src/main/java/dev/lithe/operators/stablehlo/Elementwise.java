package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.function.Supplier;

/// What the operators share that combine two tensors of one shape element by element: stored numbers, without scales.
final class Elementwise {
    static final TensorType[] WHOLES = {
        TensorType.INT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.UINT8,
        TensorType.UINT16,
        TensorType.UINT32,
        TensorType.UINT64,
        TensorType.BOOL
    };
    static final TensorType[] NUMBERS = {
        TensorType.FLOAT16,
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.INT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.UINT8,
        TensorType.UINT16,
        TensorType.UINT32,
        TensorType.UINT64,
        TensorType.BOOL
    };

    private Elementwise() {}

    static <O extends StablehloOperator> Definition<O> define(
            Class<O> type, BuiltinOperator code, Supplier<O> make, String runtime, Combination combination) {
        TensorType[] types = combination == Combination.AND ? WHOLES : NUMBERS;
        return Definition.of(type, code)
                .options(node -> make.get(), op -> Options.NONE)
                .inputs(Operand.of("a", types), Operand.of("b", types))
                .outputs(Operand.of("y", types))
                .shapes((op, c) -> SameShape.infer(c))
                .quantization(QuantizationRule.unsupported())
                .versions((op, node) -> 1)
                .runtime(1, runtime)
                .reference((op, setup) -> kernel(combination.of(Types.common(setup, 0, 1), code.name())));
    }

    private static Kernel kernel(Combination.Step step) {
        return context -> {
            Tensor a = context.input(0);
            Tensor b = context.input(1);
            Tensor y = context.output(0);
            for (int i = 0, n = y.elementCount(); i < n; i++) {
                step.run(a, i, b, i, y, i);
            }
        };
    }
}
