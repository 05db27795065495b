package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BytesTest {

    @Test
    void equal_bytes_are_equal_wherever_they_lie() {
        byte[] array = new byte[5000];
        array[2500] = 3;
        MemorySegment offHeap = Arena.ofAuto().allocate(5001).asSlice(1);
        offHeap.copyFrom(MemorySegment.ofArray(array));
        assertThat(Bytes.of(offHeap)).isEqualTo(Bytes.of(array)).hasSameHashCodeAs(Bytes.of(array));
        array[2500] = 4;
        assertThat(Bytes.of(offHeap)).isNotEqualTo(Bytes.of(array));
    }

    @Test
    void bytes_of_an_array_do_not_follow_it() {
        byte[] array = {1, 2, 3};
        Bytes bytes = Bytes.of(array);
        array[0] = 9;
        assertThat(bytes.toArray()).containsExactly(1, 2, 3);
        assertThat(bytes).hasToString("0x010203");
        assertThat(Bytes.of(new byte[17])).hasToString("17 bytes");
    }

    @Test
    void the_view_cannot_be_written() {
        MemorySegment view = Bytes.of(new byte[4]).segment();
        assertThatThrownBy(() -> view.set(ValueLayout.JAVA_BYTE, 0, (byte) 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_slice_holds_the_same_memory() {
        Bytes bytes = Bytes.of(new byte[] {1, 2, 3, 4});
        assertThat(bytes.slice(1, 2)).isEqualTo(Bytes.of(new byte[] {2, 3}));
        assertThat(bytes.slice(4, 0)).isSameAs(Bytes.EMPTY);
        assertThatThrownBy(() -> bytes.slice(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void computed_bytes_are_made_when_they_are_written_and_only_then() {
        AtomicInteger computed = new AtomicInteger();
        Bytes lazy = Bytes.lazy(3, () -> {
            computed.incrementAndGet();
            return MemorySegment.ofArray(new byte[] {7, 8, 9});
        });
        ModelTable model = ModelTable.DEFAULT.withVersion(3).withBuffers(List.of(new BufferTable(lazy)));
        assertThat(model).isEqualTo(model).isNotEqualTo(ModelTable.DEFAULT);
        assertThat(computed).hasValue(0);
        byte[] file = TfliteFormat.toByteArray(model, Bytes.EMPTY);
        assertThat(computed).hasValue(1);
        assertThat(TfliteFormat.read(MemorySegment.ofArray(file)).model().buffers())
                .containsExactly(new BufferTable(Bytes.of(new byte[] {7, 8, 9})));
    }

    @Test
    void a_computation_must_give_as_many_bytes_as_it_promised() {
        Bytes lazy = Bytes.lazy(4, () -> MemorySegment.ofArray(new byte[3]));
        assertThatThrownBy(lazy::toArray).isInstanceOf(IllegalStateException.class);
    }
}
