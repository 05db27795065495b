package dev.lithe.datasets.internal;

import dev.lithe.datasets.DataOptions;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.SignatureSpec;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A file or folder of data; its kind is told by names, which are sorted so that the order is the same
/// everywhere.
public record PathSource(Path path, DataOptions options) implements DataSource {
    private static final List<String> SINGLE_FILES = List.of(".npz", ".npy", ".csv");

    @Override
    public Dataset bind(List<SignatureSpec> signatures) {
        if (!Files.exists(path)) {
            throw DataErrors.unreadable(path, new NoSuchFileException(path.toString()));
        }
        Map<String, DataSource> bySignature = bySignature(signatures);
        if (!bySignature.isEmpty()) {
            return new SignatureSource(bySignature).bind(signatures);
        }
        SignatureSpec signature = IterableSource.single(path.toString(), signatures);
        return Files.isDirectory(path) ? bindFolder(signature) : bindFile(signature);
    }

    /// The folder or file for each signature that has one.
    private Map<String, DataSource> bySignature(List<SignatureSpec> signatures) {
        Map<String, DataSource> found = new LinkedHashMap<>();
        if (Files.isDirectory(path)) {
            for (SignatureSpec signature : signatures) {
                partOf(signature.key()).ifPresent(part -> found.put(signature.key(), new PathSource(part, options)));
            }
        }
        return found;
    }

    private Optional<Path> partOf(String key) {
        String name = key.replace("/", "__");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return FolderListing.entries(path).stream()
                .filter(entry -> matches(entry, name))
                .findFirst();
    }

    private static boolean matches(Path entry, String name) {
        String entryName = entry.getFileName().toString();
        return Files.isDirectory(entry)
                ? entryName.equals(name)
                : SINGLE_FILES.stream().anyMatch(extension -> entryName.equals(name + extension));
    }

    private Dataset bindFile(SignatureSpec signature) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz") || name.endsWith(".npy")) {
            return TableDataset.bind(path, ArrayFiles.open(path), signature);
        }
        if (name.endsWith(".csv")) {
            return CsvDataset.bind(path, options.labelColumn(), signature);
        }
        throw DataErrors.unknownKind(
                path.toString(),
                "this is no kind of data that is read",
                "give an .npz, .npy or .csv file, or a folder of arrays, images or .wav files.");
    }

    private Dataset bindFolder(SignatureSpec signature) {
        FolderListing listing = FolderListing.of(path);
        Assembler assembler = new Assembler(signature);
        FileSamples.Reader reader = switch (listing.kind()) {
            case ARRAY -> new ArrayFiles(assembler);
            case IMAGE -> new ImageFiles(assembler, options.images());
            case SOUND -> new SoundFiles(assembler);
            case UNREAD -> throw new IllegalStateException("listings refuse such files");
        };
        return FileSamples.bind(path, listing.files(), reader);
    }
}
