package dev.lithe.operators.tflite;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.OutputException;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import dev.lithe.schema.TfliteFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes `.tflite` files. The same model gives the same bytes.
///
/// Operator versions and the `min_runtime_version` metadata are computed anew from what the operators need;
/// an operator that is not understood keeps the version that it carries. Equal constants are stored once.
/// Constants that are functions of others are evaluated while the file is written, one at a time.
public final class TfliteWriter {
    private TfliteWriter() {}

    /// Writes beside `file` and moves the result into its place, so that nothing is ever half-written. An
    /// existing file is replaced.
    ///
    /// @throws OutputException where the place refuses the file
    /// @throws UnsupportedException where the model does not fit into the format
    public static void write(Model model, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            Path partial = Files.createTempFile(parent, "." + file.getFileName(), ".part");
            try {
                try (FileChannel out = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                    write(model, out);
                }
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new OutputException(
                    "LQ0601",
                    Location.file(file.toString()),
                    "the file cannot be written: " + e,
                    "check the folder, its permissions and the space on the disk.",
                    e);
        }
    }

    /// Writes from front to back; the channel stays open.
    ///
    /// @throws UnsupportedException where the model does not fit into the format
    public static void write(Model model, WritableByteChannel out) throws IOException {
        try {
            TfliteFormat.write(new GraphToTables(model).convert(), model.trailing(), out);
        } catch (SchemaException e) {
            throw typed(model, e);
        }
    }

    /// The bytes of the file; for models below 2 GB.
    ///
    /// @throws UnsupportedException where the model does not fit into the format or into an array
    public static byte[] toBytes(Model model) {
        try {
            return TfliteFormat.toByteArray(new GraphToTables(model).convert(), model.trailing());
        } catch (SchemaException e) {
            throw typed(model, e);
        }
    }

    private static RuntimeException typed(Model model, SchemaException e) {
        Location location = Location.file(model.source());
        return e.error() == SchemaError.CHANGED
                ? new MalformedModelException(e.code(), location, String.valueOf(e.getMessage()), e.fix(), e)
                : new UnsupportedException(e.code(), location, String.valueOf(e.getMessage()), e.fix(), e);
    }
}
