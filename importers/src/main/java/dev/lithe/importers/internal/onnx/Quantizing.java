package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// QuantizeLinear and DequantizeLinear. Activations become QUANTIZE and DEQUANTIZE, with the scales of the
/// file; quantized weights become the floats that they stand for, when they are written.
final class Quantizing {
    private static final long EAGER_BYTES = 1 << 20;

    private Quantizing() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("QuantizeLinear", Quantizing::quantize),
                entry("DequantizeLinear", Quantizing::dequantize),
                entry("com.microsoft::QuantizeLinear", Quantizing::quantize),
                entry("com.microsoft::DequantizeLinear", Quantizing::dequantize));
    }

    /// Scale and zero point of the whole tensor; null where there are several.
    private static @Nullable QuantizationParameters whole(Call call) {
        float[] scales = call.floats(1, "scale");
        int[] zeros = call.has(2) ? call.ints(2, "zero point") : new int[1];
        return scales.length == 1 && zeros.length == 1 ? QuantizationParameters.perTensor(scales[0], zeros[0]) : null;
    }

    private static List<Laid> quantize(Call call) {
        Emitter graph = call.graph();
        QuantizationParameters parameters = whole(call);
        TensorType type = call.has(2)
                ? call.type(2)
                : call.node().has("output_dtype") && call.node().integer("output_dtype", 0) != 0
                        ? Sources.type((int) call.node().integer("output_dtype", 0))
                        : TensorType.UINT8;
        if (parameters == null || (type != TensorType.INT8 && type != TensorType.UINT8)) {
            throw new NotLowerable("it quantizes to " + type + (parameters == null ? " by channel" : "")
                    + "; only INT8 and UINT8 with one scale are supported for what is no constant");
        }
        Laid x = call.input(0);
        if (x.type() != TensorType.FLOAT32) {
            throw new NotLowerable("it quantizes " + x.type() + ", only floats are supported");
        }
        Value tensor = x.tensor(graph);
        Value.Dynamic quantized = graph.builder()
                .emitAs(
                        BuiltinOperator.QUANTIZE,
                        null,
                        graph.name(),
                        List.of(new SubgraphBuilder.Result(type, Emitter.shapeOf(tensor), parameters)),
                        List.of(tensor))
                .getFirst();
        call.bodies().quantized().put(quantized.id(), parameters);
        return Call.one(Laid.of(quantized, x.order(), x.isImage()));
    }

    private static List<Laid> dequantize(Call call) {
        Laid x = call.input(0);
        Emitter graph = call.graph();
        QuantizationParameters parameters = whole(call);
        if (x.known() instanceof Value.Known known) {
            return Call.plain(floats(call, known));
        }
        if (parameters == null) {
            throw new NotLowerable("it has scales by channel, which is only supported for constants");
        }
        Value tensor = x.tensor(graph);
        if (tensor instanceof Value.Dynamic dynamic
                && call.bodies().quantized().get(dynamic.id()) instanceof QuantizationParameters own
                && own.sameMapping(parameters)) {
            Value wide = graph.emit(BuiltinOperator.DEQUANTIZE, null, TensorType.FLOAT32, tensor);
            return Call.one(Laid.of(wide, x.order(), x.isImage()));
        }
        return Elementwise.map(call, v -> {
            Value zero = graph.scalar(TensorType.FLOAT32, parameters.zeroPoint());
            Value shifted = graph.sub(graph.cast(v, TensorType.FLOAT32), zero);
            return graph.mul(shifted, graph.scalar(TensorType.FLOAT32, parameters.scale()));
        });
    }

    /// `(q - zero point) * scale`, with one scale or one for each index of the axis.
    private static Value.Known floats(Call call, Value.Known known) {
        float[] scales = call.floats(1, "scale");
        int[] zeros = call.has(2) ? call.ints(2, "zero point") : new int[scales.length];
        Shape shape = known.shape();
        int axis = scales.length == 1 ? 0 : Call.axis(call.node().integer("axis", 1), shape.rank());
        if (call.node().integer("block_size", 0) != 0 || call.rank(1) > 1) {
            throw new NotLowerable("its scales are by block, which is not supported");
        }
        if (zeros.length != scales.length || (scales.length > 1 && shape.dimension(axis) != scales.length)) {
            throw new NotLowerable("it has " + scales.length + " scales for the shape " + shape);
        }
        int inner = scales.length == 1 ? 1 : shape.flatSize(axis + 1, shape.rank());
        long size = 4 * shape.elementCount();
        Constant.Derived lazy = new Constant.Derived("dequantize", size, List.of(known.constant()), bytes -> {
            Tensor from = Tensor.fromLittleEndian(
                    known.type(),
                    shape,
                    QuantizationParameters.NONE,
                    bytes.getFirst().segment());
            float[] to = new float[from.elementCount()];
            for (int i = 0; i < to.length; i++) {
                int channel = i / inner % scales.length;
                to[i] = (float) (from.elementAsDouble(i) - zeros[channel]) * scales[channel];
            }
            return Bytes.of(Tensor.of(shape, to).toLittleEndian());
        });
        Constant constant = size <= EAGER_BYTES ? new Constant.Inline(lazy.bytes()) : lazy;
        return new Value.Known(call.graph().name(), TensorType.FLOAT32, shape, constant);
    }
}
