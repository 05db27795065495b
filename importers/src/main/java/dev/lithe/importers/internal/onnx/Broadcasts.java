package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Brings operands that are broadcast against each other into one order.
///
/// @param values the tensors, in the order of the inputs
/// @param order the order of the result
/// @param image whether the order comes from an image
record Broadcasts(List<Value> values, int[] order, boolean image) {
    static Broadcasts of(Emitter graph, List<Laid> inputs) {
        int rank = inputs.stream().mapToInt(Laid::rank).max().orElse(0);
        Laid leader = leader(inputs, rank);
        int[] order = leader == null ? Orders.identity(rank) : Orders.extended(leader.order(), rank - leader.rank());
        List<Value> values = new ArrayList<>();
        for (Laid input : inputs) {
            values.add(align(graph, input, order));
        }
        return new Broadcasts(values, order, leader != null && leader.isImage() && leader.rank() == rank);
    }

    /// Whose order all take: the largest one that is not known, of as many dimensions as the result.
    private static @org.jspecify.annotations.Nullable Laid leader(List<Laid> inputs, int rank) {
        Laid leader = null;
        for (Laid input : inputs) {
            boolean better = !input.isKnown()
                    && (leader == null
                            || input.rank() > leader.rank()
                            || (input.rank() == leader.rank() && size(input) > size(leader)));
            leader = better ? input : leader;
        }
        return leader != null && (leader.rank() == rank || !Orders.isIdentity(leader.order())) ? leader : null;
    }

    private static long size(Laid value) {
        return value.shape().withUnknown(1).elementCount();
    }

    /// The tensor of `input` broadcast to the rank of `order`, without dimensions of size 1 in front.
    static Value align(Emitter graph, Laid input, int[] order) {
        int front = order.length - input.rank();
        int[] own = Orders.extended(input.order(), front);
        Shape shape = extended(input.shape(), front);
        Value tensor = input.tensor(graph);
        if (Arrays.equals(own, order)) {
            return tensor;
        }
        if (front == 0 && !(tensor instanceof Value.Known)) {
            return input.as(graph, order);
        }
        if (Orders.sameMemory(shape, own, order)) {
            return graph.reshape(tensor, stripped(Orders.physical(shape, order)));
        }
        Value whole = graph.reshape(tensor, Orders.physical(shape, own));
        Value turned = Transposition.of(graph.builder(), graph.name(), whole, Orders.permutation(own, order));
        return turned instanceof Value.Known known ? graph.reshape(known, stripped(known.shape())) : turned;
    }

    private static Shape extended(Shape shape, int front) {
        int[] sizes = new int[shape.rank() + front];
        Arrays.fill(sizes, 0, front, 1);
        System.arraycopy(shape.toArray(), 0, sizes, front, shape.rank());
        return Shape.of(sizes);
    }

    private static Shape stripped(Shape shape) {
        int from = 0;
        while (from < shape.rank() && shape.dimension(from) == 1) {
            from++;
        }
        return Shape.of(Arrays.copyOfRange(shape.toArray(), from, shape.rank()));
    }

    /// `value` as the result that these operands give.
    Laid result(Value value) {
        int rank = Emitter.shapeOf(value).rank();
        if (rank != order.length) {
            throw new NotLowerable("its operands do not broadcast to " + order.length + " dimensions");
        }
        return Laid.of(value, order, image);
    }
}
