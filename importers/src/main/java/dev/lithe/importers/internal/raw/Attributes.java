package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.NameAttrList;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A node's attributes. Files may leave out those that have their operator's default, so every
/// reader names it.
public record Attributes(Map<String, AttrValue> values) {
    public Attributes {
        values = Map.copyOf(values);
    }

    /// These attributes with the placeholders that stand for attributes of the enclosing function
    /// filled in.
    public Attributes bind(Attributes call) {
        if (values.values().stream().noneMatch(AttrValue::hasPlaceholder)) {
            return this;
        }
        Map<String, AttrValue> bound = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            AttrValue actual = value.hasPlaceholder() ? call.values.get(value.getPlaceholder()) : value;
            if (actual != null) {
                bound.put(name, actual);
            }
        });
        return new Attributes(bound);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name, String missing) {
        AttrValue value = values.get(name);
        return value == null ? missing : value.getS().toStringUtf8();
    }

    public long integer(String name, long missing) {
        AttrValue value = values.get(name);
        return value == null ? missing : value.getI();
    }

    public float real(String name, float missing) {
        AttrValue value = values.get(name);
        return value == null ? missing : value.getF();
    }

    public boolean flag(String name, boolean missing) {
        AttrValue value = values.get(name);
        return value == null ? missing : value.getB();
    }

    public DataType type(String name, DataType missing) {
        AttrValue value = values.get(name);
        return value == null ? missing : value.getType();
    }

    /// A list of integers; empty where it is left out.
    public List<Long> integers(String name) {
        AttrValue value = values.get(name);
        return value == null ? List.of() : value.getList().getIList();
    }

    public @Nullable TensorProto tensor(String name) {
        AttrValue value = values.get(name);
        return value == null ? null : value.getTensor();
    }

    public @Nullable TensorShapeProto shape(String name) {
        AttrValue value = values.get(name);
        return value == null ? null : value.getShape();
    }

    /// A list of functions; empty where it is left out.
    public List<NameAttrList> functions(String name) {
        AttrValue value = values.get(name);
        return value == null ? List.of() : value.getList().getFuncList();
    }

    public @Nullable NameAttrList function(String name) {
        AttrValue value = values.get(name);
        return value == null || !value.hasFunc() ? null : value.getFunc();
    }
}
