package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherNdOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.ScatterNdOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Gather and scatter. Known indices are made positive; with indices that come while the model runs, an
/// index out of range is an error then, as it is for LiteRT.
final class Gathers {
    private Gathers() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Gather", Gathers::gather),
                entry("GatherElements", Gathers::gatherElements),
                entry("GatherND", Gathers::gatherNd),
                entry("Compress", Gathers::compress),
                entry("ScatterND", Gathers::scatterNd),
                entry("ScatterElements", Gathers::scatterElements),
                entry("Scatter", Gathers::scatterElements));
    }

    private static List<Laid> gather(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", 0), x.rank());
        Value indices = indices(call, 1, x.shape().dimension(axis));
        int count = call.rank(1);
        List<Integer> order = new ArrayList<>();
        for (int d : x.order()) {
            if (d == axis) {
                for (int i = 0; i < count; i++) {
                    order.add(axis + i);
                }
            } else {
                order.add(d < axis ? d : d + count - 1);
            }
        }
        int place = Orders.inverse(x.order())[axis];
        Value picked =
                graph.emit(BuiltinOperator.GATHER, new GatherOptions(place, 0), x.type(), x.tensor(graph), indices);
        return Call.one(
                Laid.of(picked, order.stream().mapToInt(Integer::intValue).toArray(), x.isImage() && count == 1));
    }

    /// Indices into a dimension of `size`, in ONNX's order.
    private static Value indices(Call call, int input, int size) {
        Numbers known = call.input(input).numbers();
        if (known == null || known.hasUnknown() || !known.isInteger()) {
            return call.plain(input);
        }
        if (size == Shape.UNKNOWN && Arrays.stream(known.longs()).anyMatch(i -> i < 0)) {
            throw new NotLowerable(
                    "it counts from the end of a dimension of unknown size; give the inputs fixed shapes");
        }
        int[] positive = Arrays.stream(known.longs())
                .mapToInt(i -> Math.toIntExact(i < 0 ? i + size : i))
                .toArray();
        return call.graph().ints(known.shape(), positive);
    }

    // ---- by element: everything in one row, addressed by its place there

    private static List<Laid> gatherElements(Call call) {
        Emitter graph = call.graph();
        Value row = graph.reshape(call.plain(0), Shape.of(-1));
        Value places = places(call, 1);
        return Call.plain(graph.emit(BuiltinOperator.GATHER, new GatherOptions(0, 0), call.type(0), row, places));
    }

    /// Where in the flat input each element of `indices` points to.
    private static Value places(Call call, int input) {
        Emitter graph = call.graph();
        Shape shape = call.shape(0);
        Shape wanted = call.shape(input);
        if (!shape.isKnown() || !wanted.isKnown()) {
            throw new NotLowerable("its shape is unknown; give the inputs fixed shapes");
        }
        int axis = Call.axis(call.node().integer("axis", 0), shape.rank());
        int[] offsets = new int[wanted.flatSize()];
        for (int i = 0; i < offsets.length; i++) {
            int rest = i;
            for (int d = shape.rank() - 1; d >= 0; d--) {
                int at = rest % wanted.dimension(d);
                rest /= wanted.dimension(d);
                offsets[i] += d == axis ? 0 : at * shape.flatSize(d + 1, shape.rank());
            }
        }
        Value indices = graph.cast(call.plain(input), TensorType.INT32);
        Value positive = graph.compute(
                BuiltinOperator.FLOOR_MOD, null, indices, graph.scalar(TensorType.INT32, shape.dimension(axis)));
        int stride = shape.flatSize(axis + 1, shape.rank());
        Value scaled = stride == 1 ? positive : graph.mul(positive, graph.scalar(TensorType.INT32, stride));
        return graph.add(scaled, graph.ints(wanted, offsets));
    }

    private static List<Laid> scatterElements(Call call) {
        Emitter graph = call.graph();
        Value x = call.plain(0);
        Value places = graph.reshape(places(call, 1), Shape.of(call.shape(1).flatSize()));
        Value updates = graph.reshape(call.plain(2), Shape.of(call.shape(1).flatSize()));
        Value row = graph.reshape(x, Shape.of(call.shape(0).flatSize()));
        Value result =
                scatter(call, row, graph.reshape(places, Shape.of(call.shape(1).flatSize(), 1)), updates, places);
        return Call.plain(graph.reshape(result, call.shape(0)));
    }

    // ---- by coordinates

    private static List<Laid> gatherNd(Call call) {
        Emitter graph = call.graph();
        int batch = (int) call.node().integer("batch_dims", 0);
        Value indices = positive(call, 1, batch);
        if (batch > 0) {
            indices = withBatch(call, indices, batch);
        }
        return Call.plain(
                graph.emit(BuiltinOperator.GATHER_ND, new GatherNdOptions(), call.type(0), call.plain(0), indices));
    }

    /// Coordinates with known negative ones counted from the end.
    private static Value positive(Call call, int input, int batch) {
        Emitter graph = call.graph();
        Numbers known = call.input(input).numbers();
        if (known == null || known.hasUnknown()) {
            return graph.cast(call.plain(input), TensorType.INT32);
        }
        long[] values = known.longs();
        int width = known.shape().dimension(-1);
        int[] positive = new int[values.length];
        for (int i = 0; i < positive.length; i++) {
            int size = call.shape(0).dimension(batch + i % width);
            positive[i] = Math.toIntExact(values[i] < 0 ? values[i] + size : values[i]);
        }
        return graph.ints(known.shape(), positive);
    }

    /// Coordinates that start with those of the batch.
    private static Value withBatch(Call call, Value indices, int batch) {
        Shape shape = Emitter.shapeOf(indices);
        if (!shape.isKnown()) {
            throw new NotLowerable("its shape is unknown; give the inputs fixed shapes");
        }
        int rows = shape.flatSize(0, shape.rank() - 1);
        int each = shape.flatSize(batch, shape.rank() - 1);
        int[] front = new int[rows * batch];
        for (int r = 0; r < rows; r++) {
            int rest = r / each;
            for (int b = batch - 1; b >= 0; b--) {
                front[r * batch + b] = rest % shape.dimension(b);
                rest /= shape.dimension(b);
            }
        }
        Emitter graph = call.graph();
        Laid coordinates = Laid.plain(graph.ints(shape.withDimension(-1, batch), front));
        return Movements.concat(graph, List.of(coordinates, Laid.plain(indices)), shape.rank() - 1)
                .plain(graph);
    }

    private static List<Laid> scatterNd(Call call) {
        Value indices = positive(call, 1, 0);
        Shape shape = call.shape(0);
        int width = call.shape(1).dimension(-1);
        boolean flat = width == shape.rank() && width == 1;
        String reduction = call.node().text("reduction", "none");
        if (!flat && !reduction.equals("none") && !reduction.equals("add")) {
            return Call.plain(reducedNd(call, indices, width));
        }
        return Call.plain(scatter(call, call.plain(0), indices, call.plain(2), indices));
    }

    /// Rows of what the coordinates point to, reduced row by row.
    private static Value reducedNd(Call call, Value indices, int width) {
        Emitter graph = call.graph();
        Shape shape = call.shape(0);
        int[] strides = new int[width];
        for (int d = 0; d < width; d++) {
            strides[d] = shape.flatSize(d + 1, width);
        }
        int updates = Emitter.shapeOf(indices).flatSize() / width;
        int rowSize = shape.flatSize(width, shape.rank());
        Value flat = graph.reshape(indices, Shape.of(updates, width));
        Value scaled = graph.mul(flat, graph.ints(strides));
        Value rows = graph.emit(
                BuiltinOperator.SUM,
                new dev.lithe.schema.ReducerOptions(false),
                TensorType.INT32,
                scaled,
                graph.ints(1));
        Value x = graph.reshape(call.plain(0), Shape.of(shape.flatSize(0, width), rowSize));
        Value values = graph.reshape(call.plain(2), Shape.of(updates, rowSize));
        Value result = scatter(call, x, graph.reshape(rows, Shape.of(updates, 1)), values, rows);
        return graph.reshape(result, shape);
    }

    /// @param indices coordinates in `x`
    /// @param segments the places along dimension 0, for what is not a sum
    private static Value scatter(Call call, Value x, Value indices, Value updates, Value segments) {
        Emitter graph = call.graph();
        TensorType type = Emitter.typeOf(x);
        Shape shape = Emitter.shapeOf(x);
        if (!shape.isKnown()) {
            throw new NotLowerable("its shape is unknown; give the inputs fixed shapes");
        }
        Value count = graph.scalar(TensorType.INT32, shape.rank() == 0 ? 1 : shape.dimension(0));
        return switch (call.node().text("reduction", "none")) {
            case "none" -> {
                Value written = scattered(graph, indices, updates, shape);
                byte[] ones = new byte[Emitter.shapeOf(updates).flatSize()];
                Arrays.fill(ones, (byte) 1);
                Value mask = scattered(
                        graph,
                        indices,
                        Value.Known.of(
                                graph.name(),
                                dev.lithe.graph.Tensor.wrap(
                                        TensorType.BOOL,
                                        Emitter.shapeOf(updates),
                                        dev.lithe.graph.QuantizationParameters.NONE,
                                        ones)),
                        shape);
                yield graph.emit(BuiltinOperator.SELECT_V2, null, type, mask, written, x);
            }
            case "add" -> graph.add(x, scattered(graph, indices, updates, shape));
            case "mul" -> graph.mul(x, segment(graph, BuiltinOperator.UNSORTED_SEGMENT_PROD, updates, segments, count));
            case "max" ->
                graph.compute(
                        BuiltinOperator.MAXIMUM,
                        null,
                        x,
                        segment(graph, BuiltinOperator.UNSORTED_SEGMENT_MAX, updates, segments, count));
            case "min" ->
                graph.compute(
                        BuiltinOperator.MINIMUM,
                        null,
                        x,
                        segment(graph, BuiltinOperator.UNSORTED_SEGMENT_MIN, updates, segments, count));
            default -> throw new NotLowerable("its reduction is not known");
        };
    }

    private static Value segment(Emitter graph, BuiltinOperator code, Value updates, Value segments, Value count) {
        Value flat = graph.reshape(segments, Shape.of(Emitter.shapeOf(segments).flatSize()));
        return graph.emit(code, null, Emitter.typeOf(updates), updates, flat, count);
    }

    private static Value scattered(Emitter graph, Value indices, Value updates, Shape shape) {
        TensorType type = Emitter.typeOf(updates);
        return graph.emit(
                BuiltinOperator.SCATTER_ND,
                new ScatterNdOptions(),
                type,
                graph.cast(indices, TensorType.INT32),
                updates,
                graph.ints(shape.toArray()));
    }

    // ---- Compress

    private static List<Laid> compress(Call call) {
        Emitter graph = call.graph();
        Numbers condition = call.input(1).numbers();
        boolean flat = !call.node().has("axis");
        Value x = flat ? graph.reshape(call.plain(0), Shape.of(-1)) : call.plain(0);
        int axis = flat ? 0 : Call.axis(call.node().integer("axis", 0), call.rank(0));
        Value kept;
        if (condition != null) {
            long[] flags = condition.longs();
            kept = graph.ints(java.util.stream.IntStream.range(0, flags.length)
                    .filter(i -> flags[i] != 0)
                    .toArray());
        } else {
            Value where = graph.emit(BuiltinOperator.WHERE, null, TensorType.INT64, call.plain(1));
            kept = graph.builder()
                    .emitAs(
                            BuiltinOperator.RESHAPE,
                            null,
                            graph.name(),
                            List.of(SubgraphBuilder.Result.of(TensorType.INT64, Shape.of(-1))),
                            List.of(where, graph.ints(-1)))
                    .getFirst();
        }
        return Call.plain(graph.emit(BuiltinOperator.GATHER, new GatherOptions(axis, 0), call.type(0), x, kept));
    }
}
