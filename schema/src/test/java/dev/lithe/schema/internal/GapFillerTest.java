package dev.lithe.schema.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.schema.internal.GapFiller.Block;
import dev.lithe.schema.internal.GapFiller.Filling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapFillerTest {
    private static List<Integer> sizes(GapFiller filler, int block) {
        return filler.before(block).stream().map(f -> f.bytes().length).toList();
    }

    @Test
    void fillsWhatBlocksOfSixteenBytesLeave() {
        GapFiller filler = new GapFiller(List.of(new Block(16, 16), new Block(16, 16), new Block(24, 16)));
        assertThat(filler.take(new byte[13], at -> {})).isFalse();
        assertThat(filler.take(new byte[8], at -> {})).isTrue();
        assertThat(filler.take(new byte[10], at -> {})).isTrue();
        assertThat(filler.take(new byte[3], at -> {})).isTrue();
        assertThat(filler.take(new byte[1], at -> {})).isFalse();
        assertThat(sizes(filler, 0)).as("depends on what stands before").isEmpty();
        assertThat(sizes(filler, 1)).containsExactly(8, 3);
        assertThat(sizes(filler, 2)).containsExactly(10);
    }

    @Test
    void leavesNoGapWhereThereIsNone() {
        GapFiller packed =
                new GapFiller(List.of(new Block(5, 4), new Block(3, 4), new Block(12, 16), new Block(9, 16)));
        assertThat(packed.take(new byte[4], at -> {})).isFalse();
    }

    /// Wherever the first block comes to stand, no block moves because of what is between them.
    @Test
    void movesNoBlock() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(9); i++) {
                blocks.add(new Block(1 + random.nextInt(70), 16));
            }
            GapFiller filler = new GapFiller(blocks);
            for (int i = 0; i < 20; i++) {
                filler.take(new byte[1 + random.nextInt(12)], at -> {});
            }
            long start = 4 * random.nextInt(9);
            long with = start;
            long without = start;
            for (int i = 0; i < blocks.size(); i++) {
                for (Filling filling : filler.before(i)) {
                    with = ((with + 3) & -4) + filling.bytes().length;
                }
                with = ((with + 4 + 15) & -16) + blocks.get(i).size();
                without = ((without + 4 + 15) & -16) + blocks.get(i).size();
                assertThat(with).isEqualTo(without);
            }
        }
    }
}
