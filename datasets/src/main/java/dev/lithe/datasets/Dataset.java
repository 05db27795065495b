package dev.lithe.datasets;

import dev.lithe.datasets.internal.IterableSource;
import dev.lithe.datasets.internal.LimitedDataset;
import dev.lithe.datasets.internal.PathSource;
import dev.lithe.datasets.internal.RandomSource;
import dev.lithe.datasets.internal.SignatureSource;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Samples that fit a model. The static factories name data; [DataSource#bind] makes a dataset of them.
public interface Dataset {
    /// The samples from the first on. Values are checked as they are read.
    ///
    /// The iterator throws a [dev.lithe.graph.DatasetException] where a value is NaN or infinite (LQ0507), naming
    /// sample and tensor, or where a file turns out to be damaged.
    Iterator<Sample> samples();

    /// Tells data apart: a checksum over the files (or values) and the options with which they are read, as
    /// `sha256:…`.
    String digest();

    /// How many samples there are; -1 where only counting would tell.
    long size();

    /// What the user should know about these data.
    default List<String> warnings() {
        return List.of();
    }

    /// The first `most` samples, in order; of data by signature the first `most` of each.
    ///
    /// @throws dev.lithe.graph.DatasetException where `most` is below 1 (LQ0516)
    default Dataset limit(long most) {
        return LimitedDataset.of(this, most);
    }

    /// DATA as the command line has it: a path, or `random[:N]`.
    ///
    /// @throws dev.lithe.graph.DatasetException where N is no positive number (LQ0516)
    static DataSource parse(String data, DataOptions options) {
        return RandomSource.names(data) ? RandomSource.parse(data, options.seed()) : of(Path.of(data), options);
    }

    /// A file or folder whose kind is detected: `.npz`, `.npy`, `.csv`; a folder of `.npz` and `.npy` (a file a
    /// sample), of images or of `.wav`, each also with a folder per class; a folder with one of these per
    /// signature key.
    static DataSource of(Path path, DataOptions options) {
        return new PathSource(path, options);
    }

    static DataSource of(Path path) {
        return of(path, DataOptions.DEFAULT);
    }

    /// An `.npz` archive. Its keys are input names (`/` may be written `__`), with `labels` for labels or
    /// regression targets; `arr_0, arr_1, …` go by position; a single data array serves a single input whatever
    /// its name. An array of one dimension more than the input holds samples on its leading axis; one of the same
    /// rank is split along it into samples of the model's batch size, 1 where that is open.
    static DataSource npz(Path path) {
        return of(path);
    }

    /// Samples as maps from input name to tensor, by the rules of [#npz]; a tensor is a whole sample.
    static DataSource samples(Iterable<? extends Map<String, Tensor>> samples) {
        return IterableSource.named(samples);
    }

    /// Samples as lists of tensors in the order of the model's inputs.
    static DataSource positional(Iterable<? extends List<Tensor>> samples) {
        return IterableSource.positional(samples);
    }

    /// Data of their own for each signature key.
    static DataSource bySignature(Map<String, DataSource> sources) {
        return new SignatureSource(sources);
    }

    /// `count` made-up samples, the same for the same seed: good for size and latency, useless for accuracy.
    ///
    /// @throws dev.lithe.graph.DatasetException where `count` is below 1 (LQ0516)
    static DataSource random(int count, long seed) {
        return RandomSource.of(count, seed);
    }
}
