package dev.lithe.evaluation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files beside the repository, which need not be there.
final class Shared {
    private Shared() {}

    /// Skips the test where the file is absent.
    static Path path(String name) {
        Path path = Path.of(System.getProperty("lithe.shared", "missing")).resolve(name);
        assumeTrue(Files.exists(path), () -> path + " is not there");
        return path;
    }
}
