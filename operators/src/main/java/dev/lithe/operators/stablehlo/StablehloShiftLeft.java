package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StablehloShiftLeftOptions;
import dev.lithe.schema.TensorType;

/// STABLEHLO_SHIFT_LEFT: bits moved up by as many places as the second tensor says, modulo 32.
public record StablehloShiftLeft() implements StablehloOperator {
    private static final TensorType[] TYPES = {TensorType.INT8, TensorType.INT16, TensorType.INT32};
    public static final Definition<StablehloShiftLeft> DEFINITION = Definition.of(
                    StablehloShiftLeft.class, BuiltinOperator.STABLEHLO_SHIFT_LEFT)
            .options(node -> new StablehloShiftLeft(), op -> Options.of(StablehloShiftLeftOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES), Operand.of("places", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> SameShape.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.17.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        return switch (Types.common(setup, 0, 1)) {
            case INT8 -> StablehloShiftLeft::bytes;
            case INT16 -> StablehloShiftLeft::shorts;
            case INT32 -> StablehloShiftLeft::ints;
            default ->
                throw KernelTypes.unsupported(
                        "STABLEHLO_SHIFT_LEFT", setup.input(0).type());
        };
    }

    private static void bytes(KernelContext context) {
        byte[] x = context.input(0).bytes();
        byte[] places = context.input(1).bytes();
        byte[] y = context.output(0).bytes();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            y[i] = (byte) (x[i] << places[i]);
        }
    }

    private static void shorts(KernelContext context) {
        short[] x = context.input(0).shorts();
        short[] places = context.input(1).shorts();
        short[] y = context.output(0).shorts();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            y[i] = (short) (x[i] << places[i]);
        }
    }

    private static void ints(KernelContext context) {
        int[] x = context.input(0).ints();
        int[] places = context.input(1).ints();
        int[] y = context.output(0).ints();
        for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
            y[i] = x[i] << places[i];
        }
    }
}
