package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReducerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sums of products in Einstein's notation: two operands at a time become transposes, reshapes and a
/// matrix product.
final class EinsumRules {
    /// Labels for the dimensions that an ellipsis stands for, counted from the last.
    private static final char ELLIPSIS = '\u2460';

    private EinsumRules() {}

    static Map<String, Rule> rules() {
        return Map.of("Einsum", EinsumRules::lower, "XlaEinsum", EinsumRules::lower);
    }

    /// A value whose dimensions are called by the characters of `labels`.
    record Labelled(Value value, String labels) {
        int axis(char label) {
            return labels.indexOf(label);
        }

        boolean has(char label) {
            return axis(label) >= 0;
        }
    }

    private static List<Value> lower(Call call) {
        String equation = call.attributes().text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        if (arrow < 0) {
            throw new NotLowerable("its equation '" + equation + "' has no '->'");
        }
        String[] parts = equation.substring(0, arrow).split(",", -1);
        if (parts.length != call.inputs().size()) {
            throw new NotLowerable("its equation '" + equation + "' does not fit "
                    + call.inputs().size() + " inputs");
        }
        List<Labelled> operands = new ArrayList<>();
        int dots = 0;
        for (int i = 0; i < parts.length; i++) {
            int rank = call.shape(i).rank();
            int named = parts[i].replace("...", "").length();
            boolean ellipsis = parts[i].contains("...");
            if (ellipsis ? rank < named : rank != named) {
                throw new NotLowerable("'" + parts[i] + "' does not fit an input of the shape " + call.shape(i));
            }
            dots = Math.max(dots, rank - named);
            operands.add(new Labelled(call.input(i), parts[i].replace("...", dots(rank - named))));
        }
        String result = equation.substring(arrow + 2).replace("...", dots(dots));
        check(operands, result, equation);
        return List.of(chain(call, operands, result));
    }

    private static String dots(int count) {
        StringBuilder labels = new StringBuilder();
        for (int i = count - 1; i >= 0; i--) {
            labels.append((char) (ELLIPSIS + i));
        }
        return labels.toString();
    }

    private static void check(List<Labelled> operands, String result, String equation) {
        List<String> all =
                new ArrayList<>(operands.stream().map(Labelled::labels).toList());
        all.add(result);
        for (String labels : all) {
            if (labels.chars().distinct().count() != labels.length()) {
                throw new NotLowerable("its equation '" + equation + "' repeats a label within one operand");
            }
        }
        for (char label : result.toCharArray()) {
            if (operands.stream().noneMatch(operand -> operand.has(label))) {
                throw new NotLowerable("its equation '" + equation + "' gives a dimension that no operand has");
            }
        }
    }

    private static Value chain(Call call, List<Labelled> operands, String result) {
        Labelled product = summed(call, operands, 0, result);
        for (int i = 1; i < operands.size(); i++) {
            Labelled next = summed(call, operands, i, result + product.labels());
            product = new Contraction(call, product, next, needed(operands, i + 1, result)).run();
        }
        return ordered(call, product, result).value();
    }

    /// Every label that stands in the result or an operand from `from` on.
    private static String needed(List<Labelled> operands, int from, String result) {
        StringBuilder labels = new StringBuilder(result);
        operands.subList(from, operands.size()).forEach(operand -> labels.append(operand.labels()));
        return labels.toString();
    }

    /// Operand `index` summed over what nothing else has.
    private static Labelled summed(Call call, List<Labelled> operands, int index, String others) {
        Labelled operand = operands.get(index);
        String elsewhere = needed(operands, index + 1, others);
        List<Integer> axes = new ArrayList<>();
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < operand.labels().length(); i++) {
            if (elsewhere.indexOf(operand.labels().charAt(i)) < 0) {
                axes.add(i);
            } else {
                kept.append(operand.labels().charAt(i));
            }
        }
        if (axes.isEmpty()) {
            return operand;
        }
        int[] sorted = axes.stream().mapToInt(Integer::intValue).toArray();
        Value sum = call.emitAs(
                BuiltinOperator.SUM, new ReducerOptions(false), call.type(0), operand.value(), call.ints(sorted));
        return new Labelled(sum, kept.toString());
    }

    /// `operand` with its dimensions in the order of `labels`.
    static Labelled ordered(Call call, Labelled operand, String labels) {
        if (operand.labels().equals(labels)) {
            return operand;
        }
        int[] permutation =
                labels.chars().map(label -> operand.axis((char) label)).toArray();
        return new Labelled(Transposition.of(call.graph(), call.name(), operand.value(), permutation), labels);
    }
}
