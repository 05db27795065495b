package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MalformedTest {

    private static final RawTable TENSOR = RawTable.of(3, "x");

    @Test
    void the_raw_tables_of_this_test_are_read_where_nothing_is_wrong() {
        ModelTable model = read(RawTable.model(
                        List.of(RawTable.of(1, new int[] {0, -1}, 3, (byte) 9, 4, RawTable.of(0, 0x3f000000))),
                        List.of(TENSOR)))
                .model();
        OperatorTable expected =
                OperatorTable.DEFAULT.withInputs(Ints.of(0, -1)).withBuiltinOptions(new SoftmaxOptions(0.5f));
        assertThat(model.subgraphs().getFirst().operators()).containsExactly(expected);
        assertThat(model.subgraphs().getFirst().tensors()).containsExactly(TensorTable.DEFAULT.withName("x"));
    }

    @Test
    void a_truncated_file_is_refused() {
        byte[] whole = EveryFieldTest.bytes();
        for (int length = 0; length < whole.length - 64; length += 64) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThat(failure(part).error()).isIn(SchemaError.OUT_OF_BOUNDS, SchemaError.NOT_A_MODEL);
        }
    }

    /// A damaged file is refused with a typed error, or it is a model, which can then be written and read again.
    @Test
    void a_damaged_file_is_refused_or_read() {
        byte[] whole = EveryFieldTest.bytes();
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] damaged = damage(whole, random);
            try {
                TfliteFile file = TfliteFormat.read(MemorySegment.ofArray(damaged));
                byte[] written = TfliteFormat.toByteArray(file.model(), file.trailing());
                assertThat(TfliteFormat.read(MemorySegment.ofArray(written)).model())
                        .isEqualTo(file.model());
            } catch (SchemaException e) {
                assertThat(e.code()).startsWith("LQ01");
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 5999);
    }

    @Test
    void not_a_model() {
        assertThat(failure(new byte[0]).error()).isEqualTo(SchemaError.NOT_A_MODEL);
        assertThat(failure("just some text".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("TFL3")
                .extracting(SchemaException::code)
                .isEqualTo("LQ0102");
    }

    @Test
    void another_version_of_the_schema() {
        assertThat(failure(RawTable.of(0, 2))).hasMessage("the schema has version 2 instead of 3");
    }

    @Test
    void what_a_later_version_of_the_format_may_add() {
        assertNewer(RawTable.of(0, 3, 10, 1), "Model has an unknown field in slot 10");
        assertNewer(tensor(RawTable.of(1, (byte) 23)), "Tensor.type is 23, and TensorType ends with 22");
        assertNewer(tensor(RawTable.of(1, (byte) -1)), "Tensor.type is -1");
        assertNewer(operator(RawTable.of(3, (byte) 127, 4, RawTable.of())), "a table of kind 127");
        assertNewer(operator(RawTable.of(3, (byte) 1, 4, RawTable.of(7, 1))), "Conv2DOptions has an unknown field");
        assertNewer(RawTable.of(0, 3, 1, List.of(RawTable.of(3, 210))), "BuiltinOperator ends with 209");
    }

    @Test
    void options_of_no_stated_kind_are_not_dropped() {
        assertThat(failure(operator(RawTable.of(4, RawTable.of())))).hasMessageContaining("no stated kind");
    }

    @Test
    void numbers_out_of_range() {
        assertThat(failure(tensor(RawTable.of(2, -1)))).hasMessageContaining("Tensor.buffer is 4294967295");
        assertThat(failure(operator(RawTable.of(9, -1L))).error()).isEqualTo(SchemaError.VALUE);
    }

    @Test
    void bytes_outside_the_flat_buffer_must_lie_in_the_file() {
        assertThat(failure(buffer(RawTable.of(1, 40L, 2, 1L << 40))))
                .hasMessageContaining("Buffer.data needs 1099511627776 bytes");
        assertThat(failure(buffer(RawTable.of(1, 1L << 40, 2, 1L))).error()).isEqualTo(SchemaError.OUT_OF_BOUNDS);
        assertThat(read(buffer(RawTable.of(1, 4L, 2, 4L))).model().buffers())
                .containsExactly(new BufferTable(Bytes.of("TFL3".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void strings() {
        assertThat(failure(tensor(RawTable.of(3, "\u00ff"))))
                .hasMessageContaining("Tensor.name is not UTF-8")
                .extracting(SchemaException::fix)
                .isNotNull();
        byte[] file = tensor(RawTable.of(3, "abcd")).file();
        int text = indexOf(file, "abcd");
        file[text + 4] = 'e';
        assertThat(failure(file)).hasMessageContaining("does not end with a zero");
    }

    @Test
    void misaligned_parts() {
        byte[] file = RawTable.of(0, 3).file();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 18);
        assertThat(failure(file).error()).isEqualTo(SchemaError.MISALIGNED);
    }

    /// 2000 subgraphs, each with a vector of 50,000 inputs that all overlap: 400 MB out of a file of 300 kB.
    @Test
    void overlapping_vectors_do_not_fill_the_memory() {
        int count = 50_000;
        int[] numbers = new int[count + 2000];
        Arrays.fill(numbers, count);
        List<RawTable> subgraphs = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            subgraphs.add(RawTable.of(1, new int[0]));
        }
        byte[] file = RawTable.of(0, 3, 2, subgraphs, 5, numbers).file();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int pool = file.length - 4 * numbers.length;
        int model = bytes.getInt(0);
        int vector = model + 8 + 8 * 2 + bytes.getInt(model + 8 + 8 * 2) + 4;
        for (int i = 0; i < 2000; i++) {
            int subgraph = vector + 4 * i + bytes.getInt(vector + 4 * i);
            bytes.putInt(subgraph + 16, pool + 4 * i - (subgraph + 16));
        }
        assertThat(failure(file).error()).isEqualTo(SchemaError.OVERLAPPING);
    }

    /// A part that many refer to is read once and shared.
    @Test
    void a_shared_part_is_read_once() {
        TensorTable tensor = TensorTable.DEFAULT.withShape(Ints.of(new int[1000]));
        List<TensorTable> tensors = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            tensors.add(tensor.withBuffer(i));
        }
        ModelTable model =
                ModelTable.DEFAULT.withVersion(3).withSubgraphs(List.of(SubGraphTable.DEFAULT.withTensors(tensors)));
        byte[] file = TfliteFormat.toByteArray(model, Bytes.EMPTY);
        assertThat(file.length).isLessThan(100_000);
        List<TensorTable> again = TfliteFormat.read(MemorySegment.ofArray(file))
                .model()
                .subgraphs()
                .getFirst()
                .tensors();
        assertThat(again).isEqualTo(tensors);
        assertThat(again.getLast().shape()).isSameAs(again.getFirst().shape());
    }

    private static byte[] damage(byte[] whole, SplittableRandom random) {
        byte[] damaged = whole.clone();
        int at = random.nextInt(damaged.length - 3);
        switch (random.nextInt(4)) {
            case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> damaged[at] = (byte) random.nextInt(256);
            case 2 -> Arrays.fill(damaged, at, at + 4, (byte) (random.nextBoolean() ? 0xff : 0));
            default -> ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(at & -4, random.nextInt(40_000));
        }
        return damaged;
    }

    private static int indexOf(byte[] file, String text) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static RawTable tensor(RawTable tensor) {
        return RawTable.model(List.of(), List.of(tensor));
    }

    private static RawTable operator(RawTable operator) {
        return RawTable.model(List.of(operator), List.of());
    }

    private static RawTable buffer(RawTable buffer) {
        return RawTable.of(0, 3, 4, List.of(buffer));
    }

    private static void assertNewer(RawTable model, String message) {
        SchemaException failure = failure(model);
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.error()).isEqualTo(SchemaError.NEWER_FORMAT);
        assertThat(failure.fix()).contains("update Lithe");
    }

    private static TfliteFile read(RawTable model) {
        return TfliteFormat.read(MemorySegment.ofArray(model.file()));
    }

    private static SchemaException failure(RawTable model) {
        return failure(model.file());
    }

    private static SchemaException failure(byte[] file) {
        SchemaException failure =
                catchThrowableOfType(SchemaException.class, () -> TfliteFormat.read(MemorySegment.ofArray(file)));
        assertThat(failure).isNotNull();
        return failure;
    }
}
