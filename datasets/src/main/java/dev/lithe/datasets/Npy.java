package dev.lithe.datasets;

import dev.lithe.datasets.internal.AtomicFile;
import dev.lithe.datasets.internal.MappedFile;
import dev.lithe.datasets.internal.NpyWriter;
import dev.lithe.graph.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/// Single arrays in numpy's `.npy` format, versions 1 to 3: float16, 32 and 64, signed and unsigned integers,
/// bool, complex numbers, byte and unicode strings, either byte order, row-major and column-major.
public final class Npy {
    private Npy() {}

    /// The array in `path`; its elements are read when they are asked for.
    ///
    /// @throws dev.lithe.graph.DatasetException where the file is missing (LQ0501), damaged (LQ0502) or of a kind
    ///     that no tensor can hold (LQ0503)
    public static NpyArray open(Path path) {
        return NpyArray.of(path.toString(), MappedFile.map(path));
    }

    /// All of the array in `path`; errors as [#open(Path)].
    public static Tensor read(Path path) {
        return open(path).tensor();
    }

    /// Writes `tensor` row-major. bfloat16 becomes float32 and 4-bit and 2-bit integers 8-bit ones, which numpy
    /// has; strings become byte strings.
    ///
    /// @throws dev.lithe.graph.OutputException where the place refuses it (LQ0601); then nothing is left there
    public static void write(Path path, Tensor tensor) {
        AtomicFile.write(path, out -> write(out, tensor));
    }

    /// Writes `tensor` to `out`, as [#write(Path, Tensor)] does.
    public static void write(OutputStream out, Tensor tensor) throws IOException {
        NpyWriter.of(tensor).writeTo(out);
    }
}
