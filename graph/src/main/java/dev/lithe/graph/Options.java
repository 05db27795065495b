package dev.lithe.graph;

import dev.lithe.schema.Bytes;
import dev.lithe.schema.OperatorOptions;
import org.jspecify.annotations.Nullable;

/// An operator's options: a builtin record (null where the operator has none) or the custom operator's bytes.
public record Options(@Nullable OperatorOptions builtin, Bytes custom) {
    public static final Options NONE = new Options(null, Bytes.EMPTY);

    public static Options of(OperatorOptions builtin) {
        return new Options(builtin, Bytes.EMPTY);
    }

    public static Options custom(Bytes bytes) {
        return new Options(null, bytes);
    }

    /// The builtin options as `type`, or `missing` where the file leaves them out (all schema defaults, then).
    public <T extends OperatorOptions> T as(Class<T> type, T missing) {
        return builtin == null ? missing : type.cast(builtin);
    }
}
