package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SplitOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One step of an LSTM in the pieces that models have it in: `z = x·Wᵀ + h·Rᵀ + b` split into four gates,
/// `c' = σ(f)·c + σ(i)·tanh(g)`, `h' = σ(o)·tanh(c')`.
///
/// @param x what the step reads
/// @param h its output before
/// @param c its state before
/// @param newH its output
/// @param newC its state
/// @param weights `[4·units, depth]`
/// @param recurrent `[4·units, units]`
/// @param biases constants of `4·units` elements that are added up
/// @param order which part of the split belongs to the input, forget, cell and output gate
record LstmCell(
        TensorId x,
        TensorId h,
        TensorId c,
        TensorId newH,
        TensorId newC,
        TensorSpec weights,
        TensorSpec recurrent,
        List<TensorSpec> biases,
        List<Integer> order) {
    static final int GATES = 4;

    LstmCell {
        biases = List.copyOf(biases);
        order = List.copyOf(order);
    }

    int units() {
        return recurrent.shape().dimension(1);
    }

    int depth() {
        return weights.shape().dimension(1);
    }

    /// The cell whose new state is `newC`; null where that is something else.
    ///
    /// @param c the state before
    /// @param candidates what may be the new output, and which output before belongs to each
    static @Nullable LstmCell find(GraphView view, TensorId newC, TensorId c, List<State> candidates) {
        return new Finder(view, new Algebra(view)).find(newC, c, candidates);
    }

    /// A value that goes from step to step.
    record State(TensorId before, TensorId after) {}

    /// A gate: the split that it is a part of, and which.
    private record Gate(Node split, int part) {}

    private record Finder(GraphView view, Algebra algebra) {
        @Nullable
        LstmCell find(TensorId newC, TensorId c, List<State> candidates) {
            Node sum = algebra.made(newC, BuiltinOperator.ADD);
            if (sum == null) {
                return null;
            }
            for (int side = 0; side < 2; side++) {
                Gate forget = beside(sum.input(side), c);
                Gate[] written = written(sum.input(1 - side));
                for (State candidate : candidates) {
                    Gate output = output(candidate.after, newC);
                    if (forget != null && written != null && output != null) {
                        List<Gate> gates = List.of(written[0], forget, written[1], output);
                        return complete(gates, candidate, c, newC);
                    }
                }
            }
            return null;
        }

        /// The gate of `σ(gate) · other`.
        private @Nullable Gate beside(TensorId product, TensorId other) {
            Node node = algebra.made(product, BuiltinOperator.MUL);
            if (node == null || !node.inputs().contains(other)) {
                return null;
            }
            return gate(node.input(node.input(0).equals(other) ? 1 : 0), BuiltinOperator.LOGISTIC);
        }

        /// The gates of `σ(i) · tanh(g)`.
        private Gate @Nullable [] written(TensorId product) {
            Node node = algebra.made(product, BuiltinOperator.MUL);
            for (int side = 0; node != null && side < 2; side++) {
                Gate input = gate(node.input(side), BuiltinOperator.LOGISTIC);
                Gate cell = gate(node.input(1 - side), BuiltinOperator.TANH);
                if (input != null && cell != null) {
                    return new Gate[] {input, cell};
                }
            }
            return null;
        }

        /// The gate of `σ(o) · tanh(newC)`.
        private @Nullable Gate output(TensorId newH, TensorId newC) {
            Node node = algebra.made(newH, BuiltinOperator.MUL);
            for (int side = 0; node != null && side < 2; side++) {
                Node tanh = algebra.made(node.input(side), BuiltinOperator.TANH);
                if (tanh != null && tanh.input(0).equals(newC)) {
                    return gate(node.input(1 - side), BuiltinOperator.LOGISTIC);
                }
            }
            return null;
        }

        private @Nullable Gate gate(TensorId activated, BuiltinOperator activation) {
            Node node = algebra.made(activated, activation);
            Node split = node == null ? null : view.producer(node.input(0));
            if (node == null || split == null || split.code().builtin() != BuiltinOperator.SPLIT) {
                return null;
            }
            int parts =
                    split.options().as(SplitOptions.class, SplitOptions.DEFAULT).numSplits();
            return parts == GATES ? new Gate(split, split.outputs().indexOf(node.input(0))) : null;
        }

        private @Nullable LstmCell complete(List<Gate> gates, State h, TensorId c, TensorId newC) {
            Node split = gates.getFirst().split;
            List<Integer> order = gates.stream().map(Gate::part).toList();
            boolean one = gates.stream().allMatch(gate -> gate.split.id().equals(split.id()))
                    && order.stream().distinct().count() == GATES;
            int[] axis = view.ints(split, 0);
            boolean last = axis != null && axis.length == 1 && (axis[0] == 1 || axis[0] == -1);
            List<Node> products = new ArrayList<>();
            List<TensorSpec> biases = new ArrayList<>();
            if (!one || !last || !addends(split.input(1), products, biases, 0) || products.size() != 2) {
                return null;
            }
            Node recurrent = products.stream()
                    .filter(node -> node.input(0).equals(h.before))
                    .findFirst()
                    .orElse(null);
            Node other = products.stream()
                    .filter(node -> !node.input(0).equals(h.before))
                    .findFirst()
                    .orElse(null);
            if (recurrent == null || other == null) {
                return null;
            }
            TensorSpec weights = view.input(other, 1);
            TensorSpec again = view.input(recurrent, 1);
            int rows = weights.shape().dimension(0);
            boolean fits = again.shape().dimension(0) == rows
                    && again.shape().dimension(1) * GATES == rows
                    && biases.stream().allMatch(bias -> bias.shape().elementCount() == rows);
            return fits
                    ? new LstmCell(other.input(0), h.before, c, h.after, newC, weights, again, biases, order)
                    : null;
        }

        /// What `sum` is a sum of: dense layers and constants. False where it is anything else.
        private boolean addends(TensorId sum, List<Node> products, List<TensorSpec> biases, int depth) {
            TensorSpec spec = view.tensor(sum);
            if (GraphView.isFloatConstant(spec)) {
                return biases.add(spec);
            }
            Node add = algebra.made(sum, BuiltinOperator.ADD);
            if (add != null && depth < GATES) {
                return addends(add.input(0), products, biases, depth + 1)
                        && addends(add.input(1), products, biases, depth + 1);
            }
            Node dense = algebra.made(sum, BuiltinOperator.FULLY_CONNECTED);
            if (dense == null
                    || !Affine.takesMore(dense, view)
                    || view.input(dense, 1).shape().rank() != 2) {
                return false;
            }
            if (dense.hasInput(2)) {
                biases.add(view.input(dense, 2));
            }
            return products.add(dense);
        }
    }

    /// The rows of one gate of a constant with `4·units` rows, as the operator wants them.
    float[] rows(TensorSpec constant, int gate) {
        float[] values = FloatConstants.values(constant);
        int size = values.length / GATES;
        int part = Objects.requireNonNull(order.get(gate));
        return Arrays.copyOfRange(values, part * size, (part + 1) * size);
    }

    /// The sum of the biases of one gate.
    float[] bias(int gate) {
        float[] sum = new float[units()];
        for (TensorSpec bias : biases) {
            float[] part = rows(bias, gate);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return sum;
    }
}
