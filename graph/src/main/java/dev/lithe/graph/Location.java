package dev.lithe.graph;

import org.jspecify.annotations.Nullable;

/// Where something is wrong. Parts that are not known are null (or -1).
public record Location(
        @Nullable String file,
        int subgraph,
        int operatorIndex,
        @Nullable String operator,
        @Nullable String tensor) {
    public static final Location NOWHERE = new Location(null, -1, -1, null, null);

    public static Location file(String file) {
        return new Location(file, -1, -1, null, null);
    }

    public static Location tensor(@Nullable String file, int subgraph, String tensor) {
        return new Location(file, subgraph, -1, null, tensor);
    }

    public static Location operator(
            @Nullable String file, int subgraph, int index, String operator, @Nullable String tensor) {
        return new Location(file, subgraph, index, operator, tensor);
    }

    /// `keyword.tflite: subgraph 0, operator 12 SOFTMAX 'probs'`; empty where nothing is known.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file);
        }
        if (subgraph >= 0) {
            text.append(text.isEmpty() ? "" : ": ").append("subgraph ").append(subgraph);
        }
        if (operator != null) {
            text.append(text.isEmpty() ? "" : ", ").append("operator ");
            text.append(operatorIndex >= 0 ? operatorIndex + " " : "").append(operator);
        }
        if (tensor != null) {
            text.append(text.isEmpty() ? "" : operator == null ? ", tensor " : " ")
                    .append("'")
                    .append(tensor)
                    .append("'");
        }
        return text.toString();
    }
}
