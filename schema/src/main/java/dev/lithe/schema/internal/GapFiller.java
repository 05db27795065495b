package dev.lithe.schema.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// Gives small things a place in the gaps that blocks of a wide alignment leave between them.
///
/// The gap before the first wide block depends on what stands before it and is left alone; the others depend on the
/// blocks only.
final class GapFiller {
    /// Everything stands at a multiple of this many bytes, and room is counted in it.
    private static final int STEP = 4;

    private final List<List<Filling>> fillings = new ArrayList<>();
    /// By room in steps: positions of blocks with this room before them, the first last.
    private final List<List<Integer>> byRoom = new ArrayList<>();

    /// A block to be placed behind its size in 4 bytes.
    record Block(long size, int alignment) {}

    /// @param placed is told the position in the file
    record Filling(byte[] bytes, LongConsumer placed) {}

    GapFiller(List<Block> blocks) {
        long end = 0;
        int widest = 0;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            fillings.add(new ArrayList<>());
            long at = align(end + STEP, block.alignment());
            int room = (int) ((at - STEP - align(end, STEP)) / STEP);
            // Before the first block of an alignment only the block knows where it will stand.
            if (block.alignment() <= widest) {
                gaps(room).add(i);
            }
            widest = Math.max(widest, block.alignment());
            end = at + block.size();
        }
        byRoom.replaceAll(gaps -> new ArrayList<>(gaps.reversed()));
    }

    private List<Integer> gaps(int room) {
        while (byRoom.size() <= room) {
            byRoom.add(new ArrayList<>());
        }
        return byRoom.get(room);
    }

    /// Takes `bytes` into the smallest gap that has room for them; false where there is none.
    boolean take(byte[] bytes, LongConsumer placed) {
        int steps = (bytes.length + STEP - 1) / STEP;
        for (int room = steps; room < byRoom.size(); room++) {
            List<Integer> gaps = byRoom.get(room);
            if (!gaps.isEmpty()) {
                int block = gaps.removeLast();
                fillings.get(block).add(new Filling(bytes, placed));
                gaps(room - steps).add(block);
                return true;
            }
        }
        return false;
    }

    /// What stands before a block, in this order, each at a multiple of 4.
    List<Filling> before(int block) {
        return fillings.get(block);
    }

    private static long align(long position, int alignment) {
        return (position + alignment - 1) & -alignment;
    }
}
