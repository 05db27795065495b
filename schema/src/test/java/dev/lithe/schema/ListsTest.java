package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ListsTest {

    @Test
    void ints_do_not_follow_the_array_they_were_made_of() {
        int[] array = {1, 2};
        Ints ints = Ints.of(array);
        array[0] = 7;
        ints.toArray()[1] = 7;
        assertThat(ints)
                .isEqualTo(Ints.of(1, 2))
                .hasSameHashCodeAs(Ints.of(1, 2))
                .hasToString("[1, 2]");
        assertThat(ints.size()).isEqualTo(2);
        assertThat(ints.get(1)).isEqualTo(2);
        assertThat(ints.stream().sum()).isEqualTo(3);
    }

    @Test
    void longs_do_not_follow_the_array_they_were_made_of() {
        long[] array = {1L << 40, 2};
        Longs longs = Longs.of(array);
        array[0] = 7;
        longs.toArray()[1] = 7;
        assertThat(longs).isEqualTo(Longs.of(1L << 40, 2)).isNotEqualTo(Longs.of(0, 2));
        assertThat(longs.get(0)).isEqualTo(1L << 40);
    }

    @Test
    void floats_are_equal_bit_by_bit() {
        float otherNan = Float.intBitsToFloat(0x7fc00001);
        assertThat(Floats.of(1, Float.NaN))
                .isEqualTo(Floats.of(1, Float.NaN))
                .hasSameHashCodeAs(Floats.of(1, Float.NaN));
        assertThat(Floats.of(0f)).isNotEqualTo(Floats.of(-0f));
        assertThat(Floats.of(Float.NaN)).isNotEqualTo(Floats.of(otherNan));
        assertThat(Floats.of(0.5f).get(0)).isEqualTo(0.5f);
    }

    @Test
    void a_list_without_elements_is_the_empty_one() {
        assertThat(Ints.of()).isSameAs(Ints.EMPTY);
        assertThat(Longs.of()).isSameAs(Longs.EMPTY);
        assertThat(Floats.of()).isSameAs(Floats.EMPTY);
        assertThat(Ints.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void an_index_outside_is_refused() {
        assertThatThrownBy(() -> Ints.of(1).get(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Floats.of(1).get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
