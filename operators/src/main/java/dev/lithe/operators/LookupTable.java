package dev.lithe.operators;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hash table from INT64 to STRING or the other way round, filled once.
public final class LookupTable {
    private final TensorType keyType;
    private final TensorType valueType;
    private final Map<Object, Object> entries = new HashMap<>();
    private boolean filled;

    LookupTable(TensorType keyType, TensorType valueType) {
        this.keyType = keyType;
        this.valueType = valueType;
    }

    /// Fills the table; the first of equal keys counts. A table that is filled already stays as it is.
    ///
    /// @throws IllegalArgumentException where types or numbers of keys and values do not fit
    public void fill(Tensor keys, Tensor values) {
        requireType("keys", keys, keyType);
        requireType("values", values, valueType);
        if (keys.elementCount() != values.elementCount()) {
            throw new IllegalArgumentException(keys.elementCount() + " keys have " + values.elementCount() + " values");
        }
        for (int i = 0; !filled && i < keys.elementCount(); i++) {
            entries.putIfAbsent(key(keys, i), value(values, i));
        }
        filled = true;
    }

    /// Looks up each element of `keys`; `missing` (one element) stands where there is none.
    ///
    /// @throws IllegalArgumentException where types do not fit
    public void find(Tensor keys, Tensor missing, Tensor result) {
        requireType("keys", keys, keyType);
        requireType("the default", missing, valueType);
        requireType("the result", result, valueType);
        if (missing.elementCount() < 1) {
            throw new IllegalArgumentException("the default has no element");
        }
        Object otherwise = value(missing, 0);
        for (int i = 0; i < keys.elementCount(); i++) {
            @Nullable Object found = entries.get(key(keys, i));
            put(result, i, found == null ? otherwise : found);
        }
    }

    /// How many keys there are.
    public int size() {
        return entries.size();
    }

    private static void requireType(String what, Tensor tensor, TensorType type) {
        if (tensor.type() != type) {
            throw new IllegalArgumentException(what + " are " + tensor.type() + ", the table has " + type);
        }
    }

    private static Object key(Tensor tensor, int index) {
        return tensor.type() == TensorType.STRING ? ByteBuffer.wrap(tensor.strings()[index]) : tensor.longs()[index];
    }

    private static Object value(Tensor tensor, int index) {
        return tensor.type() == TensorType.STRING ? tensor.strings()[index] : tensor.longs()[index];
    }

    private static void put(Tensor tensor, int index, Object value) {
        if (value instanceof Long number) {
            tensor.longs()[index] = number;
        } else {
            tensor.strings()[index] = (byte[]) value;
        }
    }
}
