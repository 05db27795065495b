package dev.lithe.oracle.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Counts the tensors that a file gives a subgraph. The interpreter has more of them: kernels add scratch
/// tensors behind the file's own, and nothing in the interpreter tells the two apart.
final class ModelTensors {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MODEL_SUBGRAPHS = 2;
    private static final int SUBGRAPH_TENSORS = 0;

    private ModelTensors() {}

    /// The number of tensors of a subgraph, in a file that the runtime has built an interpreter from.
    static int count(MemorySegment file, int subgraph) {
        long model = indirect(file, 0);
        long subgraphs = indirect(file, field(file, model, MODEL_SUBGRAPHS));
        long table = indirect(file, subgraphs + 4 + 4L * subgraph);
        long tensors = field(file, table, SUBGRAPH_TENSORS);
        return tensors == 0 ? 0 : file.get(INT, indirect(file, tensors));
    }

    /// Where the unsigned offset at a position points to.
    private static long indirect(MemorySegment file, long position) {
        return position + Integer.toUnsignedLong(file.get(INT, position));
    }

    /// The position of a table's field, 0 where it is absent.
    private static long field(MemorySegment file, long table, int slot) {
        long vtable = table - file.get(INT, table);
        int size = Short.toUnsignedInt(file.get(SHORT, vtable));
        int entry = 4 + 2 * slot;
        int offset = entry < size ? Short.toUnsignedInt(file.get(SHORT, vtable + entry)) : 0;
        return offset == 0 ? 0 : table + offset;
    }
}
