package dev.lithe.cli.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/// The example that ships: a classifier of handwritten digits with its data.
record Example(Path folder) {
    /// Where the launcher says that Lithe is, or else the place of the jar, `cli/target`, tells.
    static Example find() {
        String home = System.getProperty("lithe.home");
        Path root = home == null ? jarFolder().resolve("../..").normalize() : Path.of(home);
        Path folder = root.resolve("examples/digits");
        if (!Files.isDirectory(folder)) {
            throw new MalformedModelException(
                    "LQ0905",
                    Location.file(folder.toString()),
                    "the bundled example is not there",
                    "start ./lithe from a complete copy of the repository.");
        }
        return new Example(folder);
    }

    private static Path jarFolder() {
        CodeSource source = Example.class.getProtectionDomain().getCodeSource();
        Path jar = source == null
                ? Path.of("")
                : Path.of(URI.create(source.getLocation().toString()));
        Path parent = jar.toAbsolutePath().getParent();
        return parent == null ? jar : parent;
    }

    Path model() {
        return folder.resolve("saved_model");
    }

    Path calibration() {
        return folder.resolve("calibration.npz");
    }

    Path test() {
        return folder.resolve("test.npz");
    }
}
