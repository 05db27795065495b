package dev.lithe.datasets.internal;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// The samples of several signatures, one signature after the other.
final class UnionDataset implements Dataset {
    private final List<Dataset> parts;

    UnionDataset(List<Dataset> parts) {
        this.parts = List.copyOf(parts);
    }

    @Override
    public Dataset limit(long most) {
        return new UnionDataset(parts.stream().map(part -> part.limit(most)).toList());
    }

    @Override
    public Iterator<Sample> samples() {
        Iterator<Dataset> rest = parts.iterator();
        return new Iterator<>() {
            private Iterator<Sample> current = List.<Sample>of().iterator();

            @Override
            public boolean hasNext() {
                while (!current.hasNext() && rest.hasNext()) {
                    current = rest.next().samples();
                }
                return current.hasNext();
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return current.next();
            }
        };
    }

    @Override
    public String digest() {
        Digest digest = new Digest().text("signatures");
        parts.forEach(part -> digest.text(part.digest()));
        return digest.finish();
    }

    @Override
    public long size() {
        return parts.stream().anyMatch(part -> part.size() < 0)
                ? -1
                : parts.stream().mapToLong(Dataset::size).sum();
    }

    @Override
    public List<String> warnings() {
        return parts.stream()
                .flatMap(part -> part.warnings().stream())
                .distinct()
                .toList();
    }
}
