package dev.lithe.datasets;

import dev.lithe.datasets.internal.DataErrors;
import dev.lithe.datasets.internal.MappedFile;
import dev.lithe.datasets.internal.NpyElements;
import dev.lithe.datasets.internal.NpyHeader;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;

/// A numpy array in a file: its type and shape are known, its elements are read when they are asked for, so that
/// an array larger than the memory can be gone through row by row. Safe for use by several threads.
public final class NpyArray {
    private final String location;
    private final NpyHeader header;
    private final MemorySegment data;

    private NpyArray(String location, NpyHeader header, MemorySegment data) {
        this.location = location;
        this.header = header;
        this.data = data;
    }

    /// The array in `file`, the bytes of a whole `.npy` file; `location` names it in messages.
    ///
    /// @throws dev.lithe.graph.DatasetException where the bytes are no array, are cut off or go on after it
    ///     (LQ0502), or are of a kind that has no tensor type (LQ0503)
    static NpyArray of(String location, MemorySegment file) {
        return MappedFile.guarded(location, () -> {
            NpyHeader header = NpyHeader.read(location, file);
            long there = file.byteSize() - header.dataOffset();
            long needed = byteSize(location, header);
            if (needed != there) {
                throw DataErrors.damaged(
                        location,
                        "shape " + header.shape() + " of " + header.type().type() + " needs " + needed + " bytes, "
                                + (there < needed ? "only " : "") + there + " follow the header");
            }
            return new NpyArray(location, header, file.asSlice(header.dataOffset(), needed));
        });
    }

    private static long byteSize(String location, NpyHeader header) {
        try {
            long elements = header.shape().elementCount();
            if (header.type().width() == 0 && elements > 0) {
                throw DataErrors.notRead(
                        location, "the array's strings have no room for a character", "save it again.");
            }
            return Math.multiplyExact(elements, (long) header.type().width());
        } catch (ArithmeticException e) {
            throw DataErrors.damaged(location, "shape " + header.shape() + " has more elements than any file");
        }
    }

    /// Where the array is, for messages: `samples.npz[input]`.
    public String location() {
        return location;
    }

    public TensorType type() {
        return header.type().type();
    }

    public Shape shape() {
        return header.shape();
    }

    /// All of it, as a copy. Strings become bytes without numpy's trailing zeros, unicode strings UTF-8.
    ///
    /// @throws dev.lithe.graph.DatasetException where it has more elements than a tensor can hold (2^31 - 1)
    public Tensor tensor() {
        return read(0, 1, header.shape());
    }

    /// `count` entries along the leading axis from entry `first`, as a copy of shape `[count, …]`.
    ///
    /// @throws IndexOutOfBoundsException where there are fewer, or no leading axis
    public Tensor rows(int first, int count) {
        java.util.Objects.checkFromIndexSize(first, count, header.shape().dimension(0));
        return read(first, header.shape().dimension(0), header.shape().withDimension(0, count));
    }

    private Tensor read(int first, int rows, Shape wanted) {
        if (wanted.elementCount() * Tensor.unitsPerElement(type()) > Integer.MAX_VALUE - 8) {
            throw DataErrors.notRead(
                    location,
                    wanted + " has more elements than one tensor can hold",
                    "split it into samples along its leading axis.");
        }
        return MappedFile.guarded(location, () -> NpyElements.read(location, header, data, first, rows, wanted));
    }
}
