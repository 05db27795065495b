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
        TensorType type = call.has(2)
                ? call.type(2)
                : call.node().integer("output_dtype", 0) != 0
                        ? Sources.type((int) call.node().integer("output_dtype", 0))
                        : TensorType.UINT8;
        Laid x = call.input(0);
        if (x.type() != TensorType.FLOAT32) {
            throw new NotLowerable("it quantizes " + x.type() + ", only floats are supported");
        }
        boolean packed = call.has(2) && call.bodies().model().isPacked(call.input(2));
        QuantizationParameters parameters = isOne(call, 1) && (!call.has(2) || isOne(call, 2)) ? whole(call) : null;
        boolean plain = !packed && !x.isKnown() && (type == TensorType.INT8 || type == TensorType.UINT8);
        return plain && parameters != null ? operator(call, type, parameters) : arithmetic(call, type, packed);
    }

    private static boolean isOne(Call call, int input) {
        Laid value = call.input(input);
        return value.numbers() != null && value.shape().elementCount() == 1;
    }

    private static List<Laid> operator(Call call, TensorType type, QuantizationParameters parameters) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
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

    /// `clamp(round(x / scale) + zero point)`, for scales by channel or found at run time, and for types that no
    /// operator quantizes to.
    ///
    /// @param packed whether the result has 4 bits, held in bytes
    private static List<Laid> arithmetic(Call call, TensorType type, boolean packed) {
        Formula f = Formula.of(call);
        double low = type == TensorType.INT8 ? packed ? -8 : -128 : type == TensorType.INT16 ? -32768 : 0;
        double high = switch (type) {
            case INT8 -> packed ? 7 : 127;
            case UINT8 -> packed ? 15 : 255;
            case INT16 -> 32767;
            case UINT16 -> 65535;
            default -> throw new NotLowerable("it quantizes to " + type + ", which is not supported");
        };
        Laid steps = f.op("Round", f.op("Div", call.input(0), along(f, call, 1)));
        if (call.has(2)) {
            steps = f.add(steps, f.cast(along(f, call, 2), TensorType.FLOAT32));
        }
        return Call.one(f.cast(f.op("Clip", steps, f.real(low), f.real(high)), type));
    }

    /// Input `index`, one number for each index of the axis or one for all, as it is broadcast.
    private static Laid along(Formula f, Call call, int index) {
        Laid value = call.input(index);
        if (value.rank() != 1 || value.shape().elementCount() == 1) {
            if (value.rank() > 1) {
                throw new NotLowerable("its scales are by block, which is not supported for what is no constant");
            }
            return value.rank() == 0 ? value : f.op("Squeeze", value, f.longs(0));
        }
        long[] shape = new long[call.rank(0)];
        java.util.Arrays.fill(shape, 1);
        shape[Call.axis(call.node().integer("axis", 1), shape.length)] = -1;
        return f.reshape(value, shape);
    }

    private static List<Laid> dequantize(Call call) {
        Laid x = call.input(0);
        Emitter graph = call.graph();
        boolean known =
                call.input(1).known() != null && (!call.has(2) || call.input(2).known() != null);
        if (known && x.known() instanceof Value.Known constant) {
            return Call.plain(floats(call, constant));
        }
        QuantizationParameters parameters = isOne(call, 1) && (!call.has(2) || isOne(call, 2)) ? whole(call) : null;
        if (parameters != null && !x.isPostponed() && !x.isPartial()) {
            Value tensor = x.tensor(graph);
            if (tensor instanceof Value.Dynamic dynamic
                    && call.bodies().quantized().get(dynamic.id()) instanceof QuantizationParameters own
                    && own.sameMapping(parameters)) {
                Value wide = graph.emit(BuiltinOperator.DEQUANTIZE, null, TensorType.FLOAT32, tensor);
                return Call.one(Laid.of(wide, x.order(), x.isImage()));
            }
        }
        Formula f = Formula.of(call);
        Laid wide = f.cast(x, TensorType.FLOAT32);
        if (call.has(2)) {
            wide = f.sub(wide, f.cast(along(f, call, 2), TensorType.FLOAT32));
        }
        return Call.one(f.mul(wide, along(f, call, 1)));
    }

    /// Which scale each element has: one for all, one for each index of an axis, or one for a block of them.
    private record Scales(int inner, int size, int block, int count) {
        static Scales of(Call call, Shape shape) {
            Shape scales = call.shape(1);
            int count = scales.flatSize();
            if (count == 1) {
                return new Scales(1, 1, 1, 1);
            }
            int axis = Call.axis(call.node().integer("axis", 1), shape.rank());
            int size = shape.dimension(axis);
            int block = (int) Math.max(1, call.node().integer("block_size", 0));
            Shape wanted = scales.rank() == 1 && block == 1
                    ? Shape.of(size)
                    : shape.withDimension(axis, (size + block - 1) / block);
            if (!scales.equals(wanted)) {
                throw new NotLowerable("it has scales of the shape " + scales + " for " + shape);
            }
            int inner = shape.flatSize(axis + 1, shape.rank());
            return new Scales(inner, size, block, scales.rank() == 1 ? -1 : count);
        }

        int index(int element) {
            int at = element / inner % size / block;
            if (count < 0 || count == 1) {
                return at;
            }
            int blocks = (size + block - 1) / block;
            return (element / inner / size * blocks + at) * inner + element % inner;
        }
    }

    /// `(q - zero point) * scale`
    private static Value.Known floats(Call call, Value.Known known) {
        Shape shape = known.shape();
        Scales which = Scales.of(call, shape);
        Value.Known scale = java.util.Objects.requireNonNull(call.input(1).known());
        Value.Known zero = call.has(2) ? call.input(2).known() : null;
        if (scale.type() != TensorType.FLOAT32
                || (zero != null && zero.shape().elementCount() != scale.shape().elementCount())) {
            throw new NotLowerable("its scales are " + scale.type() + scale.shape()
                    + (zero == null ? "" : ", its zero points " + zero.shape()));
        }
        float[] scales = scale.tensor().floats();
        double[] zeros =
                zero == null ? new double[scales.length] : zero.tensor().toDoubles();
        long size = 4 * shape.elementCount();
        Constant.Derived lazy = new Constant.Derived("dequantize", size, List.of(known.constant()), bytes -> {
            Tensor from = Tensor.fromLittleEndian(
                    known.type(),
                    shape,
                    QuantizationParameters.NONE,
                    bytes.getFirst().segment());
            float[] to = new float[from.elementCount()];
            for (int i = 0; i < to.length; i++) {
                int index = which.index(i);
                to[i] = (float) (from.elementAsDouble(i) - zeros[index]) * scales[index];
            }
            return Bytes.of(Tensor.of(shape, to).toLittleEndian());
        });
        Constant constant = size <= EAGER_BYTES ? new Constant.Inline(lazy.bytes()) : lazy;
        return new Value.Known(call.graph().name(), TensorType.FLOAT32, shape, constant);
    }
}
