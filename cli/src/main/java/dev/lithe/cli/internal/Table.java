package dev.lithe.cli.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows of text in aligned columns. A column whose heading starts with `>` is aligned to the right.
final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.right = List.of(headings).stream().map(h -> h.startsWith(">")).toList();
        this.headings = List.of(headings).stream()
                .map(h -> h.startsWith(">") ? h.substring(1) : h)
                .toList();
    }

    Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells in a row of " + headings.size());
        }
        rows.add(List.of(cells).stream().map(String::valueOf).toList());
        return this;
    }

    /// The heading and the rows; columns without any content are left out.
    List<String> lines() {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<Integer> columns = IntStream.range(0, headings.size())
                .filter(c -> rows.stream().anyMatch(row -> !row.get(c).isEmpty()))
                .boxed()
                .toList();
        List<Integer> widths = columns.stream().map(this::width).toList();
        List<String> lines = new ArrayList<>();
        if (headings.stream().anyMatch(h -> !h.isEmpty())) {
            lines.add(line(headings, columns, widths));
        }
        rows.forEach(row -> lines.add(line(row, columns, widths)));
        return lines;
    }

    private int width(int column) {
        int widest =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(widest, headings.get(column).length());
    }

    private String line(List<String> cells, List<Integer> columns, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String cell = cells.get(columns.get(i));
            String pad = " ".repeat(widths.get(i) - cell.length());
            line.append(i == 0 ? "" : GAP).append(right.get(columns.get(i)) ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }
}
