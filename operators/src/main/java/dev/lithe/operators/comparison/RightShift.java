package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RightShiftOptions;
import dev.lithe.schema.TensorType;

/// RIGHT_SHIFT: integers shifted to the right; negative ones keep their sign. Distances are clamped to what the type's
/// width allows, negative ones to 0.
public record RightShift() implements ComparisonOperator {
    private static final TensorType[] TYPES = {
        TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.UINT16, TensorType.INT32, TensorType.UINT32
    };
    public static final Definition<RightShift> DEFINITION = Definition.of(RightShift.class, BuiltinOperator.RIGHT_SHIFT)
            .options(node -> new RightShift(), op -> Options.of(RightShiftOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case INT8, UINT8 -> Binary.plainBytes(type, (a, b) -> a >> Rounding.clamp(b, 0, 7));
            case INT16 -> Binary.plainShorts((a, b) -> a >> Rounding.clamp(b, 0, 15));
            case UINT16 -> Binary.plainShorts((a, b) -> (a & 0xFFFF) >> Math.min(b & 0xFFFF, 15));
            case INT32 -> Binary.ints((a, b) -> a >> Rounding.clamp(b, 0, 31));
            case UINT32 -> Binary.ints((a, b) -> a >>> (b < 0 ? 31 : Math.min(b, 31)));
            default -> throw KernelTypes.unsupported("RIGHT_SHIFT", type);
        };
    }
}
