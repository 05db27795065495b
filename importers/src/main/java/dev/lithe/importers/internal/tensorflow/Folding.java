package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes nodes whose inputs are known while the graph is read: arithmetic on shapes and on the
/// constants of normalization. Floats are computed in the type and order that the graph has, as
/// TensorFlow folds them.
final class Folding {
    /// Gives null where it cannot fold after all; the node is lowered then.
    @FunctionalInterface
    interface Fold {
        @Nullable
        Numbers apply(RawNode node, List<Numbers> inputs);
    }

    private static final Map<String, Fold> FOLDS = Map.ofEntries(
            entry("Add", ArithmeticFolds.binary(ArithmeticFolds.ADD)),
            entry("AddV2", ArithmeticFolds.binary(ArithmeticFolds.ADD)),
            entry("Sub", ArithmeticFolds.binary(ArithmeticFolds.SUB)),
            entry("Mul", ArithmeticFolds.binary(ArithmeticFolds.MUL)),
            entry("RealDiv", ArithmeticFolds.binary(ArithmeticFolds.DIV)),
            entry("FloorDiv", ArithmeticFolds.binary(ArithmeticFolds.FLOOR_DIV)),
            entry("Maximum", ArithmeticFolds.binary(ArithmeticFolds.MAX)),
            entry("Minimum", ArithmeticFolds.binary(ArithmeticFolds.MIN)),
            entry("Neg", ArithmeticFolds.unary(ArithmeticFolds.NEG)),
            entry("Square", ArithmeticFolds.unary(ArithmeticFolds.SQUARE)),
            entry("Sqrt", ArithmeticFolds.unary(ArithmeticFolds.SQRT)),
            entry("Rsqrt", ArithmeticFolds.unary(ArithmeticFolds.RSQRT)),
            entry("Cast", ArithmeticFolds::cast),
            entry("Prod", ArithmeticFolds::product),
            entry("Reshape", LayoutFolds::reshape),
            entry("Squeeze", LayoutFolds::squeeze),
            entry("ExpandDims", LayoutFolds::expandDims),
            entry("Transpose", LayoutFolds::transpose),
            entry("Pack", LayoutFolds::pack),
            entry("ConcatV2", LayoutFolds::concat),
            entry("StridedSlice", LayoutFolds::stridedSlice),
            entry("GatherV2", LayoutFolds::gather),
            entry("Fill", LayoutFolds::fill),
            entry("BroadcastTo", LayoutFolds::broadcastTo));

    private Folding() {}

    /// Whether nodes of kind `op` are folded where their inputs are known.
    static boolean knows(String op) {
        return FOLDS.containsKey(op);
    }

    /// The result of `node`, or null where it is not known before the graph runs.
    static @Nullable Value fold(RawNode node, List<Value> inputs) {
        Fold fold = FOLDS.get(node.op());
        if (fold == null || inputs.isEmpty()) {
            return null;
        }
        List<Numbers> numbers = new ArrayList<>();
        for (Value input : inputs) {
            Numbers known = Numbers.of(input);
            if (known == null) {
                return null;
            }
            numbers.add(known);
        }
        try {
            Numbers result = fold.apply(node, numbers);
            return result == null ? null : result.toValue(node.name());
        } catch (ArithmeticException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ClassCastException
                | ShapeException e) {
            // Shapes that contradict each other: the operator's own rule says so, with its name.
            return null;
        }
    }
}
