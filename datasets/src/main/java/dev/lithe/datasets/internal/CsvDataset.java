package dev.lithe.datasets.internal;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A table, a row a sample. It is gone through once when it is bound, to find everything that is wrong, and row
/// by row when it is used: it is never in memory as a whole.
final class CsvDataset implements Dataset {
    private final Path path;
    private final boolean header;
    private final CsvColumns columns;
    private final Assembler assembler;
    private final long rows;

    private CsvDataset(Path path, boolean header, CsvColumns columns, Assembler assembler, long rows) {
        this.path = path;
        this.header = header;
        this.columns = columns;
        this.assembler = assembler;
        this.rows = rows;
    }

    static Dataset bind(Path path, @Nullable String labelColumn, SignatureSpec signature) {
        String location = path.toString();
        List<Offender> offenders = new ArrayList<>();
        try (CsvRows table = CsvRows.open(path)) {
            List<String> first = table.next();
            if (first == null) {
                throw DataErrors.noSamples(location, "the table is empty");
            }
            boolean header = CsvNumbers.isHeader(first);
            CsvColumns columns =
                    CsvColumns.of(first.size(), header ? first : null, labelColumn, signature, location, offenders);
            if (!offenders.isEmpty()) {
                throw DataErrors.misfit(location, Assembler.FIX, offenders);
            }
            long rows = 0;
            CsvNumbers numbers = new CsvNumbers(columns, signature, offenders);
            for (List<String> row = header ? table.next() : first; row != null; row = table.next()) {
                numbers.check(row, location + ":" + table.line());
                rows++;
            }
            if (!offenders.isEmpty()) {
                throw DataErrors.misfit(location, "correct these lines.", offenders);
            }
            if (rows == 0) {
                throw DataErrors.noSamples(location, "the table has a header line and no rows");
            }
            return new CsvDataset(path, header, columns, new Assembler(signature), rows);
        }
    }

    @Override
    public Iterator<Sample> samples() {
        CsvRows table = CsvRows.open(path);
        if (header) {
            table.next();
        }
        return new Iterator<>() {
            private @Nullable List<String> row = table.next();

            @Override
            public boolean hasNext() {
                return row != null;
            }

            @Override
            public Sample next() {
                List<String> current = row;
                if (current == null) {
                    throw new NoSuchElementException();
                }
                String location = path + ":" + table.line();
                row = table.next();
                return sample(current, location);
            }
        };
    }

    private Sample sample(List<String> row, String location) {
        List<Offender> offenders = new ArrayList<>();
        CsvNumbers numbers = new CsvNumbers(columns, assembler.signature(), offenders);
        numbers.check(row, location);
        if (!offenders.isEmpty()) {
            throw DataErrors.misfit(location, "the file was changed while it was read.", offenders);
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (InputSpec input : assembler.signature().inputs()) {
            List<Integer> indices = Objects.requireNonNull(columns.byInput().get(input.name()));
            Shape shape = Objects.requireNonNull(columns.shapes().get(input.name()));
            inputs.put(
                    input.name(),
                    CsvNumbers.tensor(
                            input, shape, indices.stream().map(row::get).toList()));
        }
        Tensor label = columns.label() < 0 ? null : CsvNumbers.label(row.get(columns.label()));
        return assembler.assemble(inputs, label, location);
    }

    @Override
    public String digest() {
        return new Digest()
                .text("table")
                .text(Integer.toString(columns.label()))
                .file(path)
                .finish();
    }

    @Override
    public long size() {
        return rows;
    }
}
