package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Fake quantization: numbers rounded to what integers of few bits can tell apart. Constants are rounded
/// now; 8 bits become QUANTIZE and DEQUANTIZE, other widths the arithmetic itself.
final class QuantizationRules {
    private QuantizationRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("FakeQuantWithMinMaxVars", call -> fakeQuant(call, real(call, 1), real(call, 2))),
                entry(
                        "FakeQuantWithMinMaxArgs",
                        call -> fakeQuant(
                                call,
                                call.attributes().real("min", -6),
                                call.attributes().real("max", 6))));
    }

    private static float real(Call call, int index) {
        Value.Known known = call.known(index, "range");
        if (known.type() != TensorType.FLOAT32 || known.shape().elementCount() != 1) {
            throw new NotLowerable("its range is " + known.type() + known.shape() + ", one FLOAT32 is needed");
        }
        return known.tensor().floats()[0];
    }

    /// The range moved so that 0 is one of its steps, as TensorFlow moves it.
    ///
    /// @param zero the step that 0 is, counted from the lowest
    private record Range(float min, float max, float scale, int zero, boolean narrow) {
        static Range of(float min, float max, int bits, boolean narrow) {
            if (!(min <= 0 && max >= 0 && min < max)) {
                throw new NotLowerable("its range [" + min + ", " + max + "] does not hold 0, or is empty");
            }
            float low = narrow ? 1 : 0;
            float high = (1 << bits) - 1;
            float scale = (max - min) / (high - low);
            float zero = low - min / scale;
            float nudged = zero < low ? low : zero > high ? high : Math.round(zero);
            return new Range((low - nudged) * scale, (high - nudged) * scale, scale, (int) nudged, narrow);
        }
    }

    private static List<Value> fakeQuant(Call call, float min, float max) {
        int bits = (int) call.attributes().integer("num_bits", 8);
        boolean narrow = call.attributes().flag("narrow_range", false);
        if (bits < 2 || bits > 16) {
            throw new NotLowerable("it rounds to " + bits + " bits, 2 to 16 are possible");
        }
        Range range = Range.of(min, max, bits, narrow);
        if (call.input(0) instanceof Value.Known known && known.type() == TensorType.FLOAT32) {
            return List.of(Value.Known.of(call.name(), rounded(known.tensor(), range)));
        }
        return List.of(bits == 8 && !narrow ? pair(call, range) : arithmetic(call, range));
    }

    private static Tensor rounded(Tensor x, Range range) {
        float[] y = new float[x.elementCount()];
        float inverse = 1 / range.scale;
        for (int i = 0; i < y.length; i++) {
            float clamped = Math.max(range.min, Math.min(range.max, x.floats()[i]));
            y[i] = (float) Math.floor((clamped - range.min) * inverse + 0.5f) * range.scale + range.min;
        }
        return Tensor.of(x.shape(), y);
    }

    private static Value pair(Call call, Range range) {
        QuantizationParameters parameters = QuantizationParameters.perTensor(range.scale, range.zero + Byte.MIN_VALUE);
        SubgraphBuilder.Result result = new SubgraphBuilder.Result(TensorType.INT8, call.shape(0), parameters);
        Value quantized = call.graph()
                .emitAs(BuiltinOperator.QUANTIZE, null, call.name(), List.of(result), List.of(call.input(0)))
                .getFirst();
        return call.emitAs(BuiltinOperator.DEQUANTIZE, null, TensorType.FLOAT32, quantized);
    }

    private static Value arithmetic(Call call, Range range) {
        Arithmetic f = Arithmetic.of(call);
        Value above = f.emit(BuiltinOperator.MAXIMUM, call.input(0), number(call, range.min));
        Value within = f.emit(BuiltinOperator.MINIMUM, above, number(call, range.max));
        Value steps = f.mul(f.sub(within, number(call, range.min)), number(call, 1 / range.scale));
        Value whole = f.emit(BuiltinOperator.FLOOR, f.add(steps, number(call, 0.5f)));
        return f.add(f.mul(whole, number(call, range.scale)), number(call, range.min));
    }

    private static Value number(Call call, float value) {
        return call.scalar(TensorType.FLOAT32, value);
    }
}
