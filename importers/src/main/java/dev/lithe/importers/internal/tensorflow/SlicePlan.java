package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.schema.Ints;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A StridedSlice of a known shape, worked out: where each dimension begins, its step and how many
/// elements it takes; `result` is the shape once the dimensions that are indexed rather than sliced
/// have gone.
record SlicePlan(Ints begin, Ints stride, Shape size, Shape result) {
    /// @return null where the slice inserts dimensions or skips over several with an ellipsis
    static @Nullable SlicePlan of(RawNode node, Shape shape, int[] begin, int[] end, int[] stride) {
        if (node.attributes().integer("ellipsis_mask", 0) != 0
                || node.attributes().integer("new_axis_mask", 0) != 0
                || begin.length > shape.rank()) {
            return null;
        }
        long beginMask = node.attributes().integer("begin_mask", 0);
        long endMask = node.attributes().integer("end_mask", 0);
        long shrinkMask = node.attributes().integer("shrink_axis_mask", 0);
        int rank = shape.rank();
        int[] from = new int[rank];
        int[] step = new int[rank];
        int[] size = new int[rank];
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            boolean sliced = i < begin.length;
            boolean shrunk = sliced && bit(shrinkMask, i);
            int dimension = shape.dimension(i);
            step[i] = !sliced || shrunk ? 1 : stride[i];
            boolean up = step[i] > 0;
            from[i] = !sliced || (bit(beginMask, i) && !shrunk)
                    ? (up ? 0 : dimension - 1)
                    : clamp(begin[i], dimension, up ? 0 : -1, up ? dimension : dimension - 1);
            int to = !sliced || bit(endMask, i)
                    ? (up ? dimension : -1)
                    : clamp(end[i], dimension, up ? 0 : -1, up ? dimension : dimension - 1);
            size[i] = shrunk ? 1 : Math.max(0, Math.ceilDiv(to - from[i], step[i]));
            if (!shrunk) {
                kept.add(size[i]);
            }
        }
        return new SlicePlan(
                Ints.of(from),
                Ints.of(step),
                Shape.of(size),
                Shape.of(kept.stream().mapToInt(Integer::intValue).toArray()));
    }

    private static boolean bit(long mask, int index) {
        return (mask >> index & 1) != 0;
    }

    private static int clamp(int position, int dimension, int low, int high) {
        long absolute = position < 0 ? (long) position + dimension : position;
        return (int) Math.max(low, Math.min(high, absolute));
    }
}
