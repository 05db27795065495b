package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Orders of dimensions: `order[p]` is the dimension of the ONNX value that stands in place `p` of the tensor.
final class Orders {
    private Orders() {}

    static int[] identity(int rank) {
        int[] order = new int[rank];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /// Batch, then the spatial dimensions, then channels.
    static int[] channelsLast(int rank) {
        int[] order = new int[rank];
        for (int p = 1; p < rank - 1; p++) {
            order[p] = p + 1;
        }
        if (rank > 1) {
            order[rank - 1] = 1;
        }
        return order;
    }

    static boolean isIdentity(int[] order) {
        return Arrays.equals(order, identity(order.length));
    }

    /// The place of each dimension.
    static int[] inverse(int[] order) {
        int[] places = new int[order.length];
        for (int p = 0; p < order.length; p++) {
            places[order[p]] = p;
        }
        return places;
    }

    /// The shape of the ONNX value whose tensor has the shape `physical`.
    static Shape logical(Shape physical, int[] order) {
        int[] sizes = new int[order.length];
        for (int p = 0; p < order.length; p++) {
            sizes[order[p]] = physical.dimension(p);
        }
        return Shape.of(sizes);
    }

    /// The shape of the tensor.
    static Shape physical(Shape logical, int[] order) {
        int[] sizes = new int[order.length];
        for (int p = 0; p < order.length; p++) {
            sizes[p] = logical.dimension(order[p]);
        }
        return Shape.of(sizes);
    }

    /// Which place of `from` comes to stand in each place of `to`.
    static int[] permutation(int[] from, int[] to) {
        int[] places = inverse(from);
        return Arrays.stream(to).map(d -> places[d]).toArray();
    }

    /// Whether elements lie in memory the same way under both orders: dimensions of size 1 may move.
    static boolean sameMemory(Shape logical, int[] a, int[] b) {
        return Arrays.equals(large(logical, a), large(logical, b));
    }

    private static int[] large(Shape logical, int[] order) {
        return Arrays.stream(order).filter(d -> logical.dimension(d) != 1).toArray();
    }

    /// The order of a value that has `front` more dimensions in front.
    static int[] extended(int[] order, int front) {
        int[] extended = identity(order.length + front);
        for (int p = 0; p < order.length; p++) {
            extended[front + p] = order[p] + front;
        }
        return extended;
    }

    /// The order once the dimensions `gone` are removed.
    static int[] without(int[] order, List<Integer> gone) {
        List<Integer> kept = new ArrayList<>();
        for (int dimension : order) {
            if (!gone.contains(dimension)) {
                int below = (int) gone.stream().filter(g -> g < dimension).count();
                kept.add(dimension - below);
            }
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The order with dimension `axis` moved to the innermost place.
    static int[] innermost(int[] order, int axis) {
        int[] moved = new int[order.length];
        int at = 0;
        for (int dimension : order) {
            if (dimension != axis) {
                moved[at++] = dimension;
            }
        }
        moved[at] = axis;
        return moved;
    }

    /// Dimension `axis` first, the others as they are.
    static int[] outermost(int rank, int axis) {
        int[] order = new int[rank];
        order[0] = axis;
        int at = 1;
        for (int d = 0; d < rank; d++) {
            if (d != axis) {
                order[at++] = d;
            }
        }
        return order;
    }
}
