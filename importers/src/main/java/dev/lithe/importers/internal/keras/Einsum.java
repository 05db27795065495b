package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Sums of products after their equation. Those of dense and attention layers become plain products
/// of matrices, in the form that Keras gives them; the others stay Einsum nodes.
final class Einsum {
    /// Equations whose product needs no more than the dimensions in another order; what stands after
    /// the arrow names the orders of the left value, the right value and the result of the product.
    private static final Map<String, int[][]> ORDERED = Map.ofEntries(
            Map.entry("ab,bc->ac", new int[][] {{}, {}, {}}),
            Map.entry("ab,cb->ac", new int[][] {{}, {1, 0}, {}}),
            Map.entry("abc,cd->abd", new int[][] {{}, {}, {}}),
            Map.entry("abc,dc->abd", new int[][] {{}, {1, 0}, {}}),
            Map.entry("abcd,abde->abce", new int[][] {{}, {}, {}}),
            Map.entry("abcd,abed->abce", new int[][] {{}, {0, 1, 3, 2}, {}}),
            Map.entry("abcd,acbe->adbe", new int[][] {{0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 1, 3}}),
            Map.entry("abcd,adbe->acbe", new int[][] {{}, {0, 2, 1, 3}, {0, 2, 1, 3}}),
            Map.entry("abcd,aecd->acbe", new int[][] {{0, 2, 1, 3}, {0, 2, 3, 1}, {}}),
            Map.entry("abcd,aecd->aceb", new int[][] {{0, 2, 1, 3}, {0, 2, 3, 1}, {0, 1, 3, 2}}));

    /// One contracted dimension on the left, two new ones on the right: the order that puts the
    /// contracted one first.
    private static final Map<String, int[]> SPREAD = Map.of(
            "abc,cde->abde", new int[] {}, "abc,dce->abde", new int[] {1, 0, 2}, "abc,dec->abde", new int[] {2, 0, 1});

    /// Two contracted dimensions on the left: the order that puts both first on the right.
    private static final Map<String, int[]> GATHERED = Map.of(
            "abcd,cde->abe", new int[] {}, "abcd,ced->abe", new int[] {0, 2, 1}, "abcd,ecd->abe", new int[] {1, 2, 0});

    private final Ops ops;

    Einsum(Ops ops) {
        this.ops = ops;
    }

    /// @param equation with a letter for each dimension, and `...` at the start at most
    Symbol apply(String equation, List<Symbol> values) {
        String plain = letters(equation.replace(" ", ""), values);
        if (values.size() == 2) {
            Symbol x = values.get(0);
            Symbol y = values.get(1);
            int[][] orders = ORDERED.get(plain);
            if (orders != null) {
                return ordered(ops.product(ordered(x, orders[0]), ordered(y, orders[1])), orders[2]);
            }
            Shape shape = shape(plain, values);
            int[] spread = SPREAD.get(plain);
            if (spread != null && knownBeyondBatch(shape) && x.size(2) >= 0) {
                return spread(x, y, spread);
            }
            int[] gathered = GATHERED.get(plain);
            if (gathered != null && knownBeyondBatch(shape) && x.size(2) >= 0 && x.size(3) >= 0) {
                return gathered(x, y, gathered);
            }
        }
        return ops.einsum(plain, shape(plain, values), values);
    }

    private Symbol ordered(Symbol x, int[] order) {
        return order.length == 0 ? x : ops.transpose(x, order);
    }

    private static boolean knownBeyondBatch(Shape shape) {
        return Shape.of(shape.toArray()).withDimension(0, 1).isKnown();
    }

    private Symbol spread(Symbol x, Symbol y, int[] order) {
        Symbol kernel = ordered(y, order);
        Symbol flat = ops.reshape(kernel, kernel.size(0), -1);
        return ops.reshapeTo(
                ops.product(x, flat),
                ops.vector(-1, x.size(1), kernel.size(1), kernel.size(2)),
                Shape.of(x.size(0), x.size(1), kernel.size(1), kernel.size(2)));
    }

    private Symbol gathered(Symbol x, Symbol y, int[] order) {
        int inner = Math.multiplyExact(x.size(2), x.size(3));
        Symbol left = ops.reshapeTo(x, ops.vector(-1, x.size(1), inner), Shape.of(x.size(0), x.size(1), inner));
        Symbol kernel = ordered(y, order);
        return ops.product(left, ops.reshape(kernel, -1, kernel.size(2)));
    }

    /// The equation in the letters a, b, c … in the order in which they come.
    private static String letters(String equation, List<Symbol> values) {
        String explicit = equation.contains("...") ? expanded(equation, values) : equation;
        Map<Character, Character> renamed = new HashMap<>();
        StringBuilder result = new StringBuilder();
        for (char c : explicit.toCharArray()) {
            if (Character.isLetter(c)) {
                result.append(renamed.computeIfAbsent(c, key -> (char) ('a' + renamed.size())));
            } else {
                result.append(c);
            }
        }
        if (renamed.size() > 26 || !result.toString().contains("->")) {
            throw new NotLowerable("its equation '" + equation + "' cannot be read");
        }
        return result.toString();
    }

    private static String expanded(String equation, List<Symbol> values) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        Set<Character> taken = equation.chars().mapToObj(c -> (char) c).collect(Collectors.toSet());
        StringBuilder free = new StringBuilder();
        for (char c = 'A'; c <= 'Z'; c++) {
            if (!taken.contains(c)) {
                free.append(c);
            }
        }
        int dots = 0;
        for (int i = 0; i < terms.length && i < values.size(); i++) {
            if (terms[i].contains("...")) {
                dots = Math.max(dots, values.get(i).rank() - (terms[i].length() - 3));
            }
        }
        if (dots < 0 || dots > free.length()) {
            throw new NotLowerable("its equation '" + equation + "' does not fit its inputs");
        }
        return equation.replace("...", free.substring(0, dots));
    }

    private static Shape shape(String equation, List<Symbol> values) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (terms.length != values.size()) {
            throw new NotLowerable("its equation '" + equation + "' is for " + terms.length + " values");
        }
        Map<Character, Integer> sizes = new HashMap<>();
        for (int i = 0; i < terms.length; i++) {
            if (terms[i].length() != values.get(i).rank()) {
                throw new NotLowerable("its equation '" + equation + "' does not fit "
                        + values.get(i).shape());
            }
            for (int d = 0; d < terms[i].length(); d++) {
                sizes.merge(terms[i].charAt(d), values.get(i).size(d), Math::max);
            }
        }
        List<Integer> shape = new ArrayList<>();
        for (char c : sides[1].toCharArray()) {
            shape.add(sizes.getOrDefault(c, 1));
        }
        return LayoutOps.shape(shape);
    }
}
