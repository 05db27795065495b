package dev.lithe.oracle;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// The data beside the checkout; tests that need it are skipped where it is absent.
final class Shared {
    private Shared() {}

    static Path path(String relative) {
        Path root = Path.of(System.getProperty("lithe.shared", "../shared"));
        assumeTrue(Files.isDirectory(root), "no folder " + root);
        return root.resolve(relative);
    }
}
