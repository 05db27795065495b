package dev.lithe.datasets.internal;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.internal.FolderListing.LabelledFile;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder whose files are a sample each.
final class FileSamples implements Dataset {
    /// How many files are looked into before anything runs; what is wrong with later ones shows when they are
    /// read.
    private static final int CHECKED = 1000;

    /// Knows one kind of file.
    interface Reader {
        /// Adds what is wrong with a file, as far as its header tells.
        void check(Path file, List<Offender> offenders);

        /// The sample in `file`; `label` comes from its folder.
        Sample read(Path file, @Nullable Tensor label);

        /// The options with which files are read, as far as they change the samples.
        String digestOptions();
    }

    private final Path folder;
    private final List<LabelledFile> files;
    private final Reader reader;

    private FileSamples(Path folder, List<LabelledFile> files, Reader reader) {
        this.folder = folder;
        this.files = files;
        this.reader = reader;
    }

    static Dataset bind(Path folder, List<LabelledFile> files, Reader reader) {
        List<Offender> offenders = new ArrayList<>();
        files.stream().limit(CHECKED).forEach(file -> reader.check(file.path(), offenders));
        if (!offenders.isEmpty()) {
            throw DataErrors.misfit(folder.toString(), Assembler.FIX, offenders);
        }
        return new FileSamples(folder, files, reader);
    }

    @Override
    public Iterator<Sample> samples() {
        return files.stream()
                .map(file -> reader.read(file.path(), label(file.label())))
                .iterator();
    }

    private static @Nullable Tensor label(int label) {
        return label < 0 ? null : Tensor.of(Shape.of(1), (long) label);
    }

    @Override
    public String digest() {
        Digest digest = new Digest().text("folder").text(reader.digestOptions());
        for (LabelledFile file : files) {
            digest.text(folder.relativize(file.path()).toString()).file(file.path());
        }
        return digest.finish();
    }

    @Override
    public long size() {
        return files.size();
    }
}
