package dev.lithe.datasets;

import dev.lithe.datasets.internal.AtomicFile;
import dev.lithe.datasets.internal.MappedFile;
import dev.lithe.datasets.internal.NpzArchive;
import dev.lithe.datasets.internal.NpzWriter;
import dev.lithe.graph.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Named arrays in numpy's `.npz` archive. An archive that numpy.savez wrote is used where it lies, without
/// loading it; one of numpy.savez_compressed is inflated array by array, once, when an array is first asked for.
/// Safe for use by several threads.
public final class Npz {
    private final NpzArchive archive;
    private final Map<String, NpyArray> arrays = new ConcurrentHashMap<>();

    private Npz(NpzArchive archive) {
        this.archive = archive;
    }

    /// Opens an archive; entries that are no `.npy` arrays are left out.
    ///
    /// @throws dev.lithe.graph.DatasetException where the file is missing (LQ0501) or no complete archive
    ///     (LQ0502)
    public static Npz open(Path path) {
        return new Npz(NpzArchive.read(path.toString(), MappedFile.map(path)));
    }

    /// All arrays of an archive, by name; errors as [#open(Path)] and [#array(String)].
    public static Map<String, Tensor> read(Path path) {
        Npz npz = open(path);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        npz.names().forEach(name -> tensors.put(name, npz.array(name).tensor()));
        return tensors;
    }

    /// The arrays' names, without `.npy`, in the archive's order.
    public List<String> names() {
        return archive.names();
    }

    /// @throws IllegalArgumentException where there is no array of that name
    /// @throws dev.lithe.graph.DatasetException where the array is damaged (LQ0502) or of a kind that no tensor
    ///     can hold (LQ0503)
    public NpyArray array(String name) {
        if (!archive.names().contains(name)) {
            throw new IllegalArgumentException("no array '" + name + "' among " + archive.names());
        }
        return arrays.computeIfAbsent(name, n -> NpyArray.of(archive.location(n), archive.content(n)));
    }

    /// Writes an uncompressed archive: the same tensors give the same bytes. What becomes of types that numpy
    /// lacks stands at [Npy#write(Path, Tensor)].
    ///
    /// @throws dev.lithe.graph.OutputException where the place refuses it (LQ0601); then nothing is left there
    public static void write(Path path, Map<String, Tensor> arrays) {
        AtomicFile.write(path, out -> write(out, arrays));
    }

    /// Writes an archive to `out`, as [#write(Path, Map)] does.
    public static void write(OutputStream out, Map<String, Tensor> arrays) throws IOException {
        NpzWriter.write(out, arrays);
    }
}
