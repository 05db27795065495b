package dev.lithe.graph;

import dev.lithe.schema.Bytes;
import java.util.List;
import java.util.function.Function;

/// The content of a constant tensor, little-endian, in the file's own layout.
public sealed interface Constant permits Constant.Mapped, Constant.Inline, Constant.Derived {
    long byteSize();

    /// The content. A [Derived] constant is computed anew on each call: hold the result, not the constant.
    Bytes bytes();

    static Constant of(byte[] bytes) {
        return new Inline(Bytes.of(bytes));
    }

    /// A slice of the mapped source file.
    record Mapped(Bytes bytes) implements Constant {
        @Override
        public long byteSize() {
            return bytes.byteSize();
        }
    }

    /// Bytes held on the heap.
    record Inline(Bytes bytes) implements Constant {
        @Override
        public long byteSize() {
            return bytes.byteSize();
        }
    }

    /// A function of other constants, evaluated when it is written or planned, so that a model of several gigabytes is
    /// rewritten in memory of the order of its largest tensor. `what` names the function for messages.
    record Derived(String what, long byteSize, List<Constant> sources, Function<List<Bytes>, Bytes> function)
            implements Constant {
        public Derived {
            sources = List.copyOf(sources);
        }

        @Override
        public Bytes bytes() {
            Bytes result = function.apply(sources.stream().map(Constant::bytes).toList());
            if (result.byteSize() != byteSize) {
                throw new IllegalStateException(
                        what + " gave " + result.byteSize() + " bytes where " + byteSize + " were promised");
            }
            return result;
        }
    }
}
