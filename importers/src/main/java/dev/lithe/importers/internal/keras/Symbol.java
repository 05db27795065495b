package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.proto.DataType;
import org.jspecify.annotations.Nullable;

/// A value of the graph that is being written.
///
/// @param graph the graph or function that computes it
/// @param reference how nodes of that graph name it: `node` or `node:2`
/// @param shape `-1` where a dimension is unknown
/// @param mask which timesteps count, as Keras hands it along with sequences; null for all
record Symbol(
        GraphWriter graph,
        String reference,
        DataType type,
        Shape shape,
        @Nullable Symbol mask) {
    int rank() {
        return shape.rank();
    }

    /// Size `axis`, counted from the end where it is negative.
    int size(int axis) {
        return shape.dimension(axis < 0 ? axis + rank() : axis);
    }

    Symbol withMask(@Nullable Symbol newMask) {
        return new Symbol(graph, reference, type, shape, newMask);
    }

    boolean isFloat() {
        return type == DataType.DT_FLOAT;
    }

    @Override
    public String toString() {
        return reference + shape;
    }
}
