package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Operators on the bits of integers. LiteRT has the exclusive or and the shift to the right; the others follow from
/// `a + b = (a ^ b) + 2 (a & b)`.
final class Bits {
    private static final int HALF = 16;

    private Bits() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("BitwiseXor", c -> Elementwise.binary(c, (a, b) -> xor(c.graph(), a, b))),
                entry("BitwiseAnd", c -> Elementwise.binary(c, (a, b) -> and(c.graph(), a, b))),
                entry("BitwiseOr", c -> Elementwise.binary(c, (a, b) -> or(c.graph(), a, b))),
                entry("BitShift", Bits::shift));
    }

    private static Value xor(Emitter graph, Value a, Value b) {
        return graph.emit(BuiltinOperator.BITWISE_XOR, null, Emitter.typeOf(a), a, b);
    }

    private static Value and(Emitter graph, Value a, Value b) {
        TensorType type = Emitter.typeOf(a);
        return switch (type) {
            case INT8, UINT8, INT16, UINT16 ->
                graph.cast(narrowAnd(graph, graph.cast(a, TensorType.INT32), graph.cast(b, TensorType.INT32)), type);
            case INT32 -> wideAnd(graph, a, b);
            default -> throw new NotLowerable("it works on the bits of " + type + ", which is not supported");
        };
    }

    private static Value or(Emitter graph, Value a, Value b) {
        TensorType type = Emitter.typeOf(a);
        Value both = graph.cast(and(graph, a, b), TensorType.INT32);
        Value sum = graph.add(graph.cast(a, TensorType.INT32), graph.cast(b, TensorType.INT32));
        return graph.cast(graph.sub(sum, both), type);
    }

    /// Of numbers whose sum an INT32 holds.
    private static Value narrowAnd(Emitter graph, Value a, Value b) {
        Value twice = graph.sub(graph.add(a, b), xor(graph, a, b));
        return right(graph, twice, 1);
    }

    /// The upper and the lower half, each by itself.
    private static Value wideAnd(Emitter graph, Value a, Value b) {
        Value high = narrowAnd(graph, right(graph, a, HALF), right(graph, b, HALF));
        Value low = narrowAnd(graph, low(graph, a), low(graph, b));
        return graph.add(graph.mul(high, graph.scalar(TensorType.INT32, 1 << HALF)), low);
    }

    private static Value low(Emitter graph, Value x) {
        return graph.sub(x, graph.mul(right(graph, x, HALF), graph.scalar(TensorType.INT32, 1 << HALF)));
    }

    private static Value right(Emitter graph, Value x, int places) {
        return graph.emit(
                BuiltinOperator.RIGHT_SHIFT, null, TensorType.INT32, x, graph.scalar(TensorType.INT32, places));
    }

    // ---- shifts

    private static List<Laid> shift(Call call) {
        TensorType type = call.type(0);
        boolean signed = type == TensorType.INT8 || type == TensorType.INT16 || type == TensorType.INT32;
        if (type == TensorType.INT64 || type == TensorType.UINT64) {
            throw new NotLowerable("it shifts the bits of " + type + ", which is not supported");
        }
        Numbers places = call.input(1).numbers();
        if (places != null && places.isInteger() && !places.hasUnknown()) {
            if (Arrays.stream(places.longs()).anyMatch(p -> p < 0)) {
                throw new NotLowerable("it shifts by a negative number of places");
            }
        } else if (signed) {
            throw new NotLowerable("it shifts signed numbers by places that are only known at run time");
        }
        Emitter graph = call.graph();
        if (call.node().text("direction", "").equals("RIGHT")) {
            return Elementwise.binary(call, (x, y) -> graph.emit(BuiltinOperator.RIGHT_SHIFT, null, type, x, y));
        }
        return Elementwise.binary(call, (x, y) -> left(graph, x, y, type));
    }

    /// `x * 2^places`, in two steps that an INT32 holds; what passes it is cut off, as it should be.
    private static Value left(Emitter graph, Value x, Value places, TensorType type) {
        Value wide = graph.cast(places, TensorType.INT32);
        Value half = graph.scalar(TensorType.INT32, HALF);
        Value first = graph.compute(BuiltinOperator.MINIMUM, null, wide, half);
        Value second = graph.compute(BuiltinOperator.MINIMUM, null, graph.sub(wide, first), half);
        Value once = graph.mul(graph.cast(x, TensorType.INT32), power(graph, first));
        return graph.cast(graph.mul(once, power(graph, second)), type);
    }

    private static Value power(Emitter graph, Value exponent) {
        return graph.compute(BuiltinOperator.POW, null, graph.scalar(TensorType.INT32, 2), exponent);
    }
}
