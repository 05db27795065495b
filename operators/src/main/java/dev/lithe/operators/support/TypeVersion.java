package dev.lithe.operators.support;

import dev.lithe.schema.TensorType;

/// Versions that follow from one tensor's type: the first that matches, else 1.
public final class TypeVersion {
    private TypeVersion() {}

    public static int of(TensorType type, TensorType first, int version) {
        return type == first ? version : 1;
    }

    public static int of(TensorType type, TensorType first, int version, TensorType second, int secondVersion) {
        return type == first ? version : of(type, second, secondVersion);
    }

    public static int of(
            TensorType type,
            TensorType first,
            int version,
            TensorType second,
            int secondVersion,
            TensorType third,
            int thirdVersion) {
        return type == first ? version : of(type, second, secondVersion, third, thirdVersion);
    }
}
