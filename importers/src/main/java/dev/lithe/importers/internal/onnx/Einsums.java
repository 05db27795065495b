package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Einsum: one operand after the other is multiplied in, as a batched matrix product over the labels that no later
/// operand and no result needs.
final class Einsums {
    /// Stands for the first dimension behind an ellipsis; no label is one of these characters.
    private static final char ELLIPSIS = '\u0100';

    private Einsums() {}

    static Map<String, Rule> rules() {
        return Map.of("Einsum", c -> Call.one(new Equation(c).lower()));
    }

    /// A value whose dimensions bear labels.
    private record Labelled(Laid value, String labels) {}

    private static final class Equation {
        private final Call call;
        private final Formula f;
        private final List<Labelled> operands = new ArrayList<>();
        private final String result;

        Equation(Call call) {
            this.call = call;
            this.f = Formula.of(call);
            String[] sides = call.node().text("equation", "").replace(" ", "").split("->", -1);
            String[] terms = sides[0].split(",", -1);
            if (terms.length != call.inputs().size() || sides.length > 2) {
                throw new NotLowerable("its equation has " + terms.length + " terms for "
                        + call.inputs().size() + " inputs");
            }
            int most = 0;
            for (int i = 0; i < terms.length; i++) {
                int hidden = call.rank(i) - terms[i].replace("...", "").length();
                most = Math.max(most, terms[i].contains("...") ? hidden : 0);
                String labels = spelled(terms[i], hidden);
                if (labels.length() != call.rank(i)) {
                    throw new NotLowerable("its term '" + terms[i] + "' does not fit " + call.shape(i));
                }
                operands.add(diagonal(call.input(i), labels));
            }
            result = sides.length == 2 ? spelled(sides[1], most) : implied(sides[0], most);
        }

        /// The labels of a term, those of an ellipsis of `hidden` dimensions counted from its end.
        private static String spelled(String term, int hidden) {
            StringBuilder labels = new StringBuilder();
            for (int d = 0; d < hidden; d++) {
                labels.append((char) (ELLIPSIS + hidden - 1 - d));
            }
            return term.replace("...", labels);
        }

        /// Without a result all labels that occur once are its labels, in alphabetical order.
        private static String implied(String terms, int hidden) {
            String all = terms.replace("...", "").replace(",", "");
            return spelled("...", hidden)
                    + all.chars()
                            .filter(c -> all.indexOf(c) == all.lastIndexOf(c))
                            .sorted()
                            .mapToObj(c -> String.valueOf((char) c))
                            .collect(Collectors.joining());
        }

        /// A label that occurs twice in a term takes its diagonal.
        private Labelled diagonal(Laid x, String labels) {
            for (int i = 0; i < labels.length(); i++) {
                int other = labels.indexOf(labels.charAt(i), i + 1);
                if (other >= 0) {
                    return diagonal(picked(x, i, other), labels.substring(0, other) + labels.substring(other + 1));
                }
            }
            return new Labelled(x, labels);
        }

        private Laid picked(Laid x, int one, int other) {
            int size = x.shape().dimension(one);
            if (size < 1 || size != x.shape().dimension(other)) {
                throw new NotLowerable("it takes the diagonal of " + x.shape());
            }
            int[] front = IntStream.concat(
                            IntStream.of(one, other),
                            IntStream.range(0, x.rank()).filter(d -> d != one && d != other))
                    .toArray();
            Laid turned = f.transpose(x, front);
            long[] flat = new long[x.rank() - 1];
            flat[0] = (long) size * size;
            for (int d = 1; d < flat.length; d++) {
                flat[d] = turned.shape().dimension(d + 1);
            }
            int[] places = IntStream.range(0, size).map(i -> i * (size + 1)).toArray();
            Laid diagonal = f.op("Gather", Formula.with("axis", 0), f.reshape(turned, flat), f.longs(places));
            int[] back = new int[flat.length];
            for (int d = 0; d < back.length; d++) {
                back[d] = d < one ? d + 1 : d == one ? 0 : d;
            }
            return f.transpose(diagonal, back);
        }

        Laid lower() {
            Labelled current = operands.getFirst();
            for (int i = 1; i < operands.size(); i++) {
                String later = operands.subList(i + 1, operands.size()).stream()
                        .map(Labelled::labels)
                        .collect(Collectors.joining());
                current = product(current, operands.get(i), result + later);
            }
            Labelled last = summed(current, result);
            requireResult(last.labels);
            return f.transpose(last.value, places(last.labels, result));
        }

