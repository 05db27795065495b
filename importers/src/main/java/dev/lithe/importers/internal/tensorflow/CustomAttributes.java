package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.FlexBufferWriter;
import dev.lithe.schema.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The attributes of a node as options of a custom operator, as TensorFlow's converter writes them: a
/// FlexBuffer with numbers, flags, texts and lists by name, types as numbers of the format. Attributes
/// that only TensorFlow's own machinery reads (names that begin with `_`) and values of other kinds are
/// left out.
final class CustomAttributes {
    private CustomAttributes() {}

    static Bytes of(RawNode node) {
        Map<String, Object> options = new TreeMap<>();
        node.attributes().values().forEach((name, value) -> {
            Object option = name.startsWith("_") ? null : option(value);
            if (option != null) {
                options.put(name, option);
            }
        });
        return options.isEmpty() ? Bytes.EMPTY : FlexBufferWriter.map(options);
    }

    private static @Nullable Object option(AttrValue value) {
        return switch (value.getValueCase()) {
            case I -> value.getI();
            case F -> value.getF();
            case B -> value.getB();
            case S -> value.getS().toStringUtf8();
            case TYPE -> type(value.getType());
            case LIST -> list(value.getList());
            case SHAPE, TENSOR, FUNC, PLACEHOLDER, VALUE_NOT_SET -> null;
        };
    }

    private static @Nullable Long type(DataType type) {
        return DataTypes.tensorType(type).map(t -> (long) t.code()).orElse(null);
    }

    private static @Nullable List<Object> list(AttrValue.ListValue list) {
        List<Object> values = new ArrayList<>(list.getIList());
        values.addAll(list.getFList());
        return values.isEmpty() ? null : values;
    }
}
