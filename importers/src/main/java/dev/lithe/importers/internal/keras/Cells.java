package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What recurrent layers do in one step.
final class Cells {
    /// The setting that says that each gate has weights of its own, as in Keras 1.
    static final String SEPARATE = "separate_gates";

    private Cells() {}

    /// The output of a step, and the states for the next.
    record Step(Symbol output, List<Symbol> states) {}

    /// One step of a recurrent layer.
    interface Cell {
        /// The shapes of the states, without the batch, for inputs of the shape `input` of one step.
        List<int[]> states(Shape input);

        Step step(Ops ops, Symbol x, List<Symbol> states);
    }

    /// The cell that `json` describes: within `call`'s layer, under `attribute`.
    static Cell of(LayerCall call, JsonNode json, String attribute) {
        return of(call, call.layer().child(attribute, json));
    }

    static Cell of(LayerCall call, Layer layer) {
        return switch (layer.kind()) {
            case "LSTMCell" -> new Lstm(call, layer);
            case "GRUCell" -> new Gru(call, layer);
            case "SimpleRNNCell" -> new Simple(call, layer);
            case "StackedRNNCells" -> stacked(call, layer);
            default -> throw new NotLowerable("its cell " + layer + " is not known");
        };
    }

    private static Cell stacked(LayerCall call, Layer layer) {
        List<JsonNode> members = new ArrayList<>();
        layer.config().get("cells").forEach(members::add);
        if (members.isEmpty()) {
            throw new NotLowerable("it stacks no cells");
        }
        List<String> kinds = members.stream().map(Layer::kind).toList();
        List<String> names = members.stream().map(Layer::name).toList();
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            int index = i;
            Layer member = layer.member(
                    "cells/" + i,
                    () -> Layer.of(members.get(index), layer.weights().member("cells", kinds, names, index)));
            cells.add(of(call, member));
        }
        return new Stacked(cells);
    }

    private static LayerCall at(LayerCall call, Layer layer, Ops ops) {
        return new LayerCall(call.caller(), layer, ops, Arguments.of());
    }

    private record Stacked(List<Cell> cells) implements Cell {
        @Override
        public List<int[]> states(Shape input) {
            List<int[]> all = new ArrayList<>();
            Shape at = input;
            for (Cell cell : cells) {
                List<int[]> own = cell.states(at);
                all.addAll(own);
                at = Shape.of(-1, own.getFirst()[0]);
            }
            return all;
        }

        @Override
        public Step step(Ops ops, Symbol x, List<Symbol> states) {
            List<Symbol> next = new ArrayList<>();
            Symbol at = x;
            int from = 0;
            for (Cell cell : cells) {
                int count = cell.states(at.shape()).size();
                Step step = cell.step(ops, at, states.subList(from, from + count));
                next.addAll(step.states());
                at = step.output();
                from += count;
            }
            return new Step(at, next);
        }
    }

    /// The weights of a cell, of all its gates side by side.
    private record Matrices(
            Symbol kernel, Symbol recurrent, @Nullable Symbol bias) {
        /// @param gates their order side by side
        /// @param made the order in which Keras 1 has them one by one, each with its two matrices and its bias
        static Matrices of(LayerCall own, int inputs, int units, String gates, String made, int... bias) {
            int all = Math.multiplyExact(gates.length(), units);
            if (!own.config().flag(SEPARATE, false)) {
                Symbol kernel = own.weight("kernel", inputs, all);
                Symbol recurrent = own.weight("recurrent_kernel", units, all);
                return new Matrices(
                        kernel, recurrent, own.config().flag("use_bias", true) ? own.weight("bias", bias) : null);
            }
            Map<Integer, Matrices> single = new HashMap<>();
            made.chars()
                    .forEach(gate -> single.put(
                            gate,
                            new Matrices(
                                    own.weight("W_" + (char) gate, inputs, units),
                                    own.weight("U_" + (char) gate, units, units),
                                    own.weight("b_" + (char) gate, units))));
            List<Matrices> ordered = gates.chars().mapToObj(single::get).toList();
            Ops ops = own.ops();
            return new Matrices(
                    ops.concat(ordered.stream().map(Matrices::kernel).toList(), -1),
                    ops.concat(ordered.stream().map(Matrices::recurrent).toList(), -1),
                    ops.concat(
                            ordered.stream()
                                    .map(weights -> Objects.requireNonNull(weights.bias))
                                    .toList(),
                            -1));
        }
    }

    record Lstm(LayerCall call, Layer layer) implements Cell {
        @Override
        public List<int[]> states(Shape input) {
            int units = layer.config().integer("units");
            return List.of(new int[] {units}, new int[] {units});
        }

        @Override
        public Step step(Ops ops, Symbol x, List<Symbol> states) {
            LayerCall own = at(call, layer, ops);
            int units = layer.config().integer("units");
            Matrices weights = Matrices.of(own, x.size(-1), units, "ifco", "icfo", 4 * units);
            Symbol z = ops.binary(
                    "AddV2", "Add", ops.matmul(x, weights.kernel), ops.matmul(states.getFirst(), weights.recurrent));
            if (weights.bias != null) {
                z = ops.biasAdd(z, weights.bias);
            }
            List<Symbol> gates = ops.split(z, 4, 1);
            Symbol in = gate(own, gates.get(0));
            Symbol forget = gate(own, gates.get(1));
            Symbol kept = ops.mul(forget, states.get(1));
            Symbol carry = ops.add(kept, ops.mul(in, activated(own, gates.get(2))));
            Symbol out = gate(own, gates.get(3));
            Symbol output = ops.mul(out, activated(own, carry));
            return new Step(output, List.of(output, carry));
        }
    }

    private static Symbol gate(LayerCall call, Symbol x) {
        return call.activate(x, "recurrent_activation", "sigmoid");
    }

    private static Symbol activated(LayerCall call, Symbol x) {
        return call.activate(x, "activation", "tanh");
    }

    record Gru(LayerCall call, Layer layer) implements Cell {
        @Override
        public List<int[]> states(Shape input) {
            return List.of(new int[] {layer.config().integer("units")});
        }

        @Override
        public Step step(Ops ops, Symbol x, List<Symbol> states) {
            LayerCall own = at(call, layer, ops);
            int units = layer.config().integer("units");
            boolean after = layer.config().flag("reset_after", false);
            int all = Math.multiplyExact(3, units);
            Matrices weights =
                    Matrices.of(own, x.size(-1), units, "zrh", "zrh", after ? new int[] {2, all} : new int[] {all});
            Symbol recurrent = weights.recurrent;
            boolean biased = weights.bias != null;
            List<Symbol> biases =
                    weights.bias == null ? List.of() : after ? split(ops, weights.bias) : List.of(weights.bias);
            Symbol products = ops.matmul(x, weights.kernel);
            List<Symbol> parts = ops.split(biased ? ops.biasAdd(products, biases.getFirst()) : products, 3, -1);
            Symbol before = states.getFirst();
            Gates gates = after
                    ? after(ops, own, parts, before, recurrent, biased ? biases.get(1) : null, units)
                    : before(ops, own, parts, before, recurrent, units);
            Symbol kept = ops.mul(gates.update, before);
            Symbol fresh = ops.mul(ops.sub(ops.real(1), gates.update), gates.candidate);
            Symbol output = ops.add(kept, fresh);
            return new Step(output, List.of(output));
        }

        private record Gates(Symbol update, Symbol candidate) {}

        private static List<Symbol> split(Ops ops, Symbol bias) {
            return ops.split(bias, 2, 0).stream()
                    .map(row -> ops.squeeze(row, 0))
                    .toList();
        }

        private static Gates after(
                Ops ops,
                LayerCall own,
                List<Symbol> parts,
                Symbol before,
                Symbol recurrent,
                @Nullable Symbol bias,
                int units) {
            Symbol product = ops.matmul(before, recurrent);
            Symbol inner = bias == null ? product : ops.add(product, bias);
            Symbol update = gate(own, ops.add(parts.get(0), ops.lastPart(inner, 0, units)));
            Symbol reset = gate(own, ops.add(parts.get(1), ops.lastPart(inner, units, 2 * units)));
            Symbol recalled = ops.mul(reset, ops.lastPart(inner, 2 * units, -1));
            return new Gates(update, activated(own, ops.add(parts.get(2), recalled)));
        }

        private static Gates before(
                Ops ops, LayerCall own, List<Symbol> parts, Symbol before, Symbol recurrent, int units) {
            Symbol inner = ops.matmul(before, ops.lastPart(recurrent, 0, 2 * units));
            Symbol update = gate(own, ops.add(parts.get(0), ops.lastPart(inner, 0, units)));
            Symbol reset = gate(own, ops.add(parts.get(1), ops.lastPart(inner, units, 2 * units)));
            Symbol recalled = ops.matmul(ops.mul(reset, before), ops.lastPart(recurrent, 2 * units, -1));
            return new Gates(update, activated(own, ops.add(parts.get(2), recalled)));
        }
    }

    record Simple(LayerCall call, Layer layer) implements Cell {
        @Override
        public List<int[]> states(Shape input) {
            return List.of(new int[] {layer.config().integer("units")});
        }

        @Override
        public Step step(Ops ops, Symbol x, List<Symbol> states) {
            LayerCall own = at(call, layer, ops);
            int units = layer.config().integer("units");
            Symbol kernel = own.weight("kernel", x.size(-1), units);
            Symbol recurrent = own.weight("recurrent_kernel", units, units);
            Symbol product = ops.matmul(x, kernel);
            if (layer.config().flag("use_bias", true)) {
                product = ops.biasAdd(product, own.weight("bias", units));
            }
            Symbol output = activated(own, ops.add(product, ops.matmul(states.getFirst(), recurrent)));
            return new Step(output, List.of(output));
        }
    }

    /// The cell of ConvLSTM1D, 2D and 3D.
    record ConvLstm(LayerCall call, Layer layer, int rank) implements Cell {
        @Override
        public List<int[]> states(Shape input) {
            Ops.Window window = ConvolutionLayers.window(layer.config(), rank);
            int[] kernel = layer.config().sizes("kernel_size", rank, 1);
            int[] sizes = new int[rank + 1];
            for (int i = 0; i < rank; i++) {
                int reach = (kernel[i] - 1) * window.dilations()[i] + 1;
                int size = input.dimension(i + 1);
                if (size < 0) {
                    throw new NotLowerable("the size of its states is unknown; give the inputs fixed shapes");
                }
                sizes[i] = Math.ceilDiv(window.same() ? size : size - reach + 1, window.strides()[i]);
            }
            sizes[rank] = layer.config().integer("filters");
            return List.of(sizes, sizes);
        }

        @Override
        public Step step(Ops ops, Symbol x, List<Symbol> states) {
            LayerCall own = at(call, layer, ops);
            KerasConfig config = layer.config();
            Ops.Window window = ConvolutionLayers.window(config, rank);
            int filters = config.integer("filters");
            int[] size = config.sizes("kernel_size", rank, 1);
            List<Symbol> kernels = ops.split(own.weight("kernel", shape(size, x.size(-1), 4 * filters)), 4, rank + 1);
            List<Symbol> recurrents =
                    ops.split(own.weight("recurrent_kernel", shape(size, filters, 4 * filters)), 4, rank + 1);
            List<Symbol> biases =
                    config.flag("use_bias", true) ? ops.split(own.weight("bias", 4 * filters), 4, 0) : List.of();
            int[] ones = new int[rank];
            Arrays.fill(ones, 1);
            Ops.Window plain = new Ops.Window(ones, ones, true);
            int[] wide = shape(ones, 1, filters);
            List<Symbol> sums = new ArrayList<>();
            List<Symbol> inputs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Symbol made = ConvolutionLayers.convolve(ops, x, kernels.get(i), window);
                inputs.add(biases.isEmpty() ? made : ops.add(made, ops.reshape(biases.get(i), wide)));
            }
            for (int i = 0; i < 4; i++) {
                Symbol recalled = ConvolutionLayers.convolve(ops, states.getFirst(), recurrents.get(i), plain);
                sums.add(ops.add(inputs.get(i), recalled));
            }
            Symbol in = gate(own, sums.get(0));
            Symbol kept = ops.mul(gate(own, sums.get(1)), states.get(1));
            Symbol carry = ops.add(kept, ops.mul(in, activated(own, sums.get(2))));
            Symbol output = ops.mul(gate(own, sums.get(3)), activated(own, carry));
            return new Step(output, List.of(output, carry));
        }

        private static int[] shape(int[] first, int... rest) {
            int[] all = Arrays.copyOf(first, first.length + rest.length);
            System.arraycopy(rest, 0, all, first.length, rest.length);
            return all;
        }
    }
}
