package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds nodes that move elements without computing on them.
class LayoutOps extends BasicOps {
    /// The most values that one operator gives, and the most steps that are written one by one.
    private static final int MOST = 1 << 14;

    LayoutOps(GraphWriter graph) {
        super(graph);
    }

    /// The sizes of `x` as a vector.
    Symbol shapeOf(Symbol x) {
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "out_type", Attr.type(DataType.DT_INT32));
        return graph.add("Shape", "Shape", DataType.DT_INT32, Shape.of(x.rank()), attributes, x);
    }

    /// One size of `x`: a constant where it is known.
    Symbol sizeOf(Symbol x, int axis) {
        return x.size(axis) >= 0 ? integer(x.size(axis)) : element(shapeOf(x), axis);
    }

    private Symbol element(Symbol vector, int index) {
        return slice(vector, new int[] {index}, new int[] {index + 1}, new int[] {1}, 0, 0, 1);
    }

    /// The vector of `sizes`, those that are unknown taken from the same axes of `like`.
    Symbol sizes(Symbol like, int... sizes) {
        List<Symbol> parts = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            parts.add(sizes[i] < 0 ? sizeOf(like, i) : integer(sizes[i]));
        }
        return pack("packed", parts, 0);
    }

    /// Scalars or values of one shape, stacked along a new `axis`.
    Symbol pack(String name, List<Symbol> parts, int axis) {
        Symbol first = parts.getFirst();
        List<Integer> shape = list(first.shape());
        shape.add(axis < 0 ? axis + first.rank() + 1 : axis, parts.size());
        Map<String, AttrValue> attributes =
                Map.of("T", typed(first), "N", Attr.integer(parts.size()), "axis", Attr.integer(axis));
        return graph.add("Pack", name, first.type(), shape(shape), attributes, parts.toArray(Symbol[]::new));
    }

    /// @throws NotLowerable where a graph with so many values would not be one that a runtime takes
    static void requireFew(int count) {
        if (count < 0 || count > MOST) {
            throw new NotLowerable("it makes " + count + " values of one");
        }
    }

    List<Symbol> unpack(Symbol x) {
        int count = x.size(0);
        if (count < 0) {
            throw new NotLowerable("it unrolls over a dimension that is unknown");
        }
        requireFew(count);
        Shape part = shape(list(x.shape()).subList(1, x.rank()));
        return graph.addAll(
                "Unpack",
                "unstack",
                Collections.nCopies(count, x.type()),
                Collections.nCopies(count, part),
                Map.of("T", typed(x), "num", Attr.integer(count), "axis", Attr.integer(0)),
                List.of(x));
    }

    /// `x` in the shape `target`, of which one dimension may be -1: it takes what is left.
    Symbol reshape(Symbol x, int... target) {
        return reshapeTo(x, vector(target), resolved(x.shape(), target));
    }

    /// `x` in the shape `target`, whose unknown sizes are those of `like` in the same places.
    Symbol reshapeLike(Symbol x, Symbol like, int... target) {
        return reshapeTo(x, sizes(like, target), Shape.of(target));
    }

    Symbol reshapeTo(Symbol x, Symbol vector, Shape shape) {
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tshape", Attr.type(DataType.DT_INT32));
        return graph.add("Reshape", "Reshape", x.type(), shape, attributes, x, vector);
    }

    static Shape resolved(Shape from, int[] target) {
        int open = -1;
        long known = 1;
        for (int i = 0; i < target.length; i++) {
            if (target[i] < 0) {
                open = i;
            } else {
                known *= target[i];
            }
        }
        Shape shape = Shape.of(target);
        if (open < 0 || !from.isKnown() || known == 0) {
            return shape;
        }
        return shape.withDimension(open, Math.toIntExact(from.elementCount() / known));
    }

    Symbol transpose(Symbol x, int... permutation) {
        return transpose("transpose", x, permutation);
    }

    Symbol transpose(String name, Symbol x, int... permutation) {
        if (permutation.length != x.rank()) {
            throw new NotLowerable("it permutes " + permutation.length + " dimensions of a value that has " + x.rank());
        }
        int[] sizes = new int[permutation.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(axis(permutation[i], x.rank()));
        }
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tperm", Attr.type(DataType.DT_INT32));
        return graph.add("Transpose", name, x.type(), Shape.of(sizes), attributes, x, vector(permutation));
    }

    Symbol expandDims(Symbol x, int axis) {
        List<Integer> shape = list(x.shape());
        int at = axis < 0 ? axis + x.rank() + 1 : axis;
        if (at < 0 || at > x.rank()) {
            throw new NotLowerable("it adds a dimension at " + axis + " to a value that has " + x.rank());
        }
        shape.add(at, 1);
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tdim", Attr.type(DataType.DT_INT32));
        return graph.add("ExpandDims", "ExpandDims", x.type(), shape(shape), attributes, x, integer(axis));
    }

    /// Without the dimensions `axes`; without all of size 1 where there are none.
    Symbol squeeze(Symbol x, int... axes) {
        boolean[] drop = new boolean[x.rank()];
        for (int axis : axes) {
            drop[axis(axis, x.rank())] = true;
        }
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < drop.length; i++) {
            boolean gone = axes.length == 0 ? x.size(i) == 1 : drop[i];
            if (!gone) {
                shape.add(x.size(i));
            }
        }
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "squeeze_dims", Attr.integers(axes));
        return graph.add("Squeeze", "Squeeze", x.type(), shape(shape), attributes, x);
    }

    Symbol concat(List<Symbol> parts, int axis) {
        Symbol first = parts.getFirst();
        int along = axis(axis, first.rank());
        int[] sizes = first.shape().toArray();
        int total = 0;
        for (Symbol part : parts) {
            if (part.rank() != first.rank()) {
                throw new NotLowerable("it joins " + part.shape() + " with " + first.shape());
            }
            total = total < 0 || part.size(along) < 0 ? -1 : Math.addExact(total, part.size(along));
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = sizes[i] < 0 ? part.size(i) : sizes[i];
            }
        }
        sizes[along] = total;
        List<Symbol> inputs = new ArrayList<>(parts);
        inputs.add(integer(axis));
        Map<String, AttrValue> attributes =
                Map.of("T", typed(first), "N", Attr.integer(parts.size()), "Tidx", Attr.type(DataType.DT_INT32));
        return graph.add(
                "ConcatV2", "concat", first.type(), Shape.of(sizes), attributes, inputs.toArray(Symbol[]::new));
    }

    List<Symbol> split(Symbol x, int count, int axis) {
        requireFew(count);
        int along = axis(axis, x.rank());
        if (x.size(along) < 0 || x.size(along) % count != 0) {
            throw new NotLowerable("it splits " + x.shape() + " into " + count + " parts along " + axis);
        }
        Shape part = x.shape().withDimension(along, x.size(along) / count);
        return graph.addAll(
                "Split",
                "split",
                Collections.nCopies(count, x.type()),
                Collections.nCopies(count, part),
                Map.of("T", typed(x), "num_split", Attr.integer(count)),
                List.of(integer(axis), x));
    }

    /// A strided slice as TensorFlow writes it; the masks are bits per dimension.
    Symbol slice(Symbol x, int[] begin, int[] end, int[] stride, int beginMask, int endMask, int shrinkMask) {
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (i >= begin.length) {
                shape.add(x.size(i));
            } else if ((shrinkMask >> i & 1) == 0) {
                boolean open = (beginMask >> i & 1) != 0;
                boolean toEnd = (endMask >> i & 1) != 0;
                shape.add(taken(x.size(i), open ? null : begin[i], toEnd ? null : end[i], stride[i]));
            }
        }
        Map<String, AttrValue> attributes = new HashMap<>(Map.of(
                "T", typed(x),
                "Index", Attr.type(DataType.DT_INT32),
                "begin_mask", Attr.integer(beginMask),
                "end_mask", Attr.integer(endMask),
                "ellipsis_mask", Attr.integer(0),
                "new_axis_mask", Attr.integer(0),
                "shrink_axis_mask", Attr.integer(shrinkMask)));
        return graph.add(
                "StridedSlice",
                "strided_slice",
                x.type(),
                shape(shape),
                attributes,
                x,
                vector(begin),
                vector(end),
                vector(stride));
    }

    private static int taken(
            int size,
            @org.jspecify.annotations.Nullable Integer begin,
            @org.jspecify.annotations.Nullable Integer end,
            int stride) {
        if (size < 0 || stride == 0) {
            return begin == null && end == null && Math.abs(stride) == 1 ? size : Shape.UNKNOWN;
        }
        int low = stride > 0 ? 0 : -1;
        int high = stride > 0 ? size : size - 1;
        int from = begin == null ? (stride > 0 ? 0 : size - 1) : clamp(begin, size, low, high);
        int to = end == null ? (stride > 0 ? size : -1) : clamp(end, size, low, high);
        return Math.max(0, Math.ceilDiv(to - from, stride));
    }

    private static int clamp(int index, int size, int low, int high) {
        return Math.max(low, Math.min(high, index < 0 ? index + size : index));
    }

    /// Element `index` along the first dimension.
    Symbol first(Symbol x, int index) {
        int end = index + 1;
        return slice(x, new int[] {index}, new int[] {end}, new int[] {1}, 0, 0, 1);
    }

    /// The part from `begin` to `end` of the last dimension; a negative bound leaves it open.
    Symbol lastPart(Symbol x, int begin, int end) {
        int[] from = new int[x.rank()];
        int[] to = new int[x.rank()];
        int[] ones = new int[x.rank()];
        java.util.Arrays.fill(ones, 1);
        int all = (1 << x.rank()) - 1;
        int last = 1 << (x.rank() - 1);
        from[x.rank() - 1] = Math.max(begin, 0);
        to[x.rank() - 1] = Math.max(end, 0);
        int beginMask = begin <= 0 ? all : all - last;
        int endMask = end < 0 ? all : all - last;
        return slice(x, from, to, ones, beginMask, endMask, 0);
    }

    Symbol tile(Symbol x, int... multiples) {
        int[] sizes = new int[x.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(i) < 0 ? -1 : Math.multiplyExact(x.size(i), multiples[i]);
        }
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tmultiples", Attr.type(DataType.DT_INT32));
        return graph.add("Tile", "Tile", x.type(), Shape.of(sizes), attributes, x, vector(multiples));
    }

    /// Every element along `axis` `count` times, as `repeat` of Keras is written.
    Symbol repeat(Symbol x, int count, int axis) {
        int along = axis(axis, x.rank());
        Symbol wide = expandDims(x, along + 1);
        int[] multiples = new int[wide.rank()];
        java.util.Arrays.fill(multiples, 1);
        multiples[along + 1] = count;
        Symbol tiled = tile(wide, multiples);
        int[] sizes = x.shape().toArray();
        if (sizes[along] < 0) {
            throw new NotLowerable("it repeats along a dimension that is unknown");
        }
        sizes[along] = Math.multiplyExact(sizes[along], count);
        return reshapeLike(tiled, x, sizes);
    }

    Symbol fill(Symbol sizes, Shape shape, Symbol value) {
        Map<String, AttrValue> attributes = Map.of("T", typed(value), "index_type", Attr.type(DataType.DT_INT32));
        return graph.add("Fill", "zeros", value.type(), shape, attributes, sizes, value);
    }

    Symbol reverse(Symbol x, int... axes) {
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tidx", Attr.type(DataType.DT_INT32));
        return graph.add("ReverseV2", "ReverseV2", x.type(), x.shape(), attributes, x, vector(axes));
    }

    Symbol gather(Symbol x, Symbol indices, int axis) {
        int along = axis(axis, x.rank());
        List<Integer> shape = list(x.shape());
        shape.remove(along);
        shape.addAll(along, list(indices.shape()));
        Map<String, AttrValue> attributes = Map.of(
                "Tparams", typed(x),
                "Tindices", typed(indices),
                "Taxis", Attr.type(DataType.DT_INT32),
                "batch_dims", Attr.integer(0));
        return graph.add("GatherV2", "GatherV2", x.type(), shape(shape), attributes, x, indices, integer(axis));
    }

    /// @param pads before and after each dimension
    Symbol pad(Symbol x, int... pads) {
        int[] sizes = new int[x.rank()];
        for (int i = 0; i < sizes.length; i++) {
            boolean same = pads[2 * i] == 0 && pads[2 * i + 1] == 0;
            sizes[i] = x.size(i) < 0 && !same ? -1 : x.size(i) + pads[2 * i] + pads[2 * i + 1];
        }
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "Tpaddings", Attr.type(DataType.DT_INT32));
        return graph.add("Pad", "Pad", x.type(), Shape.of(sizes), attributes, x, integers(Shape.of(x.rank(), 2), pads));
    }

    static List<Integer> list(Shape shape) {
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            list.add(shape.dimension(i));
        }
        return list;
    }

    static Shape shape(List<Integer> sizes) {
        return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    }
}
