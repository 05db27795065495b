package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.ReducerOptions;
import java.util.List;
import java.util.Map;

/// Pools and reductions.
final class PoolingRules {
    private PoolingRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("MaxPool", call -> pool(call, BuiltinOperator.MAX_POOL_2D)),
                entry("AvgPool", call -> pool(call, BuiltinOperator.AVERAGE_POOL_2D)),
                entry("Mean", call -> reduce(call, BuiltinOperator.MEAN)),
                entry("Sum", call -> reduce(call, BuiltinOperator.SUM)),
                entry("Max", call -> reduce(call, BuiltinOperator.REDUCE_MAX)),
                entry("Min", call -> reduce(call, BuiltinOperator.REDUCE_MIN)),
                entry("Prod", call -> reduce(call, BuiltinOperator.REDUCE_PROD)));
    }

    private static List<Value> pool(Call call, BuiltinOperator code) {
        call.requireChannelsLast();
        int[] window = spatial(call, "ksize");
        int[] strides = spatial(call, "strides");
        Padding padding = switch (call.attributes().text("padding", "VALID")) {
            case "SAME" -> Padding.SAME;
            case "VALID" -> Padding.VALID;
            default -> throw new NotLowerable("explicit padding of a pool is not supported");
        };
        Pool2DOptions options =
                new Pool2DOptions(padding, strides[1], strides[0], window[1], window[0], ActivationFunctionType.NONE);
        return call.emit(code, options, call.input(0));
    }

    private static int[] spatial(Call call, String attribute) {
        List<Long> values = call.attributes().integers(attribute);
        if (values.size() != 4 || values.get(0) != 1 || values.get(3) != 1) {
            throw new NotLowerable(attribute + " " + values + " go along batch or channels");
        }
        return new int[] {Math.toIntExact(values.get(1)), Math.toIntExact(values.get(2))};
    }

    private static List<Value> reduce(Call call, BuiltinOperator code) {
        Value.Known given = call.known(1, "axes");
        int[] axes = call.ints(1, "axes");
        Value.Known narrow = Value.Known.ints(given.name(), axes);
        // A single axis may stand there as a scalar.
        Value.Known shaped = given.shape().rank() == 0 ? narrow.withShape(given.name(), Shape.SCALAR) : narrow;
        ReducerOptions options = new ReducerOptions(call.attributes().flag("keep_dims", false));
        return call.emit(code, options, call.input(0), shaped);
    }
}
