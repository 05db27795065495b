package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FloorModOptions;
import dev.lithe.schema.TensorType;

/// FLOOR_MOD: what FLOOR_DIV leaves; it has the divisor's sign. 8- and 16-bit integers are taken as stored, whatever
/// their quantization. An integer divisor of 0 makes the run fail, a float one gives NaN.
public record FloorMod() implements MathOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<FloorMod> DEFINITION = Definition.of(FloorMod.class, BuiltinOperator.FLOOR_MOD)
            .options(node -> new FloorMod(), op -> Options.of(FloorModOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 2, TensorType.INT8, 2))
            .runtime(1, "1.13.0")
            .runtime(2, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Binary.floats(FloorMod::apply);
            case INT8 -> checked(Binary.plainBytes(type, Math::floorMod));
            case INT16 -> checked(Binary.plainShorts(Math::floorMod));
            case INT32 -> checked(Binary.ints(Math::floorMod));
            case INT64 -> checked(longs());
            default -> throw KernelTypes.unsupported("FLOOR_MOD", type);
        };
    }

    private static float apply(float a, float b) {
        float rest = a % b;
        return rest != 0 && b < 0 != rest < 0 ? rest + b : rest;
    }

    private static Kernel checked(Kernel kernel) {
        return context -> {
            Divisors.check("FLOOR_MOD", context.input(1));
            kernel.run(context);
        };
    }

    private static Kernel longs() {
        return context -> {
            long[] a = context.input(0).longs();
            long[] b = context.input(1).longs();
            long[] y = context.output(0).longs();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = Math.floorMod(a[i], b[j]);
                }
            });
        };
    }
}