        private void requireResult(String labels) {
            for (char label : result.toCharArray()) {
                if (labels.indexOf(label) < 0 || result.indexOf(label) != result.lastIndexOf(label)) {
                    throw new NotLowerable("label '" + label + "' of its result is none of its terms");
                }
            }
        }

        private static int[] places(String labels, String wanted) {
            return wanted.chars().map(labels::indexOf).toArray();
        }

        /// Summed over the dimensions that nobody needs.
        private Labelled summed(Labelled x, String needed) {
            int[] gone = IntStream.range(0, x.labels.length())
                    .filter(i -> needed.indexOf(x.labels.charAt(i)) < 0)
                    .toArray();
            if (gone.length == 0) {
                return x;
            }
            Laid sum = f.op("ReduceSum", Formula.with("keepdims", 0), x.value, f.longs(gone));
            return new Labelled(sum, only(x.labels, needed));
        }

        private static String only(String labels, String wanted) {
            return labels.chars()
                    .filter(c -> wanted.indexOf(c) >= 0)
                    .mapToObj(c -> String.valueOf((char) c))
                    .collect(Collectors.joining());
        }

        private static String without(String labels, String unwanted) {
            return labels.chars()
                    .filter(c -> unwanted.indexOf(c) < 0)
                    .mapToObj(c -> String.valueOf((char) c))
                    .collect(Collectors.joining());
        }

        private Labelled product(Labelled left, Labelled right, String needed) {
            Labelled a = summed(left, needed + right.labels);
            Labelled b = summed(right, needed + a.labels);
            String both = only(a.labels, b.labels);
            String batch = only(both, needed);
            String contracted = without(both, needed);
            String rows = without(a.labels, both);
            String columns = without(b.labels, both);
            if (contracted.isEmpty()) {
                return elementwise(a, b, batch, rows, columns);
            }
            Laid one = matrix(a, batch, rows, contracted);
            Laid other = matrix(b, batch, contracted, columns);
            Laid product = f.matMul(one, other);
            long[] sizes = sizes(a, b, batch + rows + columns);
            return new Labelled(f.reshape(product, sizes), batch + rows + columns);
        }

        /// Nothing is summed over: the operands are broadcast.
        private Labelled elementwise(Labelled a, Labelled b, String batch, String rows, String columns) {
            String all = batch + rows + columns;
            return new Labelled(f.mul(spread(a, all), spread(b, all)), all);
        }

        private Laid spread(Labelled x, String all) {
            Laid turned = f.transpose(x.value, places(x.labels, only(all, x.labels)));
            int[] missing = IntStream.range(0, all.length())
                    .filter(i -> x.labels.indexOf(all.charAt(i)) < 0)
                    .toArray();
            return missing.length == 0 ? turned : f.op("Unsqueeze", turned, f.longs(missing));
        }

        /// As matrices: batch dimensions, then one of rows and one of columns.
        private Laid matrix(Labelled x, String batch, String rows, String columns) {
            Laid turned = f.transpose(x.value, places(x.labels, batch + rows + columns));
            if (rows.length() == 1 && columns.length() == 1) {
                return turned;
            }
            long[] sizes = new long[batch.length() + 2];
            for (int i = 0; i < batch.length(); i++) {
                sizes[i] = size(x, batch.charAt(i));
            }
            sizes[batch.length()] = product(x, rows);
            sizes[batch.length() + 1] = product(x, columns);
            return f.reshape(turned, oneOpen(sizes));
        }

        private static long product(Labelled x, String labels) {
            long product = 1;
            for (char label : labels.toCharArray()) {
                long size = size(x, label);
                product = size == Shape.UNKNOWN ? Shape.UNKNOWN : product < 0 ? product : product * size;
            }
            return product;
        }

        private static long size(Labelled x, char label) {
            return x.value.shape().dimension(x.labels.indexOf(label));
        }

        private long[] sizes(Labelled a, Labelled b, String labels) {
            long[] sizes = new long[labels.length()];
            for (int i = 0; i < sizes.length; i++) {
                char label = labels.charAt(i);
                long one = a.labels.indexOf(label) < 0 ? 1 : size(a, label);
                long other = b.labels.indexOf(label) < 0 ? 1 : size(b, label);
                sizes[i] = one == 1 ? other : one;
            }
            return oneOpen(sizes);
        }

        private static long[] oneOpen(long[] sizes) {
            if (IntStream.range(0, sizes.length).filter(i -> sizes[i] < 0).count() > 1) {
                throw new NotLowerable("several of its dimensions are unknown; give the inputs fixed shapes");
            }
            return sizes;
        }
    }
}
