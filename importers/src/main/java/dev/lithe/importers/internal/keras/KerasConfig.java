package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The settings of one layer, with the names of all versions of Keras; what is left out or null has
/// the default that the reader names.
record KerasConfig(JsonNode json) {
    static final KerasConfig EMPTY = new KerasConfig(JsonNodeFactory.instance.objectNode());

    boolean has(String key) {
        return !get(key).isMissingNode() && !get(key).isNull();
    }

    JsonNode get(String key) {
        return json.path(key);
    }

    String text(String key, String missing) {
        JsonNode value = get(key);
        if (value.isMissingNode() || value.isNull()) {
            return missing;
        }
        if (!value.isString()) {
            throw wrong(key, "a text");
        }
        return value.stringValue();
    }

    int integer(String key, int missing) {
        return has(key) ? integer(get(key), key) : missing;
    }

    /// @throws NotLowerable where it is not there
    int integer(String key) {
        if (!has(key)) {
            throw new NotLowerable("its configuration has no '" + key + "'");
        }
        return integer(get(key), key);
    }

    private static int integer(JsonNode value, String key) {
        if (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue())) {
            double number = value.doubleValue();
            if (Math.abs(number) <= Integer.MAX_VALUE) {
                return (int) number;
            }
        }
        throw wrong(key, "an integer that fits");
    }

    double real(String key, double missing) {
        if (!has(key)) {
            return missing;
        }
        JsonNode value = get(key);
        if (value.isNumber()) {
            return value.doubleValue();
        }
        // Keras 2 writes some numbers as arrays of NumPy: {"type": "ndarray", "value": 0.3}.
        if (value.path("value").isNumber()) {
            return value.path("value").doubleValue();
        }
        throw wrong(key, "a number");
    }

    boolean flag(String key, boolean missing) {
        if (!has(key)) {
            return missing;
        }
        JsonNode value = get(key);
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            return value.doubleValue() != 0;
        }
        throw wrong(key, "true or false");
    }

    /// A number for each of `count` dimensions; a single one stands for all.
    int[] sizes(String key, int count, int missing) {
        int[] result = new int[count];
        if (!has(key)) {
            Arrays.fill(result, missing);
            return result;
        }
        JsonNode value = get(key);
        if (value.isNumber()) {
            Arrays.fill(result, integer(value, key));
            return result;
        }
        int[] list = integers(key);
        if (list.length == 1 && count > 1) {
            Arrays.fill(result, list[0]);
            return result;
        }
        if (list.length != count) {
            throw wrong(key, "a list of " + count + " integers");
        }
        return list;
    }

    /// A list of integers, or a single one; -1 stands for null.
    int[] integers(String key) {
        return integers(get(key), key);
    }

    static int[] integers(JsonNode value, String key) {
        JsonNode list = value.path("class_name").asString("").equals("__tuple__") ? value.path("items") : value;
        if (list.isNumber()) {
            return new int[] {integer(list, key)};
        }
        if (!list.isArray()) {
            throw wrong(key, "a list of integers");
        }
        int[] result = new int[list.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = list.get(i).isNull() ? -1 : integer(list.get(i), key);
        }
        return result;
    }

    float[] reals(JsonNode value, String key) {
        JsonNode list = value.has("value") ? value.path("value") : value;
        if (list.isNumber()) {
            return new float[] {(float) list.doubleValue()};
        }
        java.util.List<Float> found = new java.util.ArrayList<>();
        collect(list, found, key);
        float[] result = new float[found.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = found.get(i);
        }
        return result;
    }

    private static void collect(JsonNode list, java.util.List<Float> into, String key) {
        if (list.isNumber()) {
            into.add((float) list.doubleValue());
        } else if (list.isArray()) {
            list.forEach(element -> collect(element, into, key));
        } else {
            throw wrong(key, "a list of numbers");
        }
    }

    /// The settings of an object within these.
    @Nullable
    KerasConfig object(String key) {
        return get(key).isObject() ? new KerasConfig(get(key)) : null;
    }

    boolean channelsFirst() {
        return text("data_format", "channels_last").equals("channels_first");
    }

    private static NotLowerable wrong(String key, String wanted) {
        return new NotLowerable("its configuration has something else than " + wanted + " as '" + key + "'");
    }
}
