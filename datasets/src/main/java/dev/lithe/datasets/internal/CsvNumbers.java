package dev.lithe.datasets.internal;

import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The numbers in the rows of a table.
final class CsvNumbers {
    private static final int MOST_OFFENDERS = 100;

    /// How missing numbers are written.
    private static final Set<String> MISSING = Set.of("", "nan", "na", "n/a", "null", "none", "inf", "-inf", "?");

    private final CsvColumns columns;
    private final List<Offender> offenders;
    private final boolean[] whole;

    CsvNumbers(CsvColumns columns, SignatureSpec signature, List<Offender> offenders) {
        this.columns = columns;
        this.offenders = offenders;
        this.whole = new boolean[columns.count()];
        for (InputSpec input : signature.inputs()) {
            if (CsvColumns.whole(input)) {
                columns.byInput().getOrDefault(input.name(), List.of()).forEach(column -> whole[column] = true);
            }
        }
    }

    /// Adds what is wrong with a row.
    void check(List<String> row, String location) {
        if (offenders.size() >= MOST_OFFENDERS) {
            return;
        }
        if (row.size() != columns.count()) {
            add(location, "has " + row.size() + " fields where the first line has " + columns.count());
            return;
        }
        for (int i = 0; i < row.size(); i++) {
            String field = row.get(i);
            if (whole[i] ? !isWhole(field) : !isNumber(field)) {
                add(location, "field " + (i + 1) + " is '" + field + "', no " + (whole[i] ? "whole " : "") + "number");
            }
        }
    }

    private void add(String location, String what) {
        offenders.add(new Offender(Location.file(location), what));
    }

    /// Whether these are names of columns: at least one is a word, and the others whole numbers, as pandas names
    /// columns. A row of numbers in which one is missing or NaN is no header.
    static boolean isHeader(List<String> fields) {
        boolean word = false;
        for (String field : fields) {
            if (isNumber(field) && !isWhole(field)) {
                return false;
            }
            word |= !isNumber(field) && !MISSING.contains(field.toLowerCase(Locale.ROOT));
        }
        return word;
    }

    private static boolean isNumber(String field) {
        try {
            Double.parseDouble(field);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isWhole(String field) {
        try {
            Long.parseLong(field);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// Fields that are known to be numbers as the input wants them: reals, which may still be quantized, or
    /// integers.
    static Tensor tensor(InputSpec input, Shape shape, List<String> fields) {
        if (!CsvColumns.whole(input)) {
            float[] values = new float[fields.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.parseFloat(fields.get(i));
            }
            return Tensor.of(shape, values);
        }
        Tensor tensor = Tensor.allocate(input.type(), shape, QuantizationParameters.NONE);
        for (int i = 0; i < fields.size(); i++) {
            long value = Long.parseLong(fields.get(i));
            switch (tensor.array()) {
                case byte[] a -> a[i] = (byte) inRange(value, input.type() == TensorType.UINT8 ? 0 : -128, input);
                case short[] a -> a[i] = (short) inRange(value, Short.MIN_VALUE, input);
                case int[] a -> a[i] = (int) inRange(value, Integer.MIN_VALUE, input);
                default -> tensor.longs()[i] = value;
            }
        }
        return tensor;
    }

    private static long inRange(long value, long lowest, InputSpec input) {
        long highest = lowest == 0 ? 255 : -lowest - 1;
        if (value < lowest || value > highest) {
            throw DataErrors.table(
                    input.name(),
                    value + " is no " + Fit.numpyName(input.type()),
                    "keep to " + lowest + " to " + highest + ".");
        }
        return value;
    }

    /// A class number, or a regression target where it is not whole.
    static Tensor label(String field) {
        return isWhole(field)
                ? Tensor.of(Shape.of(1), Long.parseLong(field))
                : Tensor.of(Shape.of(1), Float.parseFloat(field));
    }
}
