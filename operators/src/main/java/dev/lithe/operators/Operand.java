package dev.lithe.operators;

import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.Set;

/// One input or output position of an operator: its name and the types that it takes. `optional` inputs may be absent;
/// a `variadic` operand is the last one and stands for one or more tensors.
public record Operand(String name, Set<TensorType> types, boolean optional, boolean variadic) {
    public Operand {
        types = Set.copyOf(types);
    }

    public static Operand of(String name, TensorType... types) {
        return new Operand(name, Set.of(types), false, false);
    }

    /// An operand of any type.
    public static Operand any(String name) {
        return new Operand(name, EnumSet.allOf(TensorType.class), false, false);
    }

    public Operand asOptional() {
        return new Operand(name, types, true, variadic);
    }

    public Operand asVariadic() {
        return new Operand(name, types, optional, true);
    }
}
