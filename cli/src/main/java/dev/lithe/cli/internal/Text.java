package dev.lithe.cli.internal;

import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Numbers and names as people read them, the same in every locale.
final class Text {
    private Text() {}

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /// `1,234,567`
    static String grouped(long number) {
        return format("%,d", number);
    }

    /// `1 operator`, `2 operators`
    static String count(long number, String noun) {
        return count(number, noun, noun + "s");
    }

    static String count(long number, String one, String many) {
        return grouped(number) + " " + (number == 1 ? one : many);
    }

    static String percent(double fraction) {
        return format("%.1f %%", 100 * fraction);
    }

    static String type(TensorType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /// `[?, 8, 8, 1]`
    static String shape(Shape shape) {
        return Arrays.stream(shape.toArray())
                .mapToObj(d -> d == Shape.UNKNOWN ? "?" : Integer.toString(d))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /// At most `width` characters; what is left out stands in the middle, since names differ at both ends.
    static String shortened(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int tail = (width - 3) / 2;
        return text.substring(0, width - 3 - tail) + "..." + text.substring(text.length() - tail);
    }

    /// `stride_w` for `strideW`.
    static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
