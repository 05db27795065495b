package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Where values come from: constants, variables, shapes, and nodes that hand their input on.
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

    /// The value of a variable, by its handle.
    private final Function<RawNode, Checkpoint.Entry> variables;

    SourceRules(Function<RawNode, Checkpoint.Entry> variables) {
        this.variables = variables;
    }

    Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("Const", SourceRules::constant),
                entry("VarHandleOp", call -> List.of(new Value.Variable(call.node()))),
                entry("ReadVariableOp", this::read),
                entry("VariableV2", call -> List.of(variable(call.node(), call.name()))),
                entry("Variable", call -> List.of(variable(call.node(), call.name()))),
                entry("Shape", SourceRules::shape),
                entry(
                        "Rank",
                        call -> List.of(sizes(call, Shape.SCALAR, call.shape(0).rank()))),
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

    private List<Value> read(Call call) {
        if (call.input(0) instanceof Value.Variable reference) {
            return List.of(variable(reference.handle(), call.name()));
        }
        throw new NotLowerable("what it reads is no variable");
    }

    private Value variable(RawNode handle, String name) {
        Checkpoint.Entry entry = variables.apply(handle);
        TensorType type = type(entry.type());
        Shape shape = TensorValues.shape(entry.shape());
        long needed = Math.multiplyExact(shape.elementCount(), (long) Tensor.unitBytes(type));
        if (type == TensorType.STRING || needed != entry.bytes().byteSize()) {
            throw new NotLowerable("variable '" + handle.name() + "' has "
                    + entry.bytes().byteSize() + " bytes where " + type + shape + " needs " + needed);
        }
        return new Value.Known(name, type, shape, new Constant.Mapped(entry.bytes()));
    }

    private static List<Value> shape(Call call) {
        int[] dimensions = call.shape(0).toArray();
        long[] values = Arrays.stream(dimensions)
                .mapToLong(d -> d == Shape.UNKNOWN ? Numbers.UNKNOWN : d)
                .toArray();
        return List.of(sizes(call, Shape.of(values.length), values));
    }

    private static List<Value> size(Call call) {
        Shape shape = call.shape(0);
        return List.of(sizes(call, Shape.SCALAR, shape.isKnown() ? shape.elementCount() : Numbers.UNKNOWN));
    }

    private static Value sizes(Call call, Shape shape, long... values) {
        TensorType type = type(call.attributes().type("out_type", DataType.DT_INT32));
        return Numbers.ofLongs(type, shape, values).toValue(call.name());
    }
}
