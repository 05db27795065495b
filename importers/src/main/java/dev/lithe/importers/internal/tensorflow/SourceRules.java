package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Where values come from: constants, shapes, and nodes that hand their input on.
final class SourceRules {
    private static final Set<String> IDENTITIES = Set.of(
            "Identity",
            "IdentityN",
            "StopGradient",
            "PreventGradient",
            "CheckNumerics",
            "Snapshot",
            "PlaceholderWithDefault",
            "EnsureShape");

    private SourceRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("Const", SourceRules::constant),
                entry("Shape", SourceRules::shape),
                entry("Rank", SourceRules::rank),
                entry("ShapeN", SourceRules::shapes),
                entry("Size", SourceRules::size)));
        IDENTITIES.forEach(op -> rules.put(op, Call::inputs));
        return rules;
    }

    private static List<Value> constant(Call call) {
        TensorProto proto = call.attributes().tensor("value");
        if (proto == null) {
            throw new NotLowerable("it has no value");
        }
        TensorType type = type(proto.getDtype());
        Shape shape = TensorValues.shape(proto.getTensorShape())
                .filter(Shape::isKnown)
                .orElseThrow(() -> new NotLowerable("its shape is not known"));
        try {
            Constant constant = new Constant.Inline(TensorValues.bytes(proto, type, shape));
            return List.of(new Value.Known(call.name(), type, shape, constant));
        } catch (ValueException e) {
            throw new NotLowerable(String.valueOf(e.getMessage()));
        }
    }

    private static TensorType type(DataType type) {
        return DataTypes.tensorType(type).orElseThrow(() -> new NotLowerable("there is no type for " + type));
    }

    private static List<Value> shape(Call call) {
        Shape known = call.shapeOrNull(0);
        TensorType type = type(call.attributes().type("out_type", DataType.DT_INT32));
        Supplier<Value> operator =
                () -> call.emitAs(BuiltinOperator.SHAPE, new ShapeOptions(type), type, call.input(0));
        if (known == null) {
            return List.of(operator.get());
        }
        long[] values = Arrays.stream(known.toArray())
                .mapToLong(d -> d == Shape.UNKNOWN ? Numbers.UNKNOWN : d)
                .toArray();
        return List.of(sizes(call, Shape.of(values.length), operator, values));
    }

    private static List<Value> rank(Call call) {
        Shape shape = call.shapeOrNull(0);
        return List.of(
                shape == null
                        ? call.emitAs(BuiltinOperator.RANK, null, TensorType.INT32, call.input(0))
                        : call.scalarInt(shape.rank()));
    }

    /// The number of elements is the product of the shape.
    private static List<Value> size(Call call) {
        Shape shape = call.shapeOrNull(0);
        Supplier<Value> operator = () -> {
            Value sizes = call.emitAs(
                    BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, call.input(0));
            Value product = call.emitAs(
                    BuiltinOperator.REDUCE_PROD, new ReducerOptions(false), TensorType.INT32, sizes, call.ints(0));
            return call.cast(product, type(call.attributes().type("out_type", DataType.DT_INT32)));
        };
        if (shape == null) {
            return List.of(operator.get());
        }
        return List.of(sizes(call, Shape.SCALAR, operator, shape.isKnown() ? shape.elementCount() : Numbers.UNKNOWN));
    }

    private static Value sizes(Call call, Shape shape, Supplier<Value> operator, long... values) {
        TensorType type = type(call.attributes().type("out_type", DataType.DT_INT32));
        Value value = Numbers.ofLongs(type, shape, values).toValue(call.name());
        return value instanceof Value.Partial partial ? OnDemand.of(partial.numbers(), operator) : value;
    }

    private static List<Value> shapes(Call call) {
        List<Value> results = new ArrayList<>();
        for (Value input : call.inputs()) {
            results.addAll(shape(new Call(call.node(), List.of(input), call.graph())));
        }
        return results;
    }
}
