package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Recurrent layers and the layers around them.
final class RecurrentLayers {
    private RecurrentLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        rules.put("LSTM", call -> recurrent(call, Cells.of(call, cell(call, "LSTMCell", "lstm_cell"))));
        rules.put("GRU", call -> recurrent(call, Cells.of(call, cell(call, "GRUCell", "gru_cell"))));
        rules.put("SimpleRNN", call -> recurrent(call, Cells.of(call, cell(call, "SimpleRNNCell", "simple_rnn_cell"))));
        rules.put("RNN", call -> recurrent(call, Cells.of(call, call.config().get("cell"), "cell")));
        for (int i = 1; i <= 3; i++) {
            int rank = i;
            rules.put("ConvLSTM" + i + "D", call -> convolutional(call, rank));
        }
        rules.put("Bidirectional", RecurrentLayers::bidirectional);
        rules.put("TimeDistributed", RecurrentLayers::timeDistributed);
        for (String kind : List.of("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")) {
            rules.put(kind, RecurrentLayers::alone);
        }
        return rules;
    }

    private static Layer cell(LayerCall call, String kind, String name) {
        return call.layer().child("cell", kind, name, call.config());
    }

    private static List<Symbol> alone(LayerCall call) {
        throw new NotLowerable("it is a cell outside of a recurrent layer");
    }

    private static List<Symbol> convolutional(LayerCall call, int rank) {
        if (call.config().channelsFirst()) {
            throw new NotLowerable("it has its channels first; build it with channels_last");
        }
        return recurrent(call, new Cells.ConvLstm(call, cell(call, "ConvLSTMCell", "conv_lstm_cell"), rank));
    }

    private static List<Symbol> recurrent(LayerCall call, Cells.Cell cell) {
        KerasConfig config = call.config();
        if (config.flag("stateful", false)) {
            throw new NotLowerable("it keeps its state between calls (stateful); build it with stateful=False");
        }
        List<Symbol> inputs = call.inputs();
        List<Symbol> initial = new ArrayList<>(inputs.subList(1, inputs.size()));
        if (initial.isEmpty()) {
            initial.addAll(Arguments.symbols(call.arguments().get(1, "initial_state")));
        }
        boolean sequences = config.flag("return_sequences", false);
        Recurrence.Options options = new Recurrence.Options(
                config.flag("go_backwards", false),
                config.flag("unroll", false),
                sequences,
                config.flag("zero_output_for_mask", false));
        Symbol x = call.ops().toFloat(inputs.getFirst());
        Symbol mask = call.mask();
        Recurrence.Result result = new Recurrence(call.ops(), cell, options).run(x, initial, mask);
        List<Symbol> results = new ArrayList<>();
        results.add(sequences ? result.all().withMask(mask) : result.last());
        if (config.flag("return_state", false)) {
            results.addAll(result.states());
        }
        return results;
    }

    private static List<Symbol> bidirectional(LayerCall call) {
        Ops ops = call.ops();
        JsonNode forward = renamed(call.config().get("layer"), "forward", false);
        JsonNode given = call.config().get("backward_layer");
        JsonNode backward = given.isObject() ? given : renamed(call.config().get("layer"), "backward", true);
        Layer first = call.layer().child("forward_layer", forward);
        Layer second = call.layer().child("backward_layer", backward);
        List<Symbol> inputs = call.inputs();
        List<Symbol> states = new ArrayList<>(inputs.subList(1, inputs.size()));
        if (states.isEmpty()) {
            states.addAll(Arguments.symbols(call.arguments().get(1, "initial_state")));
        }
        int half = states.size() / 2;
        List<Symbol> there = call.caller().call(first, ops, arguments(call, states.subList(0, half)));
        List<Symbol> back = call.caller().call(second, ops, arguments(call, states.subList(half, states.size())));
        boolean sequences = first.config().flag("return_sequences", false);
        Symbol y = there.getFirst();
        Symbol reversed = sequences ? ops.reverse(back.getFirst(), 1) : back.getFirst();
        List<Symbol> results = new ArrayList<>(merged(call, y, reversed));
        if (sequences) {
            results.replaceAll(result -> result.withMask(call.mask()));
        }
        results.addAll(there.subList(1, there.size()));
        results.addAll(back.subList(1, back.size()));
        return results;
    }

    private static List<Symbol> merged(LayerCall call, Symbol y, Symbol reversed) {
        Ops ops = call.ops();
        if (call.config().get("merge_mode").isNull()) {
            return List.of(y, reversed);
        }
        String mode = call.config().text("merge_mode", "concat");
        return List.of(
                switch (mode) {
                    case "concat" -> ops.concat(List.of(y, reversed), -1);
                    case "sum" -> ops.add(y, reversed);
                    case "ave" -> ops.div(ops.add(y, reversed), ops.real(2));
                    case "mul" -> ops.mul(y, reversed);
                    default -> throw new NotLowerable("its merge mode '" + mode + "' is not known");
                });
    }

    private static Arguments arguments(LayerCall call, List<Symbol> states) {
        List<Symbol> all = new ArrayList<>();
        all.add(call.input().withMask(call.mask()));
        all.addAll(states);
        return all.size() == 1
                ? Arguments.of(all.getFirst())
                : new Arguments(
                        List.of(new Arguments.Group(all.stream()
                                .<Arguments.Argument>map(Arguments.Value::new)
                                .toList())),
                        Map.of());
    }

    /// The layer for one direction, as Keras makes it of the one that is wrapped.
    private static JsonNode renamed(JsonNode layer, String direction, boolean turned) {
        if (!(layer.deepCopy() instanceof ObjectNode copy) || !(copy.path("config") instanceof ObjectNode config)) {
            throw new NotLowerable("what it wraps is no layer");
        }
        String name = Layer.name(layer);
        String plain = name.startsWith("forward_") ? name.substring("forward_".length()) : name;
        config.put("name", direction + "_" + plain);
        copy.remove("name");
        if (turned) {
            config.put("go_backwards", !config.path("go_backwards").asBoolean(false));
        }
        return copy;
    }

    private static List<Symbol> timeDistributed(LayerCall call) {
        Ops ops = call.ops();
        Layer inner = call.layer().child("layer", call.config().get("layer"));
        Symbol x = call.input();
        int steps = x.size(1);
        if (steps < 0) {
            return List.of(together(call, inner, x));
        }
        LayoutOps.requireFew(steps);
        int[] swap = IntStream.range(0, x.rank())
                .map(i -> i == 0 ? 1 : i == 1 ? 0 : i)
                .toArray();
        Symbol parts = ops.transpose(x, swap);
        Symbol mask = call.mask();
        Symbol masks = mask == null ? null : ops.transpose(mask, 1, 0);
        List<Symbol> results = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            Symbol own = masks == null ? null : ops.first(masks, i);
            results.add(call.call(inner, ops.first(parts, i).withMask(own)));
        }
        Symbol stacked = ops.pack("stack", results, 0);
        int[] back = IntStream.range(0, stacked.rank())
                .map(i -> i == 0 ? 1 : i == 1 ? 0 : i)
                .toArray();
        return List.of(ops.transpose(stacked, back));
    }

    /// Over an unknown number of steps: all steps of all samples are one batch.
    private static Symbol together(LayerCall call, Layer inner, Symbol x) {
        Ops ops = call.ops();
        int[] sizes =
                IntStream.range(1, x.rank()).map(i -> i == 1 ? -1 : x.size(i)).toArray();
        if (IntStream.of(sizes).skip(1).anyMatch(size -> size < 0)) {
            throw new NotLowerable("several dimensions of its input are unknown; give the inputs fixed shapes");
        }
        Symbol result = call.call(inner, ops.reshapeTo(x, ops.vector(sizes), Shape.of(sizes)));
        List<Symbol> back = new ArrayList<>(List.of(ops.sizeOf(x, 0), ops.sizeOf(x, 1)));
        List<Integer> shape = new ArrayList<>(List.of(x.size(0), x.size(1)));
        for (int i = 1; i < result.rank(); i++) {
            back.add(ops.sizeOf(result, i));
            shape.add(result.size(i));
        }
        return ops.reshapeTo(result, ops.pack("packed", back, 0), LayoutOps.shape(shape));
    }
}
