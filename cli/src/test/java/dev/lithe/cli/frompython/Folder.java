package dev.lithe.cli.frompython;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/// A working folder in which the relative paths of the page lead to real models and data.
record Folder(Path root) {
    private static final Path REPOSITORY = Path.of(System.getProperty("lithe.root"));
    private static final Path DIGITS = REPOSITORY.resolve("examples/digits");
    private static final Set<String> MODES = Set.of("reference", "int8", "uint8", "int16x8", "float16", "dynamic");

    static Folder make(Path root) {
        copy(DIGITS.resolve("saved_model"), root.resolve("saved_model"));
        copy(DIGITS.resolve("calibration.npz"), root.resolve("samples.npz"));
        copy(DIGITS.resolve("test.npz"), root.resolve("test.npz"));
        copy(REPOSITORY.resolve("importers/src/test/keras/older_shared.keras"), root.resolve("model.keras"));
        copy(REPOSITORY.resolve("importers/src/test/keras/older_shared.h5"), root.resolve("model.h5"));
        copy(REPOSITORY.resolve("importers/src/test/frozen/arrays.pb"), root.resolve("frozen.pb"));
        return new Folder(root);
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where `name` of the page lies.
    Path path(String name) {
        return root.resolve(name);
    }

    /// A word of a command line: names of files in this folder, or of files to write, become paths.
    String word(String word) {
        boolean file = !word.startsWith("-")
                && !MODES.contains(word)
                && (Files.exists(root.resolve(word)) || word.endsWith(".tflite") || word.endsWith(".npz"));
        return file ? root.resolve(word).toString() : word;
    }
}
