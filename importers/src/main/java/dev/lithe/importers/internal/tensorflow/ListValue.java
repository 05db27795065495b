package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import org.jspecify.annotations.Nullable;

/// A list of tensors while it is lowered: one tensor that has the elements along its first dimension. All elements have
/// the same shape.
///
/// @param data the elements; null as long as their shape is not known, when none has been set yet
/// @param count how many there are where `data` is null
/// @param stretching whether dimensions of `data` that are 1 may stand for larger ones: the list was made before a size
///     was known, and takes it when an element is set
record ListValue(TensorType type, @Nullable Value data, Value count, boolean stretching) implements Value.Opaque {
    static ListValue of(Value data) {
        return new ListValue(Vectors.type(data), data, Value.ABSENT, false);
    }

    static ListValue unset(TensorType type, Value count) {
        return new ListValue(type, null, count, false);
    }

    ListValue withData(Value elements) {
        return new ListValue(type, elements, Value.ABSENT, stretching);
    }

    /// @throws NotLowerable where no element has been set yet
    Value elements() {
        Value elements = data;
        if (elements == null) {
            throw new NotLowerable("it reads a list before anything says what shape its elements have");
        }
        return elements;
    }

    /// How many elements there are; -1 where that is known only at run time.
    int knownCount() {
        Value elements = data;
        if (elements != null) {
            Shape shape = SubgraphBuilder.shapeOf(elements);
            return shape == null ? Shape.UNKNOWN : shape.dimension(0);
        }
        Shape number = Vectors.known(count);
        return number == null ? Shape.UNKNOWN : number.dimension(0);
    }

    @Override
    public String toString() {
        return "a list of " + type;
    }
}
