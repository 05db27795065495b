package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FloorDivOptions;
import dev.lithe.schema.TensorType;
import java.util.function.IntBinaryOperator;

/// FLOOR_DIV: the quotient, rounded down. 8- and 16-bit integers are divided as stored, whatever their quantization. A
/// divisor of 0 makes the run fail, in float too.
public record FloorDiv() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16, TensorType.INT32};
    public static final Definition<FloorDiv> DEFINITION = Definition.of(FloorDiv.class, BuiltinOperator.FLOOR_DIV)
            .options(node -> new FloorDiv(), op -> Options.of(FloorDivOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> TypeVersion.of(
                    node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 3, TensorType.FLOAT32, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        IntBinaryOperator divide = (a, b) -> Rounding.truncated(Math.floor((double) a / b));
        Kernel kernel = switch (type) {
            case FLOAT32 -> Binary.floats((a, b) -> (float) Math.floor((double) a / b));
            case INT32 -> Binary.ints(divide);
            case INT16 -> Binary.plainShorts(divide);
            case INT8 -> Binary.plainBytes(type, divide);
            default -> throw KernelTypes.unsupported("FLOOR_DIV", type);
        };
        return context -> {
            Divisors.check("FLOOR_DIV", context.input(1));
            kernel.run(context);
        };
    }
}
