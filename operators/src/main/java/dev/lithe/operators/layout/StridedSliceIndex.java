package dev.lithe.operators.layout;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import java.util.ArrayList;
import java.util.List;

/// The indices of a STRIDED_SLICE resolved against a shape: where each dimension starts, how far it steps and how many
/// elements it takes.
///
/// @param sizes elements taken per dimension of the input, new dimensions included; -1 where unknown
/// @param starts the first element taken
/// @param steps the distance to the next element
/// @param input the input's shape with the new dimensions in it
/// @param dropped which of them the output lacks
record StridedSliceIndex(int[] sizes, int[] starts, int[] steps, Shape input, boolean[] dropped) {
    static StridedSliceIndex of(StridedSlice op, Shape x, int[] begin, int[] end, int[] strides) {
        if (begin.length != end.length || begin.length != strides.length || begin.length > 31) {
            throw new ShapeException("begin, end and strides have " + begin.length + ", " + end.length + " and "
                    + strides.length + " indices");
        }
        Builder builder = new Builder(op, x, begin, end, strides);
        int ellipsis = Integer.numberOfTrailingZeros(op.ellipsisMask());
        int given = 0; // indices that take a dimension of x
        for (int i = 0; i < begin.length; i++) {
            given += i != ellipsis && !isSet(op.newAxisMask(), i) ? 1 : 0;
        }
        int left = x.rank() - given;
        for (int i = 0; i < begin.length; i++) {
            if (i == ellipsis) {
                // LiteRT's ellipsis stands for one dimension at least; indices that find none left then are ignored.
                builder.whole(Math.max(1, left));
            } else if (isSet(op.newAxisMask(), i)) {
                builder.newDimension();
            } else if (builder.taken < x.rank() || ellipsis > i) {
                builder.take(i);
            }
        }
        builder.whole(x.rank() - builder.taken);
        return builder.build();
    }

    private static boolean isSet(int mask, int bit) {
        return (mask & (1 << bit)) != 0;
    }

    Shape shape() {
        List<Integer> kept = new ArrayList<>();
        for (int d = 0; d < sizes.length; d++) {
            if (!dropped[d]) {
                kept.add(sizes[d]);
            }
        }
        return Shape.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    void copy(Tensor x, Tensor y) {
        int[] strides = ElementCopy.strides(input);
        int start = 0;
        for (int d = 0; d < sizes.length; d++) {
            start += starts[d] * strides[d];
            strides[d] *= steps[d];
        }
        ElementCopy.block(sizes, x, start, strides, y, 0, ElementCopy.strides(Shape.of(sizes)));
    }

    private static final class Builder {
        private final StridedSlice op;
        private final Shape x;
        private final int[] begin;
        private final int[] end;
        private final int[] strides;
        private final List<int[]> dimensions = new ArrayList<>(); // size, start, step, input size, dropped
        private int taken;

        private Builder(StridedSlice op, Shape x, int[] begin, int[] end, int[] strides) {
            this.op = op;
            this.x = x;
            this.begin = begin;
            this.end = end;
            this.strides = strides;
        }

        private void whole(int count) {
            for (int i = 0; i < count; i++) {
                int size = x.dimension(taken++);
                dimensions.add(new int[] {size, 0, 1, size, 0});
            }
        }

        private void newDimension() {
            dimensions.add(new int[] {1, 0, 1, 1, 0});
        }

        private void take(int i) {
            if (taken >= x.rank()) {
                throw new ShapeException(begin.length + " indices are too many for " + x);
            }
            int size = x.dimension(taken++);
            int stride = strides[i];
            if (stride == 0 || stride == Integer.MIN_VALUE) {
                throw new ShapeException("stride " + stride + " does not lead anywhere");
            }
            boolean shrinks = isSet(op.shrinkAxisMask(), i);
            if (size == Shape.UNKNOWN) {
                dimensions.add(new int[] {shrinks ? 1 : Shape.UNKNOWN, 0, stride, size, shrinks ? 1 : 0});
                return;
            }
            int start = start(i, size, stride);
            if (shrinks) {
                if (start < 0 || start >= size) {
                    throw new ShapeException("index " + begin[i] + " is not in dimension " + (taken - 1) + " of " + x);
                }
                dimensions.add(new int[] {1, start, 1, size, 1});
                return;
            }
            long span = (long) stop(i, size, stride, start) - start;
            long count =
                    span == 0 || (span < 0) != (stride < 0) ? 0 : (Math.abs(span) - 1) / Math.abs((long) stride) + 1;
            dimensions.add(new int[] {Math.toIntExact(count), start, stride, size, 0});
        }

        private int start(int i, int size, int stride) {
            if (isSet(op.beginMask(), i)) {
                return stride > 0 ? 0 : size - 1;
            }
            return clamp(begin[i] < 0 ? (long) begin[i] + size : begin[i], size, stride);
        }

        private int stop(int i, int size, int stride, int start) {
            if (isSet(op.endMask(), i)) {
                return stride > 0 ? size : -1;
            }
            long stop = op.offset() ? (long) end[i] + start : end[i];
            return clamp(stop < 0 ? stop + size : stop, size, stride);
        }

        private static int clamp(long index, int size, int stride) {
            return (int) (stride > 0 ? Math.max(0, Math.min(size, index)) : Math.max(-1, Math.min(size - 1L, index)));
        }

        private StridedSliceIndex build() {
            int rank = dimensions.size();
            int[][] columns = new int[5][rank];
            boolean[] dropped = new boolean[rank];
            for (int d = 0; d < rank; d++) {
                for (int c = 0; c < columns.length; c++) {
                    columns[c][d] = dimensions.get(d)[c];
                }
                dropped[d] = columns[4][d] != 0;
            }
            return new StridedSliceIndex(columns[0], columns[1], columns[2], Shape.of(columns[3]), dropped);
        }
    }
}
