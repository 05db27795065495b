package dev.lithe.operators.tflite;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.schema.SchemaException;
import dev.lithe.schema.TfliteFile;
import dev.lithe.schema.TfliteFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads `.tflite` files. Constants stay in the file: they are slices of its map, which lasts as long as the
/// model.
public final class TfliteReader {
    private TfliteReader() {}

    /// Maps `file` into memory and reads it.
    ///
    /// @throws MalformedModelException where the file cannot be read or its bytes are no model (LQ01xx)
    /// @throws InvalidModelException where the model contradicts itself (LQ02xx)
    public static Model read(Path file) {
        Path name = file.getFileName();
        String source = name == null ? file.toString() : name.toString();
        try {
            return toModel(TfliteFormat.open(file), source);
        } catch (NoSuchFileException e) {
            throw unreadable(source, "there is no such file", e);
        } catch (IOException e) {
            throw unreadable(source, "the file cannot be read: " + e.getMessage(), e);
        } catch (SchemaException e) {
            throw malformed(source, e);
        }
    }

    /// Reads a whole file that is in memory.
    ///
    /// @param file must not change as long as the model is in use
    /// @param source what messages call the file
    /// @throws MalformedModelException where the bytes are no model (LQ01xx)
    /// @throws InvalidModelException where the model contradicts itself (LQ02xx)
    public static Model read(MemorySegment file, String source) {
        try {
            return toModel(TfliteFormat.read(file), source);
        } catch (SchemaException e) {
            throw malformed(source, e);
        }
    }

    private static Model toModel(TfliteFile file, String source) {
        return GraphValidator.validate(new TablesToGraph(file.model(), source).convert(file.trailing()));
    }

    private static MalformedModelException malformed(String source, SchemaException e) {
        return new MalformedModelException(e.code(), Location.file(source), String.valueOf(e.getMessage()), e.fix(), e);
    }

    private static MalformedModelException unreadable(String source, String what, IOException e) {
        return new MalformedModelException(
                "LQ0120", Location.file(source), what, "check the path and the permissions.", e);
    }
}
