package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.ZerosLikeOptions;
import java.util.Arrays;

/// ZEROS_LIKE: zeros in the shape and type of `x`.
public record ZerosLike() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32, TensorType.INT64};
    public static final Definition<ZerosLike> DEFINITION = Definition.of(ZerosLike.class, BuiltinOperator.ZEROS_LIKE)
            .options(node -> new ZerosLike(), op -> Options.of(ZerosLikeOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.12.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> 0);
            case INT32 -> Unary.ints(x -> 0);
            case INT64 ->
                context -> {
                    Tensor y = context.output(0);
                    Arrays.fill(y.longs(), 0, y.elementCount(), 0);
                };
            default -> throw KernelTypes.unsupported("ZEROS_LIKE", type);
        };
    }
}
