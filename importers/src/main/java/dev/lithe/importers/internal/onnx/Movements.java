package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.ReverseV2Options;
import dev.lithe.schema.SplitOptions;
import dev.lithe.schema.SplitVOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TileOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Operators that move elements: transposing costs nothing here, the others take any order.
final class Movements {
    private Movements() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Transpose", Movements::transpose),
                entry("Concat", Movements::concat),
                entry("Split", Movements::split),
                entry("Expand", Movements::expand),
                entry("Tile", Movements::tile),
                entry("ReverseSequence", Movements::reverseSequence),
                entry("Trilu", Movements::trilu));
    }

    /// Only the names of the dimensions change; elements move when somebody needs them in place.
    private static List<Laid> transpose(Call call) {
        Laid x = call.input(0);
        int[] reversed = Orders.identity(x.rank());
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = reversed.length - 1 - i;
        }
        int[] permutation = call.node().ints("perm", reversed);
        if (permutation.length != x.rank()) {
            throw new NotLowerable("it reorders " + permutation.length + " dimensions of " + x.rank());
        }
        if (x.isPostponed() || x.isPartial()) {
            int[] inverse = Orders.inverse(permutation);
            return Call.one(Laid.of(x.plain(call.graph()), inverse, false));
        }
        // Dimension d of the result is dimension permutation[d] of x.
        int[] renamed = Orders.inverse(permutation);
        int[] order = Arrays.stream(x.order()).map(d -> renamed[d]).toArray();
        return Call.one(x.withOrder(order, false));
    }

    /// The order that most elements lie in.
    static Laid leader(List<Laid> inputs) {
        Laid leader = inputs.getFirst();
        for (Laid input : inputs) {
            if (!input.isKnown() && (leader.isKnown() || (input.isImage() && !leader.isImage()))) {
                leader = input;
            }
        }
        return leader;
    }

    private static List<Laid> concat(Call call) {
        Laid leader = leader(call.inputs());
        return Call.one(
                concat(call.graph(), call.inputs(), Call.axis(call.node().integer("axis", 1), leader.rank())));
    }

    static Laid concat(Emitter graph, List<Laid> inputs, int axis) {
        Laid leader = leader(inputs);
        int[] order = leader.order();
        List<Value> parts = new ArrayList<>();
        for (Laid input : inputs) {
            if (input.rank() != leader.rank()) {
                throw new NotLowerable("its inputs have " + input.rank() + " and " + leader.rank() + " dimensions");
            }
            if (input.shape().dimension(axis) != 0 || inputs.size() == 1) {
                parts.add(input.as(graph, order));
            }
        }
        if (parts.size() == 1) {
            return Laid.of(parts.getFirst(), order, leader.isImage());
        }
        int place = Orders.inverse(order)[axis];
        Value joined = graph.emit(
                BuiltinOperator.CONCATENATION,
                new ConcatenationOptions(place, ActivationFunctionType.NONE),
                leader.type(),
                parts.toArray(Value[]::new));
        return Laid.of(joined, order, leader.isImage());
    }

    private static List<Laid> split(Call call) {
        Laid x = call.input(0);
        Emitter graph = call.graph();
        int axis = Call.axis(call.node().integer("axis", 0), x.rank());
        int[] sizes = sizes(call, x.shape().dimension(axis));
        int place = Orders.inverse(x.order())[axis];
        Value tensor = x.tensor(graph);
        if (sizes.length == 1) {
            return List.of(x);
        }
        boolean even = Arrays.stream(sizes).allMatch(s -> s == sizes[0]);
        List<TensorType> types = Collections.nCopies(sizes.length, x.type());
        List<Value.Dynamic> parts = even
                ? graph.builder()
                        .emitAll(
                                BuiltinOperator.SPLIT,
                                new SplitOptions(sizes.length),
                                graph.name(),
                                types,
                                List.of(graph.ints(Shape.SCALAR, place), tensor))
                : graph.builder()
                        .emitAll(
                                BuiltinOperator.SPLIT_V,
                                new SplitVOptions(sizes.length),
                                graph.name(),
                                types,
                                List.of(tensor, graph.ints(sizes), graph.ints(Shape.SCALAR, place)));
        return parts.stream().map(p -> Laid.of(p, x.order(), x.isImage())).toList();
    }

    private static int[] sizes(Call call, int size) {
        int[] given = call.has(1) ? call.ints(1, "sizes") : call.node().ints("split");
        if (given != null) {
            return given;
        }
        int count = call.node().has("num_outputs")
                ? (int) call.node().integer("num_outputs", 1)
                : call.node().proto().getOutputCount();
        if (size == Shape.UNKNOWN || count < 1 || count > call.node().proto().getOutputCount()) {
            throw new NotLowerable("it splits a dimension of unknown size; give the inputs fixed shapes");
        }
        int each = (size + count - 1) / count;
        int[] sizes = new int[count];
        Arrays.fill(sizes, each);
        sizes[count - 1] = size - each * (count - 1);
        return sizes;
    }

    /// A broadcast to at least the given shape.
    private static List<Laid> expand(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        Numbers numbers = call.input(1).numbers();
        if (numbers == null || !numbers.isInteger()) {
            throw new NotLowerable("its shape is only known at run time; give the inputs fixed shapes");
        }
        long[] wanted = numbers.longs();
        int rank = Math.max(wanted.length, x.rank());
        int[] order = Orders.extended(x.order(), rank - x.rank());
        Value tensor = Broadcasts.align(graph, x, order);
        int[] sizes = new int[rank];
        boolean same = rank == x.rank();
        for (int d = 0; d < rank; d++) {
            int own = d < rank - x.rank() ? 1 : x.shape().dimension(d - rank + x.rank());
            long asked = d < rank - wanted.length ? 1 : wanted[d - rank + wanted.length];
            if (asked == Numbers.UNKNOWN && own == 1) {
                return runtimeExpand(call, x, rank);
            }
            sizes[d] = own == 1 ? OnnxNode.clamp(asked) : own;
            same &= sizes[d] == own;
        }
        if (same) {
            return List.of(x);
        }
        Shape target = Orders.physical(Shape.of(sizes), order);
        if (!target.isKnown()) {
            return runtimeExpand(call, x, rank);
        }
        Value result = broadcast(graph, tensor, target);
        return Call.one(Laid.of(result, order, x.isImage() && rank == x.rank()));
    }

    /// Some of the shape is found while the model runs: what ONNX means by it is a broadcast of both shapes.
    private static List<Laid> runtimeExpand(Call call, Laid x, int rank) {
        Emitter graph = call.graph();
        if (x.type() != TensorType.FLOAT32) {
            throw new NotLowerable("its shape is only known at run time; give the inputs fixed shapes");
        }
        Value shape = graph.cast(call.plain(1), TensorType.INT32);
        int[] open = new int[call.shape(1).dimension(0)];
        Arrays.fill(open, Shape.UNKNOWN);
        Value ones = graph.builder()
                .emitAs(
                        BuiltinOperator.FILL,
                        null,
                        graph.name(),
                        List.of(SubgraphBuilder.Result.of(TensorType.FLOAT32, Shape.of(open))),
                        List.of(shape, graph.scalar(TensorType.FLOAT32, 1)))
                .getFirst();
        Value result = graph.mul(x.plain(graph), ones);
        if (Emitter.shapeOf(result).rank() != rank) {
            throw new NotLowerable("its shape does not broadcast");
        }
        return Call.plain(result);
    }

    static Value broadcast(Emitter graph, Value tensor, Shape target) {
        TensorType type = Emitter.typeOf(tensor);
        return graph.emit(BuiltinOperator.BROADCAST_TO, null, type, tensor, graph.ints(target.toArray()));
    }

    private static List<Laid> tile(Call call) {
        Laid x = call.input(0);
        int[] repeats = call.ints(1, "repeats");
        if (repeats.length != x.rank()) {
            throw new NotLowerable("it repeats " + repeats.length + " dimensions of " + x.rank());
        }
        int[] placed = Arrays.stream(x.order()).map(d -> repeats[d]).toArray();
        Value tiled = call.graph()
                .emit(
                        BuiltinOperator.TILE,
                        new TileOptions(),
                        x.type(),
                        x.tensor(call.graph()),
                        call.graph().ints(placed));
        return Call.one(Laid.of(tiled, x.order(), x.isImage()));
    }

    static Value reverse(Emitter graph, Value x, int place) {
        return graph.emit(BuiltinOperator.REVERSE_V2, new ReverseV2Options(), Emitter.typeOf(x), x, graph.ints(place));
    }

    private static List<Laid> reverseSequence(Call call) {
        Emitter graph = call.graph();
        dev.lithe.schema.ReverseSequenceOptions options = new dev.lithe.schema.ReverseSequenceOptions(
                (int) call.node().integer("time_axis", 0), (int) call.node().integer("batch_axis", 1));
        return Call.plain(
                graph.emit(BuiltinOperator.REVERSE_SEQUENCE, options, call.type(0), call.plain(0), call.plain(1)));
    }

    /// The upper or lower triangle: everything else is multiplied by 0, or chosen from zeros.
    private static List<Laid> trilu(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int rows = x.shape().dimension(-2);
        int columns = x.shape().dimension(-1);
        if (rows < 0 || columns < 0) {
            throw new NotLowerable("the size of its matrices is unknown; give the inputs fixed shapes");
        }
        boolean upper = call.node().flag("upper", true);
        int k = call.has(1) ? call.integer(1, "diagonal") : 0;
        dev.lithe.graph.Tensor mask = dev.lithe.graph.Tensor.allocate(
                TensorType.BOOL, Shape.of(rows, columns), dev.lithe.graph.QuantizationParameters.NONE);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                boolean keep = upper ? c >= (long) r + k : c <= (long) r + k;
                mask.bytes()[r * columns + c] = (byte) (keep ? 1 : 0);
            }
        }
        return Call.plain(graph.emit(
                BuiltinOperator.SELECT_V2,
                null,
                x.type(),
                Value.Known.of(graph.name(), mask),
                x.plain(graph),
                graph.scalar(x.type(), 0)));
    }
}
