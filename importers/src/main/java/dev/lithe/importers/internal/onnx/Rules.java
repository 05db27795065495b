package dev.lithe.importers.internal.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules of all operators: ONNX's own by their name, others as `domain::name`.
final class Rules {
    private static final Map<String, Rule> ALL = new HashMap<>();

    static {
        Stream.of(
                        Sources.rules(),
                        Elementwise.rules(),
                        Functions.rules(),
                        Activations.rules(),
                        Reshapes.rules(),
                        Movements.rules(),
                        Slicing.rules(),
                        Gathers.rules(),
                        Reductions.rules(),
                        MatMuls.rules(),
                        Convolutions.rules(),
                        Pools.rules(),
                        Resizes.rules(),
                        Norms.rules(),
                        Quantizing.rules(),
                        Loops.rules(),
                        Bits.rules(),
                        Sequences.rules(),
                        Boxes.rules(),
                        Languages.rules(),
                        Einsums.rules(),
                        Integers.rules(),
                        Attentions.rules(),
                        Signals.rules(),
                        Grids.rules(),
                        Recurrences.rules(),
                        Branches.rules())
                .forEach(ALL::putAll);
    }

    /// Control flow, and what gives other numbers each time.
    private static final Set<String> NEVER_FOLDED =
            Set.of("If", "Loop", "Scan", "RNN", "GRU", "LSTM", "QuantizeLinear", "DequantizeLinear");

    /// Their results have no negative numbers.
    private static final Set<String> NOT_NEGATIVE =
            Set.of("Relu", "Sigmoid", "Softmax", "Abs", "Exp", "Sqrt", "HardSigmoid", "Softplus");

    /// Their results have no negative numbers where their first input has none.
    private static final Set<String> KEEPS_SIGN =
            Set.of("Identity", "Dropout", "MaxPool", "AveragePool", "GlobalAveragePool", "Transpose", "Reshape");

    private Rules() {}

    static @Nullable Rule find(String op) {
        return ALL.get(op);
    }

    static boolean isNeverFolded(String op) {
        return NEVER_FOLDED.contains(op);
    }

    static boolean isNotNegative(String op) {
        return NOT_NEGATIVE.contains(op);
    }

    static boolean keepsSign(String op) {
        return KEEPS_SIGN.contains(op);
    }

    /// All operators, for the page that lists them.
    static SortedSet<String> names() {
        return new TreeSet<>(ALL.keySet());
    }
}
