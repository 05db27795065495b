package dev.lithe.importers.internal.onnx;

import java.util.List;

/// One step of a recurrent operator, as ONNX's pages of RNN, GRU and LSTM define them.
sealed interface Cell {
    /// The states after a step, the one that is the result first.
    ///
    /// @param row what the inputs of this step and the bias contribute to all gates
    List<Laid> step(Formula f, Inner inner, Laid row, List<Laid> states);

    private static Laid clipped(Formula f, Laid x, float clip) {
        return clip <= 0 ? x : f.op("Clip", x, f.real(-clip), f.real(clip));
    }

    /// Gate number `index` of the columns of `all`.
    private static Laid gate(Formula f, Laid all, int index, int hidden) {
        return f.slice(all, 1, (long) index * hidden, (index + 1L) * hidden);
    }

    /// `h' = f(row + h R)`
    record Simple(Laid weights, List<StepFunction> functions, float clip) implements Cell {
        @Override
        public List<Laid> step(Formula f, Inner inner, Laid row, List<Laid> states) {
            Laid sum = f.add(row, f.matMul(states.getFirst(), inner.take(weights)));
            return List.of(functions.getFirst().of(f, clipped(f, sum, clip)));
        }
    }

    /// Gates z, r, h: `h' = (1 - z) n + z h`, where the reset gate r multiplies h before the product, or with
    /// `bias` (that of the recurrent weights) the product and this bias.
    record Gated(Laid weights, List<StepFunction> functions, float clip, int hidden, Laid bias) implements Cell {
        @Override
        public List<Laid> step(Formula f, Inner inner, Laid row, List<Laid> states) {
            Laid h = states.getFirst();
            Laid all = inner.take(weights);
            Laid gateWeights = f.slice(all, 1, 0, 2L * hidden);
            Laid gates = f.add(f.slice(row, 1, 0, 2L * hidden), f.matMul(h, gateWeights));
            Laid both = functions.get(0).of(f, clipped(f, gates, clip));
            Laid z = gate(f, both, 0, hidden);
            Laid r = gate(f, both, 1, hidden);
            Laid newWeights = f.slice(all, 1, 2L * hidden, 3L * hidden);
            Laid recurrent = bias.isAbsent()
                    ? f.matMul(f.mul(r, h), newWeights)
                    : f.mul(r, f.add(f.matMul(h, newWeights), inner.take(bias)));
            Laid sum = f.add(gate(f, row, 2, hidden), recurrent);
            Laid n = functions.get(1).of(f, clipped(f, sum, clip));
            return List.of(f.add(n, f.mul(z, f.sub(h, n))));
        }
    }

    /// Gates i, o, f, c: `c' = f c + i g`, `h' = o h(c')`; with `peepholes` the gates see the cell too.
    record LongShort(
            Laid weights, List<StepFunction> functions, float clip, int hidden, Laid peepholes, boolean coupled)
            implements Cell {
        @Override
        public List<Laid> step(Formula f, Inner inner, Laid row, List<Laid> states) {
            Laid cell = states.get(1);
            Laid sums = f.add(row, f.matMul(states.get(0), inner.take(weights)));
            Laid i = sigmoid(f, seeing(f, inner, gate(f, sums, 0, hidden), cell, 0));
            Laid forget =
                    coupled ? f.sub(f.real(1), i) : sigmoid(f, seeing(f, inner, gate(f, sums, 2, hidden), cell, 2));
            Laid g = functions.get(1).of(f, clipped(f, gate(f, sums, 3, hidden), clip));
            Laid next = f.add(f.mul(forget, cell), f.mul(i, g));
            Laid o = sigmoid(f, seeing(f, inner, gate(f, sums, 1, hidden), next, 1));
            return List.of(f.mul(o, functions.get(2).of(f, next)), next);
        }

        private Laid sigmoid(Formula f, Laid x) {
            return functions.get(0).of(f, clipped(f, x, clip));
        }

        /// @param index which of the peepholes, in the order i, o, f
        private Laid seeing(Formula f, Inner inner, Laid sum, Laid cell, int index) {
            if (peepholes.isAbsent()) {
                return sum;
            }
            Laid own = f.slice(inner.take(peepholes), 0, (long) index * hidden, (index + 1L) * hidden);
            return f.add(sum, f.mul(own, cell));
        }
    }
}
