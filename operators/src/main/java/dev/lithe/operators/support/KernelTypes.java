package dev.lithe.operators.support;

import dev.lithe.graph.Location;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.TensorType;

/// What every prepared kernel asks of its types.
public final class KernelTypes {
    private KernelTypes() {}

    /// For the branch of a kernel's type switch that no valid model reaches.
    public static UnsupportedException unsupported(String operator, TensorType type) {
        return new UnsupportedException(
                "LQ0321",
                Location.operator(null, -1, -1, operator, null),
                "there is no kernel for " + type,
                "cast to a type that the operator takes (docs/operators.md lists them)");
    }

    /// `byte & mask` is the value of an INT8 or UINT8 element.
    public static int byteMask(TensorType type) {
        return type == TensorType.UINT8 ? 0xFF : -1;
    }
}
