package dev.lithe.datasets.internal;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// The first samples of a dataset; what comes after them is never read.
public final class LimitedDataset implements Dataset {
    private final Dataset all;
    private final long most;

    private LimitedDataset(Dataset all, long most) {
        this.all = all;
        this.most = most;
    }

    public static Dataset of(Dataset all, long most) {
        checked(most);
        return all.size() >= 0 && all.size() <= most ? all : new LimitedDataset(all, most);
    }

    /// @throws dev.lithe.graph.DatasetException where `most` is below 1 (LQ0516)
    static long checked(long most) {
        if (most < 1) {
            throw DataErrors.option("a limit of " + most + " samples leaves none", "give a limit of at least 1.");
        }
        return most;
    }

    @Override
    public Iterator<Sample> samples() {
        Iterator<Sample> source = all.samples();
        return new Iterator<>() {
            private long given;

            @Override
            public boolean hasNext() {
                return given < most && source.hasNext();
            }

            @Override
            public Sample next() {
                if (given >= most) {
                    throw new NoSuchElementException();
                }
                given++;
                return source.next();
            }
        };
    }

    @Override
    public String digest() {
        return new Digest().text("first " + most).text(all.digest()).finish();
    }

    @Override
    public long size() {
        return all.size() < 0 ? -1 : most;
    }

    @Override
    public List<String> warnings() {
        return all.warnings();
    }
}
