package dev.lithe.schema.internal;

import dev.lithe.schema.Bytes;
import dev.lithe.schema.Ints;
import dev.lithe.schema.ModelTable;
import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lays a model out as a FlatBuffer, front to back:
///
///     root offset, identifier | tables, kind by kind, each behind those that refer to it | vtables |
///     strings and vectors of numbers | vectors of bytes | bytes that lie outside the FlatBuffer
///
/// Whatever is equal (tables, vtables, strings, vectors, bytes) is there once. Constants stand at multiples
/// of 16; what is small enough (vtables, strings, vectors) fills the gaps between them. Only the part before
/// the vectors of bytes is held in memory; those are copied from where they lie when the file is written. The
/// same model gives the same bytes.
public final class FlatWriter {

    /// Bytes below this size stay inside, where they take less room than their offset and size would.
    private static final int SMALL = 64;

    private static final long MAX_HEAD = Integer.MAX_VALUE - 64;

    private record Blob(Bytes bytes, int alignment) {}

    private final boolean outside;
    private final List<Map<Record, List<Integer>>> tables = new ArrayList<>();
    private final Map<Ints, List<Integer>> vtables = new LinkedHashMap<>();
    private final Map<Leaf, List<Integer>> leaves = new LinkedHashMap<>();
    private final Map<Blob, List<Integer>> blobs = new LinkedHashMap<>();
    private final Map<Bytes, List<Integer>> outsiders = new LinkedHashMap<>();
    private byte[] head = new byte[4096];
    private int size = 8;

    private FlatWriter(boolean outside) {
        this.outside = outside;
        byte[] identifier = Decoder.IDENTIFIER.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(identifier, 0, head, 4, identifier.length);
        for (int kind = 0; kind < Encoder.KINDS; kind++) {
            tables.add(new LinkedHashMap<>());
        }
    }

    /// @param outside whether constants and custom options go behind the FlatBuffer
    public static FlatLayout layOut(ModelTable model, boolean outside) {
        FlatWriter writer = new FlatWriter(outside);
        writer.later(0, model, 0);
        writer.placeTables();
        return writer.finish();
    }

    /// Takes up a table to be placed when those of all lower kinds are.
    void later(int kind, Record table, int reference) {
        tables.get(kind).computeIfAbsent(table, k -> new ArrayList<>()).add(reference);
    }

    /// Lays out a vector of tables, to which `reference` leads, and takes up its tables.
    void allLater(int kind, List<? extends Record> elements, int reference) {
        if (elements.isEmpty()) {
            leaf(reference, Leaves.ints(Ints.EMPTY));
            return;
        }
        int count = elements.size();
        int at = allocate(Math.multiplyExact(4, count), 4, 4);
        refer(reference, at - 4);
        put(at - 4, count, 4);
        for (Record table : elements) {
            later(kind, table, at);
            at += 4;
        }
    }

    private void placeTables() {
        for (int kind = 0; kind < Encoder.KINDS; kind++) {
            int current = kind;
            tables.get(kind).forEach((table, references) -> Encoder.table(this, current, references, table));
        }
    }

    TableLayout table(int slots) {
        return new TableLayout(this, slots);
    }

    boolean goesOutside(Bytes bytes) {
        return outside && bytes.byteSize() >= SMALL;
    }

    /// @param wide whether the table has 8-byte fields, which follow its first 4 bytes
    int allocateTable(int bytes, boolean wide) {
        return wide ? allocate(bytes - 4, 8, 4) - 4 : allocate(bytes, 4, 0);
    }

    void refer(int reference, long target) {
        put(reference, target - reference, 4);
    }

    void vtable(int table, Ints vtable) {
        vtables.computeIfAbsent(vtable, k -> new ArrayList<>()).add(table);
    }

    void leaf(int reference, Leaf leaf) {
        leaves.computeIfAbsent(leaf, k -> new ArrayList<>()).add(reference);
    }

    void bytes(int reference, Bytes bytes, int alignment) {
        int needed = bytes.isEmpty() ? 4 : Math.max(4, alignment);
        blobs.computeIfAbsent(new Blob(bytes, needed), k -> new ArrayList<>()).add(reference);
    }

    void outside(int offsetField, Bytes bytes) {
        outsiders.computeIfAbsent(bytes, k -> new ArrayList<>()).add(offsetField);
    }

    /// Writes the low `width` bytes of a number, little-endian.
    void put(int at, long bits, int width) {
        for (int i = 0; i < width; i++) {
            head[at + i] = (byte) (bits >>> (8 * i));
        }
    }

