package dev.lithe.operators.custom;

import dev.lithe.operators.FlexBuffer;
import dev.lithe.schema.Bytes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Named options of a custom operator, with checks.
record CustomOptions(Map<String, Object> values) {
    static CustomOptions of(Bytes bytes) {
        return new CustomOptions(FlexBuffer.map(bytes));
    }

    private Object required(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the option '" + name + "' is missing");
        }
        return value;
    }

    int integer(String name) {
        return Math.toIntExact(number(name, required(name)).longValue());
    }

    int integer(String name, int missing) {
        return values.containsKey(name) ? integer(name) : missing;
    }

    float real(String name) {
        return number(name, required(name)).floatValue();
    }

    boolean flag(String name) {
        @Nullable Object value = values.get(name);
        return value != null
                && (value instanceof Boolean b ? b : number(name, value).longValue() != 0);
    }

    String text(String name, String missing) {
        return values.getOrDefault(name, missing).toString();
    }

    /// A list of exactly `size` integers.
    int[] integers(String name, int size) {
        if (!(required(name) instanceof List<?> list) || list.size() != size) {
            throw new IllegalArgumentException(
                    "the option '" + name + "' is " + values.get(name) + ", not " + size + " numbers");
        }
        return list.stream()
                .mapToInt(element -> Math.toIntExact(number(name, element).longValue()))
                .toArray();
    }

    private static Number number(String name, @Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException("the option '" + name + "' is " + value + ", not a number");
    }
}
