package dev.lithe.cli.internal;

import picocli.CommandLine.TypeConversionException;

/// A number that a result must reach or keep: `0.9`, or `90%`, which is the same.
record Bound(double value) {
    static Bound parse(String text) {
        boolean percent = text.endsWith("%");
        try {
            double number = Double.parseDouble(
                    percent ? text.substring(0, text.length() - 1).strip() : text);
            if (Double.isFinite(number)) {
                return new Bound(percent ? number / 100 : number);
            }
        } catch (NumberFormatException e) {
            throw unreadable(text);
        }
        throw unreadable(text);
    }

    private static TypeConversionException unreadable(String text) {
        return new TypeConversionException("'" + text + "' is no number; write 0.01 or 1%");
    }
}
