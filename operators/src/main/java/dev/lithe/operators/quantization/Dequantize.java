package dev.lithe.operators.quantization;

import dev.lithe.graph.Location;
import dev.lithe.graph.Options;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.BlockScales;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DequantizeOptions;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// DEQUANTIZE: integers (per tensor or per channel) or half-precision numbers to FLOAT32.
public record Dequantize() implements QuantizationOperator {
    private static final Set<TensorType> PER_CHANNEL =
            EnumSet.of(TensorType.INT8, TensorType.UINT8, TensorType.INT4, TensorType.INT2, TensorType.UINT4);

    public static final Definition<Dequantize> DEFINITION = Definition.of(Dequantize.class, BuiltinOperator.DEQUANTIZE)
            .options(node -> new Dequantize(), op -> Options.of(DequantizeOptions.DEFAULT))
            .inputs(Operand.of(
                    "x",
                    TensorType.INT8,
                    TensorType.UINT8,
                    TensorType.INT16,
                    TensorType.FLOAT16,
                    TensorType.INT4,
                    TensorType.INT2,
                    TensorType.UINT4))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> version(node))
            .runtime(1, "1.13.1")
            .runtime(2, "1.14.0")
            .runtime(3, "1.15.0")
            .runtime(4, "2.2.0")
            .runtime(5, "2.7.0")
            .runtime(6, "2.18.0")
            .runtime(7, "2.21.0")
            .runtime(8, "2.21.0")
            .reference(Dequantize::prepare);

    private static int version(NodeView node) {
        return switch (node.input(0).type()) {
            case UINT4 -> 8;
            case INT2 -> 7;
            case INT4 -> 6;
            case INT16, FLOAT16 -> 3;
            case INT8 -> node.input(0).quantization().isPerChannel() ? 5 : 2;
            default -> 1;
        };
    }

    private static Kernel prepare(Dequantize op, KernelSetup setup) {
        TensorSpec input = setup.input(0);
        boolean perChannel = input.quantization().isPerChannel();
        boolean taken = PER_CHANNEL.contains(input.type())
                || !perChannel && (input.type() == TensorType.INT16 || input.type() == TensorType.FLOAT16);
        if (!taken || setup.output(0).type() != TensorType.FLOAT32) {
            throw new UnsupportedException(
                    "LQ0325",
                    Location.operator(
                            null, -1, -1, "DEQUANTIZE", setup.output(0).name()),
                    "there is no kernel from " + (perChannel ? "per-channel " : "") + input.type() + " to "
                            + setup.output(0).type() + "; it takes INT16 and FLOAT16 per tensor and " + PER_CHANNEL
                            + " per tensor or per channel, to FLOAT32",
                    "quantize the model again, or leave the tensor in float.");
        }
        if (BlockScales.has(setup, 0)) {
            return blockwise(setup);
        }
        if (input.type() != TensorType.FLOAT16 && input.quantization().scales().size() == 0) {
            throw new IllegalArgumentException("'" + input.name() + "' has no scale");
        }
        return context -> QuantizationMath.dequantizeInto(context.input(0), context.output(0));
    }

    /// LiteRT has no kernel for it (its own takes all scales for 0).
    private static Kernel blockwise(KernelSetup setup) {
        if (setup.input(0).type() == TensorType.UINT8 || setup.input(0).type() == TensorType.UINT4) {
            throw new IllegalArgumentException("blockwise numbers are INT2, INT4 or INT8, not "
                    + setup.input(0).type());
        }
        BlockScales scales = BlockScales.of(setup, 0);
        return context -> {
            byte[] x = context.input(0).bytes();
            float[] y = context.output(0).floats();
            int depth = context.input(0).shape().dimension(1);
            for (int i = 0; i < context.input(0).elementCount(); i++) {
                y[i] = x[i] * scales.values()[i % depth / scales.size()][i / depth];
            }
        };
    }
}
