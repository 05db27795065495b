package dev.lithe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The product itself.
public final class Lithe {
    private Lithe() {}

    /// The version of this build, such as `0.1.0`.
    public static String version() {
        try (InputStream resource = Lithe.class.getResourceAsStream("internal/version.txt")) {
            if (resource == null) {
                throw new IllegalStateException("the build left out version.txt");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
