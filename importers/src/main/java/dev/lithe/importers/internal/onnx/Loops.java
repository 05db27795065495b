package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.Rounds.Collected;
import dev.lithe.importers.internal.onnx.Rounds.Round;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Loop and Scan, which become WHILE.
final class Loops {
    private Loops() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(entry("Loop", Loops::loop), entry("Scan", Loops::scan));
    }

    // ---- Loop

    private static List<Laid> loop(Call call) {
        OnnxGraph body = call.node().graph("body");
        List<Laid> initial = call.inputs()
                .subList(Math.min(2, call.inputs().size()), call.inputs().size());
        int carried = initial.size();
        int collected = body.getOutputCount() - 1 - carried;
        if (collected < 0 || body.getInputCount() != carried + 2) {
            throw new NotLowerable("its body takes " + body.getInputCount() + " values and gives "
                    + body.getOutputCount() + " for " + carried + " that it carries");
        }
        Laid condition = call.has(1) && !isTrue(call.input(1)) ? call.input(1) : null;
        Rounds.Body rounds = (bodies, inner, counter, goesOn, values) -> {
            Emitter graph = inner.emitter();
            List<Laid> arguments = new ArrayList<>();
            arguments.add(Laid.plain(graph.cast(counter.plain(graph), TensorType.INT64)));
            arguments.add(goesOn);
            arguments.addAll(values);
            List<Laid> results = bodies.inline(body, arguments);
            return new Round(
                    results.getFirst().isMissing() ? null : results.getFirst(),
                    results.subList(1, 1 + carried),
                    results.subList(1 + carried, results.size()));
        };
        List<Collected> how = Collections.nCopies(collected, new Collected(0, false, null));
        Laid trips = call.has(0) ? trips(call) : null;
        return new Rounds(call, trips, condition, initial, how, rounds).lower();
    }

    private static boolean isTrue(Laid condition) {
        Numbers numbers = condition.numbers();
        return numbers != null && !numbers.hasUnknown() && numbers.count() == 1 && numbers.longs()[0] != 0;
    }

    /// What stands for "no limit" is more than an INT32 holds.
    private static Laid trips(Call call) {
        Emitter graph = call.graph();
        Numbers known = call.input(0).numbers();
        if (known != null && !known.hasUnknown()) {
            return Laid.plain(graph.scalar(TensorType.INT32, OnnxNode.clamp(known.longs()[0])));
        }
        Value limit = graph.scalar(TensorType.INT64, Integer.MAX_VALUE);
        Value trips = graph.cast(call.plain(0), TensorType.INT64);
        Value least = graph.compute(BuiltinOperator.MINIMUM, null, trips, limit);
        return Laid.plain(graph.reshape(graph.cast(least, TensorType.INT32), dev.lithe.graph.Shape.SCALAR));
    }

    // ---- Scan

    private static List<Laid> scan(Call call) {
        if (call.node().opset() < 9) {
            throw new NotLowerable(
                    "it is of opset 8, with a batch and lengths; convert the model to opset 11 or newer");
        }
        OnnxGraph body = call.node().graph("body");
        int scanned = Math.toIntExact(call.node().integer("num_scan_inputs", 0));
        int carried = call.inputs().size() - scanned;
        if (scanned < 1 || carried < 0 || body.getInputCount() != call.inputs().size()) {
            throw new NotLowerable("it scans " + scanned + " of "
                    + call.inputs().size() + " inputs, its body takes " + body.getInputCount());
        }
        List<Laid> sequences = call.inputs().subList(carried, call.inputs().size());
        int[] axes = call.node().ints("scan_input_axes", new int[scanned]);
        int[] directions = call.node().ints("scan_input_directions", new int[scanned]);
        List<Collected> how = collected(call, body.getOutputCount() - carried);
        Rounds.Body rounds = (bodies, inner, counter, goesOn, values) -> {
            List<Laid> arguments = new ArrayList<>(values);
            for (int i = 0; i < scanned; i++) {
                arguments.add(element(inner, sequences.get(i), axes[i], directions[i] != 0, counter));
            }
            List<Laid> results = bodies.inline(body, arguments);
            return new Round(null, results.subList(0, carried), results.subList(carried, results.size()));
        };
        Laid trips = length(call.graph(), sequences.getFirst(), axes[0]);
        return new Rounds(call, trips, null, call.inputs().subList(0, carried), how, rounds).lower();
    }

    private static List<Collected> collected(Call call, int count) {
        int[] axes = call.node().ints("scan_output_axes", new int[count]);
        int[] directions = call.node().ints("scan_output_directions", new int[count]);
        List<Collected> how = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            how.add(new Collected(axes[i], directions[i] != 0, null));
        }
        return how;
    }

    /// The size of dimension `axis`: INT32, a scalar.
    static Laid length(Emitter graph, Laid sequence, int axis) {
        int place = Call.axis(axis, sequence.rank());
        int size = sequence.shape().dimension(place);
        if (size >= 0) {
            return Laid.plain(graph.scalar(TensorType.INT32, size));
        }
        Value sizes = graph.emit(
                BuiltinOperator.SHAPE,
                new dev.lithe.schema.ShapeOptions(TensorType.INT32),
                TensorType.INT32,
                sequence.tensor(graph));
        return Laid.plain(graph.emit(
                BuiltinOperator.GATHER,
                new GatherOptions(0, 0),
                TensorType.INT32,
                sizes,
                graph.ints(dev.lithe.graph.Shape.SCALAR, Orders.inverse(sequence.order())[place])));
    }

    /// Element `counter` of a sequence, counted from its end where it is `reversed`.
    static Laid element(Inner inner, Laid sequence, int axis, boolean reversed, Laid counter) {
        Emitter graph = inner.emitter();
        Laid inside = inner.take(sequence);
        int dimension = Call.axis(axis, inside.rank());
        Value index = counter.plain(graph);
        if (reversed) {
            Value last = graph.sub(length(graph, inside, dimension).plain(graph), graph.scalar(TensorType.INT32, 1));
            index = graph.sub(last, index);
        }
        int place = Orders.inverse(inside.order())[dimension];
        Value element = graph.emit(
                BuiltinOperator.GATHER, new GatherOptions(place, 0), inside.type(), inside.tensor(graph), index);
        return Laid.of(element, Orders.without(inside.order(), List.of(dimension)), false);
    }
}
