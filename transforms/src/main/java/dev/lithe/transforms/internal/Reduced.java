package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.schema.ReducerOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What reductions reduce.
final class Reduced {
    private Reduced() {}

    /// The constant axes of a reduction, none negative, in order, each once; null where they are computed.
    static int @Nullable [] axes(Node reduction, GraphView view) {
        int[] axes = view.ints(reduction, 1);
        int rank = view.input(reduction, 0).declaredShape().rank();
        if (axes == null || rank == 0) {
            return null;
        }
        return Arrays.stream(axes)
                .map(a -> a < 0 ? a + rank : a)
                .distinct()
                .sorted()
                .toArray();
    }

    static boolean keepsDimensions(Node reduction) {
        return reduction
                .options()
                .as(ReducerOptions.class, ReducerOptions.DEFAULT)
                .keepDims();
    }

    /// Whether only the last dimension is reduced, kept as 1 or not.
    static boolean isLast(Node reduction, boolean kept, GraphView view) {
        int[] axes = axes(reduction, view);
        int rank = view.input(reduction, 0).declaredShape().rank();
        return axes != null && axes.length == 1 && axes[0] == rank - 1 && keepsDimensions(reduction) == kept;
    }
}
