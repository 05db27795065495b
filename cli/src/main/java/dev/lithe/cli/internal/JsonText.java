package dev.lithe.cli.internal;

import dev.lithe.OutputFile;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// Writes a tree of maps, iterables, strings, numbers, booleans and nulls as JSON.
final class JsonText {
    private JsonText() {}

    /// The document as a file's content.
    static OutputFile.Content content(Object tree) {
        return content((of(tree) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static OutputFile.Content content(byte[] text) {
        return channel -> {
            ByteBuffer rest = ByteBuffer.wrap(text);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        };
    }

    /// One document, indented. Numbers that JSON lacks (NaN, infinity) become null.
    static String of(Object tree) {
        StringWriter text = new StringWriter();
        ObjectWriteContext indented = new ObjectWriteContext.Base() {
            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }

            @Override
            public DefaultPrettyPrinter getPrettyPrinter() {
                return new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER));
            }
        };
        try (JsonGenerator generator = new JsonFactory().createGenerator(indented, text)) {
            write(generator, tree);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((key, child) -> {
                    out.writeName(String.valueOf(key));
                    write(out, child);
                });
                out.writeEndObject();
            }
            case Iterable<?> list -> {
                out.writeStartArray();
                list.forEach(child -> write(out, child));
                out.writeEndArray();
            }
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Float number -> writeReal(out, number, number.toString());
            case Double number -> writeReal(out, number, number.toString());
            case CharSequence text -> out.writeString(text.toString());
            default -> throw new IllegalArgumentException(value.getClass() + " has no place in JSON: " + value);
        }
    }

    /// Floats keep their own shortest text: 0.1f stays 0.1, and reading it as a float gives the same bits.
    private static void writeReal(JsonGenerator out, double value, String text) {
        if (Double.isFinite(value)) {
            out.writeNumber(text);
        } else {
            out.writeNull();
        }
    }
}