    /// Makes room for `prefix` bytes followed by `bytes` ones whose position is a multiple of `alignment`.
    ///
    /// @return the position behind the prefix
    private int allocate(int bytes, int alignment, int prefix) {
        long at = alignUp((long) size + prefix, alignment);
        long end = at + bytes;
        if (end > MAX_HEAD) {
            throw new SchemaException(SchemaError.TOO_LARGE, -1, "the tables of the model take more than 2 GB");
        }
        if (end > head.length) {
            head = Arrays.copyOf(head, (int) Math.min(MAX_HEAD, Math.max(end, 2L * head.length)));
        }
        size = (int) end;
        return (int) at;
    }

    private FlatLayout finish() {
        List<Blob> order = new ArrayList<>();
        blobs.keySet().stream().filter(blob -> blob.alignment() <= 4).forEach(order::add);
        // Vectors of bytes with a wide alignment come last, so that the others do not lie in their way.
        blobs.keySet().stream().filter(blob -> blob.alignment() > 4).forEach(order::add);
        GapFiller filler = new GapFiller(order.stream()
                .map(blob -> new GapFiller.Block(blob.bytes().byteSize(), blob.alignment()))
                .toList());
        vtables.forEach((vtable, tables) -> {
            if (!filler.take(bytes(vtable), at -> referToVtable(tables, at))) {
                placeVtable(vtable, tables);
            }
        });
        List<Leaf> left = leaves.keySet().stream()
                .filter(leaf -> leaf.alignment() > 4 || !filler.take(leaf.counted(), at -> refer(leaf, at)))
                .toList();
        placeLeaves(left);
        List<FlatLayout.Piece> pieces = new ArrayList<>();
        long end = placeBlobs(order, filler, pieces);
        long flatBufferSize = end;
        for (Map.Entry<Bytes, List<Integer>> entry : outsiders.entrySet()) {
            long at = alignUp(end, 16);
            entry.getValue().forEach(field -> put(field, at, 8));
            pieces.add(new FlatLayout.Piece(at, false, entry.getKey()));
            end = at + entry.getKey().byteSize();
        }
        return new FlatLayout(head, size, pieces, flatBufferSize, end);
    }

    private static byte[] bytes(Ints vtable) {
        byte[] bytes = new byte[2 * vtable.size()];
        for (int i = 0; i < vtable.size(); i++) {
            bytes[2 * i] = (byte) (int) vtable.get(i);
            bytes[2 * i + 1] = (byte) (vtable.get(i) >>> 8);
        }
        return bytes;
    }

    private void placeVtable(Ints vtable, List<Integer> tables) {
        byte[] bytes = bytes(vtable);
        int at = allocate(bytes.length, 2, 0);
        System.arraycopy(bytes, 0, head, at, bytes.length);
        referToVtable(tables, at);
    }

    private void referToVtable(List<Integer> tables, long at) {
        tables.forEach(table -> put(table, table - at, 4));
    }

    /// Places the leaves of 8-byte elements where the others leave the right gap, and the others in between.
    private void placeLeaves(List<Leaf> all) {
        List<Leaf> wide = new ArrayList<>();
        List<Leaf> others = new ArrayList<>();
        all.forEach(leaf -> (leaf.alignment() == 8 ? wide : others).add(leaf));
        int next = 0;
        for (Leaf leaf : wide) {
            while (alignUp(size, 4) % 8 != 4 && next < others.size()) {
                place(others.get(next++));
            }
            place(leaf);
        }
        others.subList(next, others.size()).forEach(this::place);
    }

    private void place(Leaf leaf) {
        byte[] counted = leaf.counted();
        int at = allocate(counted.length - 4, leaf.alignment(), 4) - 4;
        System.arraycopy(counted, 0, head, at, counted.length);
        refer(leaf, at);
    }

    private void refer(Leaf leaf, long at) {
        leaves.getOrDefault(leaf, List.of()).forEach(reference -> refer(reference, at));
    }

    private long placeBlobs(List<Blob> order, GapFiller filler, List<FlatLayout.Piece> pieces) {
        long end = size;
        for (int i = 0; i < order.size(); i++) {
            Blob blob = order.get(i);
            for (GapFiller.Filling filling : filler.before(i)) {
                long at = alignUp(end, 4);
                filling.placed().accept(at);
                pieces.add(new FlatLayout.Piece(at, false, Bytes.of(filling.bytes())));
                end = at + filling.bytes().length;
            }
            long at = alignUp(end + 4, blob.alignment());
            blobs.getOrDefault(blob, List.of()).forEach(reference -> refer(reference, at - 4));
            pieces.add(new FlatLayout.Piece(at, true, blob.bytes()));
            end = at + blob.bytes().byteSize();
        }
        return end;
    }

    private static long alignUp(long position, int alignment) {
        return (position + alignment - 1) & -alignment;
    }
}
