package dev.lithe.schema.generator;

import java.util.Locale;

/// Lines of a source file in the making.
final class SourceText {

    private final StringBuilder text = new StringBuilder("// Generated from tflite.schema. Do not edit.\n");

    void line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
