package dev.lithe.operators.tflite;

import dev.lithe.graph.Constant;
import dev.lithe.schema.BufferTable;
import dev.lithe.schema.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The buffers of a file: equal contents are stored once, buffer 0 is the empty one.
///
/// A constant that is a function of others is evaluated when the buffers are compared and again when they are
/// written. Results are kept as long as they are few, so that models of ordinary size are computed once and
/// larger ones in memory of the order of their largest tensor.
final class BufferPool {
    /// How many bytes of evaluated constants are kept.
    static final long KEPT_BYTES = 256L << 20;

    private final List<Content> contents = new ArrayList<>();
    private final Map<Constant, Integer> seen = new IdentityHashMap<>();
    private final Map<Long, List<Integer>> bySize = new HashMap<>();
    private long kept;

    /// One buffer's content. `hash` is computed when a second constant of the same size appears.
    private static final class Content {
        private final Constant constant;
        private Bytes held = Bytes.EMPTY;
        private int hash;
        private boolean hashed;

        Content(Constant constant) {
            this.constant = constant;
        }
    }

    /// The position of the buffer that holds this content.
    int add(Constant constant) {
        if (constant.byteSize() == 0) {
            return 0;
        }
        Integer known = seen.get(constant);
        if (known == null) {
            known = find(constant);
            seen.put(constant, known);
        }
        return known;
    }

    private int find(Constant constant) {
        List<Integer> candidates = bySize.computeIfAbsent(constant.byteSize(), size -> new ArrayList<>());
        Content content = new Content(constant);
        for (int candidate : candidates) {
            Content other = contents.get(candidate - 1);
            if (hash(other) == hash(content) && bytes(other).equals(bytes(content))) {
                release(content);
                return candidate;
            }
        }
        contents.add(content);
        candidates.add(contents.size());
        return contents.size();
    }

    private int hash(Content content) {
        if (!content.hashed) {
            content.hash = bytes(content).hashCode();
            content.hashed = true;
        }
        return content.hash;
    }

    private Bytes bytes(Content content) {
        if (!(content.constant instanceof Constant.Derived)) {
            return content.constant.bytes();
        }
        if (!content.held.isEmpty()) {
            return content.held;
        }
        Bytes bytes = content.constant.bytes();
        if (kept + bytes.byteSize() <= KEPT_BYTES) {
            kept += bytes.byteSize();
            content.held = bytes;
        }
        return bytes;
    }

    private void release(Content content) {
        kept -= content.held.byteSize();
        content.held = Bytes.EMPTY;
    }

    /// All buffers, to be written in order.
    List<BufferTable> tables() {
        List<BufferTable> tables = new ArrayList<>();
        tables.add(BufferTable.DEFAULT);
        for (Content content : contents) {
            tables.add(new BufferTable(lazy(content)));
        }
        return tables;
    }

    private Bytes lazy(Content content) {
        return content.constant instanceof Constant.Derived derived && content.held.isEmpty()
                ? Bytes.lazy(derived.byteSize(), () -> derived.bytes().segment())
                : bytes(content);
    }
}
