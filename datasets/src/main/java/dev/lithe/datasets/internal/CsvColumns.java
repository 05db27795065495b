package dev.lithe.datasets.internal;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which columns of a table make up which input.
///
/// @param count how many columns there are
/// @param byInput the columns of each input's elements, in order
/// @param shapes the shape of each input in a sample
/// @param label the column of the label, -1 for none
record CsvColumns(int count, Map<String, List<Integer>> byInput, Map<String, Shape> shapes, int label) {
    /// Finds the columns' meaning.
    ///
    /// @param names what the header calls them; null without a header
    static CsvColumns of(
            int count,
            @Nullable List<String> names,
            @Nullable String labelColumn,
            SignatureSpec signature,
            String location,
            List<Offender> offenders) {
        int label = label(count, names, labelColumn, signature, location, offenders);
        List<Integer> free =
                IntStream.range(0, count).filter(i -> i != label).boxed().toList();
        Map<String, List<Integer>> byInput = signature.inputs().size() == 1
                ? Map.of(signature.inputs().getFirst().name(), free)
                : byName(free, names, signature, location, offenders);
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (InputSpec input : signature.inputs()) {
            Assembler.addProblem(offenders, location, input, typeProblem(input));
            int columns = byInput.getOrDefault(input.name(), List.of()).size();
            Shape shape = shape(input.declaredShape(), columns);
            if (shape == null) {
                Assembler.addProblem(offenders, location, input, countProblem(input, columns, label));
            } else {
                shapes.put(input.name(), shape);
            }
        }
        return new CsvColumns(count, byInput, shapes, label);
    }

    private static int label(
            int count,
            @Nullable List<String> names,
            @Nullable String wanted,
            SignatureSpec signature,
            String location,
            List<Offender> offenders) {
        if (wanted == null) {
            return names == null
                    ? -1
                    : IntStream.range(0, count)
                            .filter(i -> names.get(i).equals("labels")
                                    || names.get(i).equals("label"))
                            .filter(i -> signature.inputs().stream()
                                    .noneMatch(input -> input.name().equals(names.get(i))))
                            .findFirst()
                            .orElse(-1);
        }
        int named = names == null ? -1 : names.indexOf(wanted);
        int found = named >= 0 ? named : wanted.equals("first") ? 0 : wanted.equals("last") ? count - 1 : -1;
        if (found < 0) {
            offenders.add(new Offender(
                    Location.file(location),
                    "there is no column '" + wanted + "' for the labels: name one, first or last"));
        }
        return found;
    }

    /// Columns called as an input, or as it with a number: `x`, `x_0`, `x.1`, `x[2]`.
    private static Map<String, List<Integer>> byName(
            List<Integer> free,
            @Nullable List<String> names,
            SignatureSpec signature,
            String location,
            List<Offender> offenders) {
        Map<String, List<Integer>> byInput = new LinkedHashMap<>();
        if (names == null) {
            offenders.add(new Offender(
                    Location.file(location), "a model with several inputs needs a header line that names the columns"));
            return byInput;
        }
        for (int column : free) {
            String name = names.get(column);
            InputSpec owner = signature.inputs().stream()
                    .filter(input -> name.matches(Pattern.quote(input.name()) + "([_.]?\\d+|\\[\\d+])?"))
                    .findFirst()
                    .orElse(null);
            if (owner == null) {
                offenders.add(new Offender(Location.file(location), "column '" + name + "' belongs to no input"));
            } else {
                byInput.computeIfAbsent(owner.name(), n -> new ArrayList<>()).add(column);
            }
        }
        return byInput;
    }

    private static @Nullable String typeProblem(InputSpec input) {
        boolean read = switch (input.type()) {
            case FLOAT32, INT8, UINT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
        return read || EdgeQuantization.canQuantizeTo(input.type(), input.quantization())
                ? null
                : "is " + input.type().name().toLowerCase(Locale.ROOT) + ", which is not read from a table";
    }

    /// The shape of `columns` elements: an open batch dimension is 1, one other open dimension takes what is
    /// left.
    private static @Nullable Shape shape(Shape declared, int columns) {
        int[] dimensions = declared.toArray();
        if (dimensions.length > 1 && dimensions[0] == Shape.UNKNOWN) {
            dimensions[0] = 1;
        }
        int open = -1;
        long known = 1;
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] != Shape.UNKNOWN) {
                known *= dimensions[i];
            } else if (open < 0) {
                open = i;
            } else {
                return null;
            }
        }
        if (open >= 0 && known > 0 && columns % known == 0) {
            dimensions[open] = (int) (columns / known);
            known = columns;
        }
        return known == columns && columns > 0 ? Shape.of(dimensions) : null;
    }

    private static String countProblem(InputSpec input, int columns, int label) {
        String hint = label < 0
                ? "; a column of labels is known by the name 'labels' in a header line"
                : " besides the labels";
        return "has " + columns + " columns, which are not the elements of " + Fit.text(input.declaredShape()) + hint;
    }

    /// Whether the elements of an input of this type are written as whole numbers.
    static boolean whole(InputSpec input) {
        return input.type() != TensorType.FLOAT32
                && !EdgeQuantization.canQuantizeTo(input.type(), input.quantization());
    }
}
