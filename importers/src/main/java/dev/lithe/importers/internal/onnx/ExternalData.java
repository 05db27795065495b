package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.onnx.proto.OnnxEntry;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Weights in files beside the model: each file is mapped once. Files outside of the model's folder are
/// not read, whether a path or a symbolic link leads there.
final class ExternalData {
    private final Path model;
    private final Map<Path, Bytes> mapped = new HashMap<>();

    ExternalData(Path model) {
        this.model = model;
    }

    /// The `needed` bytes of a tensor.
    ///
    /// @throws MalformedModelException (LQ0182) where they lie outside of the model's folder or of
    ///     their file, (LQ0150) where the file is missing
    Bytes bytes(String name, OnnxTensor proto, long needed) {
        Map<String, String> entries = new HashMap<>();
        for (OnnxEntry entry : proto.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        Bytes file = file(name, entries.getOrDefault("location", ""));
        long offset = number(name, entries, "offset", 0);
        long length = number(name, entries, "length", needed);
        if (length != needed) {
            throw broken(name, "has " + length + " bytes of external data, its shape needs " + needed);
        }
        if (offset > file.byteSize() - length) {
            throw broken(
                    name,
                    "lies at byte " + offset + ", " + length + " bytes long, in a file of " + file.byteSize()
                            + " bytes");
        }
        return file.slice(offset, length);
    }

    private long number(String name, Map<String, String> entries, String key, long missing) {
        String text = entries.get(key);
        if (text == null) {
            return missing;
        }
        try {
            long value = Long.parseLong(text.strip());
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw broken(name, "has the " + key + " '" + text + "'", e);
        }
        throw broken(name, "has the " + key + " '" + text + "'");
    }

    private Bytes file(String name, String location) {
        Path path;
        try {
            path = Path.of(location).normalize();
        } catch (InvalidPathException e) {
            throw broken(name, "lies in the file '" + location + "', which is no path", e);
        }
        Path folder = model.toAbsolutePath().getParent();
        if (folder == null || location.isBlank() || path.isAbsolute() || path.startsWith("..")) {
            throw outside(name, location);
        }
        return mapped.computeIfAbsent(folder.resolve(path), file -> {
            requireInside(name, location, folder, file);
            return MappedFile.map(file);
        });
    }

    private void requireInside(String name, String location, Path folder, Path file) {
        try {
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw outside(name, location);
            }
        } catch (IOException e) {
            throw broken(name, "lies in the file '" + location + "', which is missing beside the model", e);
        }
    }

    private MalformedModelException outside(String name, String location) {
        return broken(name, "lies in '" + location + "', which is not inside of the model's folder");
    }

    private static final String FIX = "copy the model together with its data files, and convert it from there.";

    private MalformedModelException broken(String name, String what) {
        return new MalformedModelException("LQ0182", Location.tensor(model.toString(), -1, name), what, FIX);
    }

    private MalformedModelException broken(String name, String what, Exception cause) {
        return new MalformedModelException("LQ0182", Location.tensor(model.toString(), -1, name), what, FIX, cause);
    }
}
