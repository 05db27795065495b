package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.SplitOptions;
import dev.lithe.schema.UnpackOptions;
import java.util.Collections;
import java.util.List;

/// Cuts values into parts.
final class Splitting {
    private Splitting() {}

    /// `count` equal parts of dimension `axis`.
    static List<Laid> even(Emitter graph, Laid x, int axis, int count) {
        if (count == 1) {
            return List.of(x);
        }
        int size = x.shape().dimension(axis);
        if (size < 0 || size % count != 0) {
            throw new NotLowerable("dimension " + axis + " of " + x.shape() + " has no " + count + " equal parts");
        }
        int place = Orders.inverse(x.order())[axis];
        List<Value.Dynamic> parts = graph.builder()
                .emitAll(
                        BuiltinOperator.SPLIT,
                        new SplitOptions(count),
                        graph.name(),
                        Collections.nCopies(count, x.type()),
                        List.of(graph.ints(Shape.SCALAR, place), x.tensor(graph)));
        return parts.stream().map(p -> Laid.of(p, x.order(), x.isImage())).toList();
    }

    /// The slices of dimension `place` of a tensor, without it.
    static List<Value.Dynamic> unpack(Emitter graph, Value x, int place) {
        int count = Emitter.shapeOf(x).dimension(place);
        if (count < 0) {
            throw new NotLowerable("the length of its sequence is unknown; give the inputs fixed shapes");
        }
        return graph.builder()
                .emitAll(
                        BuiltinOperator.UNPACK,
                        new UnpackOptions(count, place),
                        graph.name(),
                        Collections.nCopies(count, Emitter.typeOf(x)),
                        List.of(x));
    }

    /// `size` elements from `begin` on of each dimension; -1 for all that are left.
    static Value slice(Emitter graph, Value x, int[] begin, int[] size) {
        return graph.emit(
                BuiltinOperator.SLICE, new SliceOptions(), Emitter.typeOf(x), x, graph.ints(begin), graph.ints(size));
    }

    /// `size` elements from `begin` on of dimension `place`.
    static Value slice(Emitter graph, Value x, int place, int begin, int size) {
        Shape shape = Emitter.shapeOf(x);
        int[] begins = new int[shape.rank()];
        int[] sizes = new int[shape.rank()];
        java.util.Arrays.fill(sizes, -1);
        begins[place] = begin;
        sizes[place] = size;
        return shape.dimension(place) == size ? x : slice(graph, x, begins, sizes);
    }
}
