package dev.lithe.golden;

import dev.lithe.graph.Model;
import org.jspecify.annotations.Nullable;

/// One model's size, TensorFlow's and ours; ours is absent where it does not convert.
///
/// @param name `group/model`, of an operator's case `ops/OPERATOR/CASE`
record SizeRow(String name, Size theirs, @Nullable Size ours) {
    /// What a file holds.
    record Size(int operators, long bytes) {
        static Size of(Model model, long bytes) {
            return new Size(
                    model.subgraphs().stream().mapToInt(s -> s.nodes().size()).sum(), bytes);
        }
    }

    String group() {
        return name.substring(0, name.indexOf('/'));
    }

    /// The model, or the case with its operator.
    String model() {
        return name.substring(name.indexOf('/') + 1);
    }

    /// Operators or bytes beyond TensorFlow's, or no file at all.
    boolean exceeds() {
        return ours == null || ours.operators > theirs.operators || ours.bytes > theirs.bytes;
    }
}
