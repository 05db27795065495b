package dev.lithe.cli.frompython;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// One line of the page: what its annotation says, and its Java lines as they stand in the source.
///
/// @param position where it stands in its file
record RowSource(String name, int position, List<String> python, List<String> java, String shell, String note) {
    private static final Path SOURCES =
            Path.of(System.getProperty("lithe.root"), "cli/src/test/java/dev/lithe/cli/frompython");

    static List<RowSource> of(Class<?> rows) {
        List<String> source;
        try {
            source = Files.readAllLines(SOURCES.resolve(rows.getSimpleName() + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.stream(rows.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Python.class))
                .map(method -> of(method.getName(), method.getAnnotation(Python.class), source))
                .toList();
    }

    private static RowSource of(String name, Python python, List<String> source) {
        int position = 0;
        while (!source.get(position).endsWith(" " + name + "() {")) {
            position++;
        }
        List<String> java = new ArrayList<>();
        for (String line : source.subList(position + 1, source.size())) {
            if (line.isBlank() || line.startsWith("        return ") || line.startsWith("        assertThat")) {
                break;
            }
            java.add(line.substring(8).replace("path(\"", "Path.of(\"").replace("model()", "model"));
        }
        return new RowSource(name, position, List.of(python.value()), java, python.shell(), python.note());
    }

    String markdown() {
        String command = shell.isEmpty() ? "" : code(List.of(shell));
        String remark = note.isEmpty() ? "" : (command.isEmpty() ? "" : "<br>") + note;
        return "| " + code(python) + " | " + code(java) + " | " + command + remark + " |";
    }

    /// Lines of code within a table's cell, their indentation kept.
    private static String code(List<String> lines) {
        return lines.stream()
                .map(line -> {
                    String text = line.stripLeading();
                    return "&nbsp;".repeat((line.length() - text.length()) / 2) + "`" + text.replace("|", "\\|") + "`";
                })
                .collect(Collectors.joining("<br>"));
    }
}
