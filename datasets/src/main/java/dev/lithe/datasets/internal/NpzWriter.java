package dev.lithe.datasets.internal;

import dev.lithe.graph.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes `.npz` archives as numpy.savez does: stored, so that they can be mapped; with a fixed date, so that the
/// same tensors give the same bytes.
public final class NpzWriter {
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzWriter() {}

    public static void write(OutputStream out, Map<String, Tensor> arrays) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
            NpyWriter npy = NpyWriter.of(array.getValue());
            ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(npy.byteSize());
            entry.setCompressedSize(npy.byteSize());
            entry.setCrc(npy.crc());
            entry.setTimeLocal(DATE);
            zip.putNextEntry(entry);
            npy.writeTo(zip);
            zip.closeEntry();
        }
        zip.finish();
    }
}
