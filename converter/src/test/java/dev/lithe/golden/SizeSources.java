package dev.lithe.golden;

import dev.lithe.operators.tflite.TfliteReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The float models of the shared folder that TensorFlow converts, and how large its files are.
final class SizeSources {
    private SizeSources() {}

    /// @param name `group/model`
    /// @param model what to open
    record Source(String name, Path model, SizeRow.Size theirs) {}

    static Path shared() {
        return Path.of(System.getProperty("lithe.shared", "../shared"));
    }

    static List<Source> all(Path scratch) throws IOException {
        List<Source> all = new ArrayList<>();
        for (String model : List.of("kws", "resnet8", "vww96", "ad01", "sww", "vit", "vitout", "bert")) {
            Path file = Golden.file(model, "none");
            all.add(new Source("golden/" + model, file, size(file)));
        }
        all.addAll(recorded(scratch));
        all.addAll(operatorCases(scratch));
        return all;
    }

    private static SizeRow.Size size(Path tflite) throws IOException {
        return SizeRow.Size.of(TfliteReader.read(tflite), Files.size(tflite));
    }

    /// What `tensorflow_sizes.py` recorded: Keras cases and the corpus.
    private static List<Source> recorded(Path scratch) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String line : lines("tensorflow-sizes.tsv")) {
            String[] fields = line.split("\t", -1);
            if (fields[1].equals("-")) {
                continue;
            }
            sources.add(new Source(fields[0], place(fields[0], scratch), size(fields, 1)));
        }
        return sources;
    }

    private static SizeRow.Size size(String[] fields, int first) {
        return new SizeRow.Size(Integer.parseInt(fields[first]), Long.parseLong(fields[first + 1]));
    }

    /// Models that are too large to keep: both figures are recorded.
    static List<SizeRow> applications() throws IOException {
        List<SizeRow> rows = new ArrayList<>();
        for (String line : lines("application-sizes.tsv")) {
            String[] fields = line.split("\t", -1);
            rows.add(new SizeRow(fields[0], size(fields, 1), size(fields, 3)));
        }
        return rows;
    }

    static List<SizesPage.SizeException> exceptions() throws IOException {
        List<SizesPage.SizeException> exceptions = new ArrayList<>();
        for (String line : lines("size-exceptions.tsv")) {
            String[] fields = line.split("\t", -1);
            exceptions.add(new SizesPage.SizeException(fields[0], fields[1]));
        }
        return exceptions;
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(SizeSources.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .toList();
        }
    }

    private static Path place(String name, Path scratch) throws IOException {
        String[] parts = name.split("/");
        if (parts[0].equals("keras")) {
            Path folder = scratch.resolve("keras").resolve(parts[1]);
            unzip(shared().resolve("conformance/keras").resolve(parts[1] + ".zip"), folder);
            return folder.resolve("saved_model");
        }
        Path folder = shared().resolve("corpus/source").resolve(parts[1]);
        if (parts.length > 2) {
            return folder.resolve(parts[2]);
        }
        return Files.exists(folder.resolve("saved_model.pb")) ? folder : folder.resolve("saved_model");
    }

    private static List<Source> operatorCases(Path scratch) throws IOException {
        List<Source> sources = new ArrayList<>();
        List<Path> zips;
        try (Stream<Path> files = Files.list(shared().resolve("conformance/tensorflow-ops"))) {
            zips = files.filter(f -> f.toString().endsWith(".zip")).sorted().toList();
        }
        for (Path zip : zips) {
            String operator = zip.getFileName().toString().replace(".zip", "");
            Path folder = scratch.resolve("ops").resolve(operator);
            unzip(zip, folder);
            for (Path place : Arrays.stream(
                            Objects.requireNonNull(folder.toFile().listFiles()))
                    .map(f -> f.toPath())
                    .sorted(Comparator.comparing(Path::toString))
                    .toList()) {
                Path theirs = place.resolve("tensorflow.tflite");
                boolean isFloat = Files.readString(place.resolve("case.json"))
                        .replace(" ", "")
                        .contains("\"mode\":\"float\"");
                if (isFloat && Files.exists(theirs)) {
                    sources.add(new Source("ops/" + operator + "/" + place.getFileName(), place, size(theirs)));
                }
            }
        }
        return sources;
    }

    private static void unzip(Path zip, Path folder) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!entry.isDirectory() && target.startsWith(folder)) {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    Files.write(target, in.readAllBytes());
                }
            }
        }
    }
}
