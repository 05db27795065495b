package dev.lithe.operators.quantization;

import dev.lithe.graph.Location;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.IntegerInput;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.QuantizeOptions;
import dev.lithe.schema.TensorType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// QUANTIZE: real values to integers, or integers to other integers (another scale, zero point or width). What does not
/// fit ends at the type's bound.
public record Quantize() implements QuantizationOperator {
    private static final Map<TensorType, Set<TensorType>> TAKEN = taken();

    public static final Definition<Quantize> DEFINITION = Definition.of(Quantize.class, BuiltinOperator.QUANTIZE)
            .options(node -> new Quantize(), op -> Options.of(QuantizeOptions.DEFAULT))
            .inputs(Operand.of(
                    "x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32))
            .outputs(Operand.of(
                    "y",
                    TensorType.INT8,
                    TensorType.UINT8,
                    TensorType.INT16,
                    TensorType.INT32,
                    TensorType.INT4,
                    TensorType.UINT4))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> version(node))
            .runtime(1, "1.14.0")
            .runtime(2, "1.15.0")
            .runtime(3, "2.7.0")
            .runtime(4, "2.21.0")
            .runtime(5, "2.21.0")
            .runtime(6, "2.21.0")
            .reference(Quantize::prepare);

    private static Map<TensorType, Set<TensorType>> taken() {
        EnumSet<TensorType> small = EnumSet.of(TensorType.INT8, TensorType.UINT8, TensorType.INT16);
        Map<TensorType, Set<TensorType>> outputs = new EnumMap<>(TensorType.class);
        EnumSet<TensorType> fromReal = EnumSet.copyOf(small);
        fromReal.addAll(EnumSet.of(TensorType.INT4, TensorType.UINT4));
        outputs.put(TensorType.FLOAT32, fromReal);
        outputs.put(TensorType.INT8, small);
        outputs.put(TensorType.UINT8, small);
        outputs.put(TensorType.INT16, EnumSet.of(TensorType.INT8, TensorType.INT16, TensorType.INT32));
        outputs.put(TensorType.INT32, EnumSet.of(TensorType.INT8, TensorType.INT16));
        return outputs;
    }

    private static int version(NodeView node) {
        return switch (node.output(0).type()) {
            case UINT4 -> 5;
            case INT4 -> 4;
            case INT16 -> node.output(0).quantization().isPerChannel() ? 3 : 2;
            default -> node.output(0).quantization().isPerChannel() ? 3 : 1;
        };
    }

    private static Kernel prepare(Quantize op, KernelSetup setup) {
        TensorType from = setup.input(0).type();
        TensorType to = setup.output(0).type();
        if (!TAKEN.getOrDefault(from, Set.of()).contains(to)) {
            throw new UnsupportedException(
                    "LQ0325",
                    Location.operator(null, -1, -1, "QUANTIZE", setup.output(0).name()),
                    "there is no kernel from " + from + " to " + to + "; it takes " + TAKEN,
                    "quantize the model again, or leave the tensor in float.");
        }
        requireScales(setup.output(0).name(), setup.output(0).quantization());
        boolean packed = to == TensorType.INT4 || to == TensorType.UINT4;
        if (packed && setup.output(0).quantization().isPerChannel()) {
            throw new IllegalArgumentException(to + " takes one scale, not one per channel");
        }
        if (from == TensorType.FLOAT32) {
            return context -> QuantizationMath.quantizeInto(context.input(0), context.output(0));
        }
        requireScales(setup.input(0).name(), setup.input(0).quantization());
        double input = setup.input(0).quantization().scale();
        Multiplier multiplier =
                Multiplier.of(input / setup.output(0).quantization().scale());
        return context -> requantize(context.input(0), context.output(0), multiplier);
    }

    private static void requireScales(String name, QuantizationParameters parameters) {
        if (parameters.scales().size() == 0) {
            throw new IllegalArgumentException("'" + name + "' has no scale");
        }
    }

    private static void requantize(Tensor input, Tensor output, Multiplier multiplier) {
        int[] values = IntegerInput.of(input).values();
        int zeroPoint = output.quantization().zeroPoint();
        int min = min(output.type());
        int max = max(output.type());
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(min, Math.min(max, multiplier.apply(values[i]) + zeroPoint));
        }
        switch (output.array()) {
            case byte[] bytes -> {
                for (int i = 0; i < values.length; i++) {
                    bytes[i] = (byte) values[i];
                }
            }
            case short[] shorts -> {
                for (int i = 0; i < values.length; i++) {
                    shorts[i] = (short) values[i];
                }
            }
            default -> System.arraycopy(values, 0, output.ints(), 0, values.length);
        }
    }

    private static int min(TensorType type) {
        return type == TensorType.INT32 ? Integer.MIN_VALUE : FusedActivation.minOf(type);
    }

    private static int max(TensorType type) {
        return type == TensorType.INT32 ? Integer.MAX_VALUE : FusedActivation.maxOf(type);
    }
}
