package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.layout.Reshape;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.ShapeValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Nodes that move known numbers without computing on them.
final class LayoutFolds {
    private LayoutFolds() {}

    static @Nullable Numbers reshape(RawNode node, List<Numbers> inputs) {
        Numbers shape = inputs.get(1);
        return shape.hasUnknown() ? null : reshaped(inputs.getFirst(), toInts(shape));
    }

    private static Numbers reshaped(Numbers x, int[] shape) {
        return x.withShape(Reshape.resolve(x.shape(), shape));
    }

    static Numbers squeeze(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        return x.withShape(squeezed(x.shape(), node.attributes().integers("squeeze_dims")));
    }

    /// `shape` without the dimensions `axes`, or without all dimensions of size 1 where there are none.
    static Shape squeezed(Shape shape, List<Long> axes) {
        boolean[] drop = new boolean[shape.rank()];
        for (long axis : axes) {
            drop[ShapeValues.axis(Math.toIntExact(axis), shape.rank())] = true;
        }
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            boolean gone = axes.isEmpty() ? shape.dimension(i) == 1 : drop[i];
            if (!gone) {
                kept.add(shape.dimension(i));
            }
        }
        return Shape.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    static Numbers expandDims(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        int axis = ShapeValues.axis(toInts(inputs.get(1))[0], x.shape().rank() + 1);
        List<Integer> dimensions =
                new ArrayList<>(x.shape().dimensions().stream().boxed().toList());
        dimensions.add(axis, 1);
        return x.withShape(
                Shape.of(dimensions.stream().mapToInt(Integer::intValue).toArray()));
    }

    static Numbers transpose(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        int[] permutation = toInts(inputs.get(1));
        int[] from = strides(x.shape());
        int[] sizes = new int[permutation.length];
        int[] strides = new int[permutation.length];
        for (int i = 0; i < permutation.length; i++) {
            sizes[i] = x.shape().dimension(permutation[i]);
            strides[i] = from[permutation[i]];
        }
        Shape shape = Shape.of(sizes);
        return x.pick(shape, walk(shape, strides, 0));
    }

    static @Nullable Numbers pack(RawNode node, List<Numbers> inputs) {
        Shape shape = inputs.getFirst().shape();
        int axis = ShapeValues.axis((int) node.attributes().integer("axis", 0), shape.rank() + 1);
        int[] with = new int[shape.rank() + 1];
        for (int i = 0; i < with.length; i++) {
            with[i] = i == axis ? 1 : shape.dimension(i < axis ? i : i - 1);
        }
        return joined(inputs.stream().map(x -> reshaped(x, with)).toList(), axis);
    }

    static @Nullable Numbers concat(RawNode node, List<Numbers> inputs) {
        List<Numbers> parts = inputs.subList(0, inputs.size() - 1);
        int axis = toInts(inputs.getLast())[0];
        return joined(parts, ShapeValues.axis(axis, parts.getFirst().shape().rank()));
    }

    /// Only integers: what is joined are the parts of a shape.
    private static @Nullable Numbers joined(List<Numbers> parts, int axis) {
        Shape first = parts.getFirst().shape();
        int size = 0;
        for (Numbers part : parts) {
            if (!part.isInteger() || part.shape().rank() != first.rank()) {
                return null;
            }
            size = Math.addExact(size, part.shape().dimension(axis));
        }
        Shape shape = first.withDimension(axis, size);
        long[] result = new long[shape.flatSize()];
        int outer = first.flatSize(0, axis);
        int at = 0;
        for (int i = 0; i < outer; i++) {
            for (Numbers part : parts) {
                int run = part.shape().flatSize(axis, first.rank());
                System.arraycopy(part.longs(), i * run, result, at, run);
                at += run;
            }
        }
        return new Numbers(parts.getFirst().type(), shape, result);
    }

    static @Nullable Numbers stridedSlice(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        for (Numbers bound : inputs.subList(1, 4)) {
            if (bound.hasUnknown()) {
                return null;
            }
        }
        SlicePlan plan =
                SlicePlan.of(node, x.shape(), toInts(inputs.get(1)), toInts(inputs.get(2)), toInts(inputs.get(3)));
        if (plan == null) {
            return null;
        }
        int[] from = strides(x.shape());
        int offset = 0;
        int[] strides = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            offset += plan.begin().get(i) * from[i];
            strides[i] = plan.stride().get(i) * from[i];
        }
        return x.pick(plan.result(), walk(plan.size(), strides, offset));
    }

    static @Nullable Numbers gather(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        Numbers indices = inputs.get(1);
        boolean plain =
                node.attributes().integer("batch_dims", 0) == 0 && x.shape().rank() == 1 && !indices.hasUnknown();
        return plain ? x.pick(indices.shape(), toInts(indices)) : null;
    }

    static @Nullable Numbers fill(RawNode node, List<Numbers> inputs) {
        if (inputs.getFirst().hasUnknown()) {
            return null;
        }
        Shape shape = Shape.of(toInts(inputs.getFirst()));
        return shape.elementCount() > Numbers.LIMIT
                ? null
                : inputs.get(1).pick(shape, broadcastIndex(inputs.get(1).shape(), shape));
    }

    static @Nullable Numbers broadcastTo(RawNode node, List<Numbers> inputs) {
        if (inputs.get(1).hasUnknown()) {
            return null;
        }
        Shape shape = Shape.of(toInts(inputs.get(1)));
        Numbers x = inputs.getFirst();
        return shape.elementCount() > Numbers.LIMIT ? null : x.pick(shape, broadcastIndex(x.shape(), shape));
    }

    /// For each element of `to` the one of `from` that it repeats.
    static int[] broadcastIndex(Shape from, Shape to) {
        return walk(to, Broadcasting.strides(from, to), 0);
    }

    static int[] toInts(Numbers numbers) {
        return Arrays.stream(numbers.longs()).mapToInt(Math::toIntExact).toArray();
    }

    private static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.dimension(i);
        }
        return strides;
    }

    /// `offset + sum(ik * strides[k])` for every element `(i0, i1, …)` of `shape`, in row-major order.
    private static int[] walk(Shape shape, int[] strides, int offset) {
        int[] index = new int[shape.flatSize()];
        int[] at = new int[shape.rank()];
        int position = offset;
        for (int i = 0; i < index.length; i++) {
            index[i] = position;
            for (int d = at.length - 1; d >= 0; d--) {
                position += strides[d];
                if (++at[d] < shape.dimension(d)) {
                    break;
                }
                position -= strides[d] * shape.dimension(d);
                at[d] = 0;
            }
        }
        return index;
    }
}
