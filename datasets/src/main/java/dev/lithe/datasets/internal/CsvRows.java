package dev.lithe.datasets.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a comma-separated file (RFC 4180, but a field ends with its line). Blank lines are left out.
final class CsvRows implements AutoCloseable {
    private static final int LONGEST_LINE = 1 << 26;

    private final Path path;
    private final BufferedReader reader;
    private int line;

    private CsvRows(Path path, BufferedReader reader) {
        this.path = path;
        this.reader = reader;
    }

    static CsvRows open(Path path) {
        try {
            return new CsvRows(path, Files.newBufferedReader(path));
        } catch (IOException e) {
            throw DataErrors.unreadable(path, e);
        }
    }

    /// The number of the line that was read last, from 1.
    int line() {
        return line;
    }

    /// The fields of the next row; null after the last one, when the file is closed.
    @Nullable
    List<String> next() {
        try {
            String text = readLine();
            while (text != null && text.isBlank()) {
                text = readLine();
            }
            if (text == null) {
                reader.close();
                return null;
            }
            return fields(line == 1 && text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw DataErrors.table(path.toString(), "it is no UTF-8 text", "save it as UTF-8.");
        } catch (IOException e) {
            throw DataErrors.unreadable(path, e);
        }
    }

    private @Nullable String readLine() throws IOException {
        line++;
        String text = reader.readLine();
        if (text != null && text.length() > LONGEST_LINE) {
            throw DataErrors.table(path + ":" + line, "the line is too long", "give one sample a line.");
        }
        return text;
    }

    private List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at <= text.length()) {
            int end = text.indexOf(',', at);
            String field = text.substring(at, end < 0 ? text.length() : end).strip();
            if (field.startsWith("\"")) {
                int open = text.indexOf('"', at);
                int close = text.indexOf('"', open + 1);
                end = close < 0 ? -1 : text.indexOf(',', close);
                if (close < 0
                        || !text.substring(close + 1, end < 0 ? text.length() : end)
                                .isBlank()) {
                    throw DataErrors.table(
                            path + ":" + line,
                            "a quoted field does not end",
                            "quote fields on one line, without quotes.");
                }
                field = text.substring(open + 1, close);
            }
            fields.add(field);
            at = end < 0 ? text.length() + 1 : end + 1;
        }
        return fields;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw DataErrors.unreadable(path, e);
        }
    }
}
