package dev.lithe.graph;

import dev.lithe.schema.BuiltinOperator;

/// Which operator, in which version. `customName` is empty for builtin operators.
public record OperatorCode(BuiltinOperator builtin, String customName, int version) {
    public static OperatorCode of(BuiltinOperator builtin) {
        return new OperatorCode(builtin, "", 1);
    }

    public static OperatorCode custom(String name) {
        return new OperatorCode(BuiltinOperator.CUSTOM, name, 1);
    }

    public OperatorCode withVersion(int newVersion) {
        return new OperatorCode(builtin, customName, newVersion);
    }

    /// `CONV_2D`, or `CUSTOM:name`.
    @Override
    public String toString() {
        return builtin == BuiltinOperator.CUSTOM ? "CUSTOM:" + customName : builtin.name();
    }
}
