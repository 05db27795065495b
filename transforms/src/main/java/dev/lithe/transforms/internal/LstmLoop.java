package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.WhileOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A loop that does nothing but run an LSTM cell over all steps of a sequence, from a state of zeros.
///
/// @param cell what each round does
/// @param x where among the loop's values the sequence is, `[time, batch, depth]`
/// @param h where the output is, `[batch, units]`
/// @param list where the outputs are collected, `[time, batch, units]`, or `[1, batch, units]` for the last one only;
///     -1 where they are not
record LstmLoop(LstmCell cell, int x, int h, int list) {
    /// The loop that `node` is; null where it is another one, or its sizes are not known.
    static @Nullable LstmLoop of(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.WHILE) {
            return null;
        }
        WhileOptions options = node.options().as(WhileOptions.class, WhileOptions.DEFAULT);
        GraphView body = view.subgraph(options.bodySubgraphIndex());
        GraphView condition = view.subgraph(options.condSubgraphIndex());
        int count = node.inputs().size();
        boolean fits = body.inputs().size() == count
                && body.outputs().size() == count
                && condition.inputs().size() == count
                && condition.outputs().size() == 1
                && computes(body)
                && computes(condition);
        return fits ? new Finder(node, view, body, condition).find() : null;
    }

    /// Whether a subgraph does nothing but compute.
    private static boolean computes(GraphView part) {
        return part.nodes().stream()
                .noneMatch(node -> RemoveDeadCode.mayHaveEffects(node.code().builtin()));
    }

    private record Finder(Node node, GraphView view, GraphView body, GraphView condition) {
        @Nullable
        LstmLoop find() {
            List<LstmCell.State> states = new ArrayList<>();
            for (int i = 0; i < body.inputs().size(); i++) {
                states.add(
                        new LstmCell.State(body.inputs().get(i), body.outputs().get(i)));
            }
            for (LstmCell.State state : states) {
                LstmCell cell = LstmCell.find(body, state.after(), state.before(), states);
                LstmLoop loop = cell == null ? null : complete(cell, states);
                if (loop != null) {
                    return loop;
                }
            }
            return null;
        }

        private @Nullable LstmLoop complete(LstmCell cell, List<LstmCell.State> states) {
            int c = body.inputs().indexOf(cell.c());
            int h = body.inputs().indexOf(cell.h());
            Node gather = body.producer(cell.x());
            if (gather == null || !isRow(gather)) {
                return null;
            }
            int x = body.inputs().indexOf(gather.input(0));
            int step = body.inputs().indexOf(gather.input(1));
            if (x < 0
                    || step < 0
                    || !states.get(x).before().equals(states.get(x).after())) {
                return null;
            }
            Shape sequence = view.input(node, x).declaredShape();
            boolean known = sequence.rank() == 3 && sequence.isKnown();
            if (!known || !isZero(h) || !isZero(c) || !counts(sequence.dimension(0), step)) {
                return null;
            }
            int list = -1;
            for (int i = 0; i < states.size(); i++) {
                boolean own = i == c || i == h || i == x || isCounter(i);
                if (!own && (list >= 0 || !collects(i, cell, x, step, sequence.dimension(0)))) {
                    return null;
                }
                list = own ? list : i;
            }
            return new LstmLoop(cell, x, h, list);
        }

        private static boolean isRow(Node gather) {
            GatherOptions options = gather.options().as(GatherOptions.class, GatherOptions.DEFAULT);
            return gather.code().builtin() == BuiltinOperator.GATHER && options.axis() == 0 && options.batchDims() == 0;
        }

        private boolean isZero(int value) {
            return new Algebra(view).number(node.input(value)) == 0;
        }

        /// Whether value `i` begins at 0 and grows by 1.
        private boolean isCounter(int i) {
            Node add = body.producer(body.outputs().get(i));
            if (!isNumber(view, node, i, 0) || add == null) {
                return false;
            }
            int side = add.input(0).equals(body.inputs().get(i)) ? 1 : 0;
            return add.code().builtin() == BuiltinOperator.ADD
                    && Algebra.isPlain(add)
                    && isNumber(body, add, side, 1)
                    && add.input(1 - side).equals(body.inputs().get(i));
        }

        /// Whether input `index` of `reader` is the integer `wanted`.
        private static boolean isNumber(GraphView view, Node reader, int index, int wanted) {
            TensorType type = view.input(reader, index).type();
            int[] values = type == TensorType.INT32 || type == TensorType.INT64 ? view.ints(reader, index) : null;
            return values != null && values.length == 1 && values[0] == wanted;
        }

        /// Whether the loop runs while counters, the step among them, are less than `rounds`.
        private boolean counts(int rounds, int step) {
            Set<Integer> compared = new HashSet<>();
            return compares(condition.outputs().getFirst(), rounds, compared, 0) && compared.contains(step);
        }

        private boolean compares(TensorId decision, int rounds, Set<Integer> compared, int depth) {
            Node test = condition.producer(decision);
            if (test == null || depth > 2) {
                return false;
            }
            if (test.code().builtin() == BuiltinOperator.LOGICAL_AND) {
                return compares(test.input(0), rounds, compared, depth + 1)
                        && compares(test.input(1), rounds, compared, depth + 1);
            }
            boolean limited = test.code().builtin() == BuiltinOperator.LESS && isNumber(condition, test, 1, rounds);
            int counter = limited ? condition.inputs().indexOf(test.input(0)) : -1;
            if (counter < 0 || !isCounter(counter)) {
                return false;
            }
            compared.add(counter);
            return true;
        }

        /// Whether value `i` is the list of all outputs, or of the last one.
        private boolean collects(int i, LstmCell cell, int x, int step, int rounds) {
            TensorId after = body.outputs().get(i);
            Shape shape = view.tensor(node.output(i)).declaredShape();
            boolean rows = shape.rank() == 3
                    && shape.isKnown()
                    && shape.dimension(2) == cell.units()
                    && shape.dimension(1)
                            == view.tensor(node.input(x)).declaredShape().dimension(1);
            if (!rows) {
                return false;
            }
            if (shape.dimension(0) == 1) {
                return isOutput(after, cell);
            }
            Node update = body.producer(after);
            return shape.dimension(0) == rounds
                    && update != null
                    && update.code().builtin() == BuiltinOperator.DYNAMIC_UPDATE_SLICE
                    && update.input(0).equals(body.inputs().get(i))
                    && isOutput(update.input(1), cell)
                    && isStep(update.input(2), step);
        }

        /// `[1, batch, units]` of the cell's output.
        private boolean isOutput(TensorId row, LstmCell cell) {
            Node reshape = body.producer(row);
            return reshape != null
                    && reshape.code().builtin() == BuiltinOperator.RESHAPE
                    && reshape.input(0).equals(cell.newH());
        }

        /// `[step, 0, 0]`.
        private boolean isStep(TensorId start, int step) {
            Node join = body.producer(start);
            if (join == null
                    || join.code().builtin() != BuiltinOperator.CONCATENATION
                    || join.inputs().size() != 2) {
                return false;
            }
            Node reshape = body.producer(join.input(0));
            int[] rest = body.ints(join, 1);
            return reshape != null
                    && reshape.code().builtin() == BuiltinOperator.RESHAPE
                    && reshape.input(0).equals(body.inputs().get(step))
                    && rest != null
                    && Arrays.stream(rest).allMatch(r -> r == 0);
        }
    }

    /// The sequence outside of the loop.
    TensorSpec sequence(Node node, GraphView view) {
        return view.input(node, x);
    }
}
