package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators whose result has the shape that an input holds, and those that compute shapes.
final class ShapeRules {
    private ShapeRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Fill", ShapeRules::fill),
                entry("BroadcastTo", ShapeRules::broadcastTo),
                entry("BroadcastArgs", ShapeRules::broadcastArgs),
                entry("Tile", ShapeRules::tile),
                entry("Range", ShapeRules::range),
                entry("ZerosLike", call -> like(call, 0)),
                entry("OnesLike", call -> like(call, 1)),
                entry("Bitcast", ShapeRules::bitcast));
    }

    private static List<Value> fill(Call call) {
        TensorType type = call.type(1);
        return List.of(shaped(call, call.emitAs(BuiltinOperator.FILL, null, type, index(call, 0), call.input(1)), 0));
    }

    private static List<Value> broadcastTo(Call call) {
        return List.of(shaped(
                call,
                call.emit(BuiltinOperator.BROADCAST_TO, null, call.input(0), index(call, 1))
                        .getFirst(),
                1));
    }

    /// A shape as INT32 or INT64, whichever it is.
    static Value index(Call call, int index) {
        return call.isKnown(index) || call.type(index) != TensorType.INT64 ? call.int32(index) : call.input(index);
    }

    /// What `result` is known of its shape from input `index`, which holds it.
    static Value shaped(Call call, Value result, int index) {
        if (!(result instanceof Value.Dynamic dynamic) || call.isKnown(index)) {
            return result;
        }
        return call.graph().refined(dynamic, expected(call.input(index)));
    }

    /// The shape that `sizes` holds, as far as it is known; null where their number is not.
    static @Nullable Shape expected(Value sizes) {
        Numbers numbers = Numbers.of(sizes);
        if (numbers != null && numbers.isInteger()) {
            return Shape.of(Arrays.stream(numbers.longs())
                    .mapToInt(v -> v == Numbers.UNKNOWN || v < 0 || v > Integer.MAX_VALUE ? Shape.UNKNOWN : (int) v)
                    .toArray());
        }
        Shape shape = SubgraphBuilder.shapeOf(sizes);
        if (shape == null || shape.rank() != 1 || shape.dimension(0) == Shape.UNKNOWN) {
            return null;
        }
        int[] unknown = new int[shape.dimension(0)];
        Arrays.fill(unknown, Shape.UNKNOWN);
        return Shape.of(unknown);
    }

    private static List<Value> broadcastArgs(Call call) {
        return call.emit(BuiltinOperator.BROADCAST_ARGS, null, call.input(0), call.input(1));
    }

    private static List<Value> tile(Call call) {
        return call.emit(BuiltinOperator.TILE, null, call.input(0), index(call, 1));
    }

    private static List<Value> range(Call call) {
        TensorType type = call.type(0);
        TensorType computed = Arithmetic.isSmall(type)
                ? TensorType.INT32
                : type == TensorType.FLOAT16 || type == TensorType.BFLOAT16 ? TensorType.FLOAT32 : type;
        Value[] operands = new Value[3];
        for (int i = 0; i < 3; i++) {
            operands[i] = call.cast(call.input(i), computed);
        }
        return List.of(call.cast(call.emitAs(BuiltinOperator.RANGE, null, computed, operands), type));
    }

    /// Zeros or ones: a constant where the shape is known, otherwise filled when it is.
    private static List<Value> like(Call call, int value) {
        TensorType type = call.type(0);
        Shape shape = call.shapeOrNull(0);
        if (shape != null && shape.isKnown() && shape.elementCount() <= Numbers.LIMIT) {
            return List.of(Value.Known.of(call.name(), Scalars.filled(type, shape, value)));
        }
        boolean direct = type == TensorType.FLOAT32 || type == TensorType.INT32 || type == TensorType.INT64;
        if (value == 0 && direct) {
            return call.emit(BuiltinOperator.ZEROS_LIKE, null, call.input(0));
        }
        ShapeOptions options = new ShapeOptions(TensorType.INT32);
        Value sizes = call.emitAs(BuiltinOperator.SHAPE, options, TensorType.INT32, call.input(0));
        Value filled = call.emitAs(BuiltinOperator.FILL, null, type, sizes, call.scalar(type, value));
        return List.of(filled instanceof Value.Dynamic dynamic ? call.graph().refined(dynamic, shape) : filled);
    }

    private static List<Value> bitcast(Call call) {
        TensorType to = call.typeOf("type", DataType.DT_INVALID);
        return List.of(call.emitAs(BuiltinOperator.BITCAST, null, to, call.input(0)));
    }
}
