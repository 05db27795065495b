package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.onnx.Rounds.Collected;
import dev.lithe.importers.internal.onnx.Rounds.Round;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// RNN, GRU and LSTM: what the inputs contribute is one product for all steps, the rest a WHILE over the steps.
final class Recurrences {
    private Recurrences() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("RNN", c -> new Recurrence(c, 1, 1).lower()),
                entry("GRU", c -> new Recurrence(c, 3, 2).lower()),
                entry("LSTM", c -> new Recurrence(c, 4, 3).lower()));
    }

    /// One node.
    private static final class Recurrence {
        private static final int MOST = 1 << 16;
        private static final int LENGTHS = 4;
        private static final int INITIAL = 5;

        private final Call call;
        private final Formula f;
        private final int gates;
        private final int activations;
        private final int hidden;
        private final boolean lstm;
        private final boolean batchFirst;

        Recurrence(Call call, int gates, int activations) {
            this.call = call;
            this.f = Formula.of(call);
            this.gates = gates;
            this.activations = activations;
            this.lstm = gates == 4;
            this.hidden = call.shape(2).dimension(-1);
            this.batchFirst = call.node().flag("layout", false);
            if (call.rank(0) != 3 || call.rank(1) != 3 || call.rank(2) != 3 || hidden < 1 || hidden > MOST) {
                throw new NotLowerable("its inputs and weights have the shapes " + call.shape(0) + ", " + call.shape(1)
                        + " and " + call.shape(2));
            }
        }

        List<Laid> lower() {
            String direction = call.node().text("direction", "forward");
            List<Boolean> directions = switch (direction) {
                case "forward" -> List.of(false);
                case "reverse" -> List.of(true);
                case "bidirectional" -> List.of(false, true);
                default -> throw new NotLowerable("its direction '" + direction + "' is not known");
            };
            List<List<Laid>> results = new ArrayList<>();
            for (int d = 0; d < directions.size(); d++) {
                results.add(new Direction(d, directions.get(d)).lower());
            }
            List<Laid> all = new ArrayList<>();
            for (int i = 0; i < (lstm ? 3 : 2); i++) {
                int result = i;
                Laid[] parts = results.stream().map(r -> r.get(result)).toArray(Laid[]::new);
                all.add(joined(parts, i == 0));
            }
            return all;
        }

        /// Results of the directions, [T, B, H] or [B, H] each, as one.
        private Laid joined(Laid[] parts, boolean sequence) {
            int axis = sequence ? batchFirst ? 2 : 1 : batchFirst ? 1 : 0;
            for (int i = 0; i < parts.length; i++) {
                Laid part = sequence && batchFirst ? f.transpose(parts[i], 1, 0, 2) : parts[i];
                parts[i] = f.op("Unsqueeze", part, f.longs(axis));
            }
            return parts.length == 1 ? parts[0] : f.concat(axis, parts);
        }

        /// One direction of the node.
        private final class Direction {
            private final int index;
            private final boolean reversed;
            private final List<StepFunction> functions = new ArrayList<>();

            Direction(int index, boolean reversed) {
                this.index = index;
                this.reversed = reversed;
                for (int i = 0; i < activations; i++) {
                    functions.add(StepFunction.of(call.node(), index * activations + i, i == 0 && gates > 1));
                }
            }

            /// This direction's part of an input.
            private Laid part(int input) {
                Laid all = call.input(input);
                return f.op("Squeeze", f.slice(all, 0, index, index + 1L), f.longs(0));
            }

            List<Laid> lower() {
                Laid x = batchFirst ? f.transpose(call.input(0), 1, 0, 2) : call.input(0);
                Laid lengths = call.has(LENGTHS) ? f.cast(call.input(LENGTHS), TensorType.INT32) : null;
                if (reversed && lengths != null) {
                    x = turned(x, lengths);
                }
                boolean backwards = reversed && lengths == null;
                Laid inputs = f.matMul(x, f.transpose(part(1), 1, 0));
                Laid bias = call.has(3) ? part(3) : null;
                Laid mixed = bias == null ? inputs : f.add(inputs, inputBias(bias));
                Laid weights = f.transpose(part(2), 1, 0);
                List<Laid> states = new ArrayList<>();
                for (int i = 0; i < (lstm ? 2 : 1); i++) {
                    states.add(call.has(INITIAL + i) ? initial(INITIAL + i) : zeros(x));
                }
                Cell cell = cell(weights, bias);
                Rounds.Body body = (bodies, inner, counter, goesOn, before) -> {
                    Formula g = new Formula(bodies, inner.emitter());
                    Laid row = Loops.element(inner, mixed, 0, backwards, counter);
                    List<Laid> after = cell.step(g, inner, row, before);
                    return lengths == null
                            ? new Round(null, after, List.of(after.getFirst()))
                            : masked(g, inner.take(lengths), counter, before, after);
                };
                Laid trips = Loops.length(call.graph(), mixed, 0);
                List<Laid> ends = new Rounds(
                                call,
                                trips,
                                null,
                                states,
                                List.of(new Collected(0, backwards, states.getFirst())),
                                body)
                        .lower();
                if (ends.isEmpty()) {
                    throw new NotLowerable("a round of it cannot be expressed");
                }
                List<Laid> results = new ArrayList<>(ends.subList(0, ends.size() - 1));
                Laid all = ends.getLast();
                results.addFirst(reversed && lengths != null ? turned(all, lengths) : all);
                return results;
            }

            /// The first `lengths` steps of each row of the batch, backwards.
            private Laid turned(Laid x, Laid lengths) {
                return f.op(
                        "ReverseSequence",
                        Formula.with("time_axis", 0).and("batch_axis", 1),
                        x,
                        f.cast(lengths, TensorType.INT64));
            }

            private Laid initial(int input) {
                Laid all = batchFirst ? f.transpose(call.input(input), 1, 0, 2) : call.input(input);
                return f.op("Squeeze", f.slice(all, 0, index, index + 1L), f.longs(0));
            }

            private Laid zeros(Laid x) {
                Laid sizes = f.concat(0, f.size(x, 1), f.longs(hidden));
                return f.op("ConstantOfShape", sizes);
            }

            /// What of the bias can be added before the steps: all of it but what a reset gate multiplies.
            private Laid inputBias(Laid bias) {
                Laid own = f.slice(bias, 0, 0, (long) gates * hidden);
                Laid recurrent = f.slice(bias, 0, (long) gates * hidden, 2L * gates * hidden);
                if (!resetsAfter()) {
                    return f.add(own, recurrent);
                }
                Laid first = f.slice(recurrent, 0, 0, 2L * hidden);
                return f.add(own, f.concat(0, first, f.reals(Shape.of(hidden), new float[hidden])));
            }

            private boolean resetsAfter() {
                return gates == 3 && call.node().flag("linear_before_reset", false);
            }

            private Cell cell(Laid weights, @org.jspecify.annotations.Nullable Laid bias) {
                float clip = call.node().real("clip", 0);
                return switch (gates) {
                    case 1 -> new Cell.Simple(weights, functions, clip);
                    case 3 -> {
                        Laid last = resetsAfter()
                                ? bias == null
                                        ? f.reals(Shape.of(hidden), new float[hidden])
                                        : f.slice(bias, 0, 5L * hidden, 6L * hidden)
                                : Laid.ABSENT;
                        yield new Cell.Gated(weights, functions, clip, hidden, last);
                    }
                    default -> {
                        Laid peepholes = call.has(7) ? part(7) : Laid.ABSENT;
                        yield new Cell.LongShort(
                                weights,
                                functions,
                                clip,
                                hidden,
                                peepholes,
                                call.node().flag("input_forget", false));
                    }
                };
            }

            /// After its end a row keeps its state, and gives zeros.
            private Round masked(Formula g, Laid lengths, Laid counter, List<Laid> before, List<Laid> after) {
                Laid going = g.op("Unsqueeze", g.op("Less", counter, lengths), g.longs(1));
                List<Laid> kept = new ArrayList<>();
                for (int i = 0; i < after.size(); i++) {
                    kept.add(g.op("Where", going, after.get(i), before.get(i)));
                }
                return new Round(null, kept, List.of(g.op("Where", going, after.getFirst(), g.real(0))));
            }
        }
    }
}
