package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriterTest {

    private static final ModelTable EMPTY = ModelTable.DEFAULT.withVersion(3);

    @Test
    void a_model_comes_back_as_it_was() {
        ModelTable model = model();
        assertThat(read(TfliteFormat.toByteArray(model, Bytes.EMPTY))).isEqualTo(new TfliteFile(model, Bytes.EMPTY));
    }

    /// By hand from the FlatBuffers format: root offset, identifier; the table (offset of its vtable, version, operator
    /// codes, subgraphs, buffers); the vtable with the slots 0 to 4; one empty vector, which serves as all three.
    @Test
    void the_bytes_of_an_empty_model() {
        ByteBuffer expected = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        expected.putInt(8).put("TFL3".getBytes(StandardCharsets.US_ASCII));
        expected.putInt(8 - 28).putInt(3).putInt(44 - 16).putInt(44 - 20).putInt(44 - 24);
        for (int entry : new int[] {14, 20, 4, 8, 12, 0, 16}) {
            expected.putShort((short) entry);
        }
        assertThat(TfliteFormat.toByteArray(EMPTY, Bytes.EMPTY)).isEqualTo(expected.array());
    }

    @Test
    void an_absent_constant_differs_from_one_without_elements() {
        List<BufferTable> buffers = List.of(new BufferTable(null), new BufferTable(Bytes.EMPTY));
        byte[] file = TfliteFormat.toByteArray(EMPTY.withBuffers(buffers), Bytes.EMPTY);
        assertThat(read(file).model().buffers()).containsExactlyElementsOf(buffers);
    }

    @Test
    void constants_are_aligned_and_counted() {
        List<BufferTable> buffers = new ArrayList<>();
        for (int size = 1; size <= 40; size++) {
            byte[] data = new byte[size];
            Arrays.fill(data, (byte) (100 + size));
            buffers.add(new BufferTable(Bytes.of(data)));
        }
        byte[] file = TfliteFormat.toByteArray(EMPTY.withBuffers(buffers), Bytes.EMPTY);
        for (BufferTable buffer : buffers) {
            byte[] data = buffer.data().toArray();
            int at = indexOf(file, data);
            assertThat(at % 16).isZero();
            assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 4))
                    .isEqualTo(data.length);
        }
        // 16 bytes for up to 12 bytes of data, 32 for up to 28, 48 for up to 40; 12 for each table and its reference
        assertThat(file.length).isLessThan(12 * 16 + 16 * 32 + 12 * 48 + 40 * 12 + 64);
    }

    @Test
    void elements_of_eight_bytes_are_aligned() {
        List<OperatorTable> operators = new ArrayList<>();
        for (long i = 0; i < 9; i++) {
            operators.add(OperatorTable.DEFAULT
                    .withInputs(Ints.of(new int[(int) i]))
                    .withBuiltinOptions2(new StablehloSliceOptions(
                            Longs.of(0x1111_1111_1111_1100L + i), Longs.EMPTY, Longs.of(i, i))));
        }
        byte[] file = TfliteFormat.toByteArray(subgraph(List.of(), operators), Bytes.EMPTY);
        for (long i = 0; i < 9; i++) {
            ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(indexOf(file, number.putLong(0x1111_1111_1111_1100L + i).array()) % 8)
                    .isZero();
        }
    }

    @Test
    void equal_parts_are_there_once() {
        List<TensorTable> tensors = new ArrayList<>();
        QuantizationParametersTable quantization = QuantizationParametersTable.DEFAULT
                .withScale(Floats.of(new float[500]))
                .withZeroPoint(Longs.of(new long[500]));
        for (int i = 0; i < 100; i++) {
            tensors.add(TensorTable.DEFAULT.withBuffer(i).withQuantization(quantization));
        }
        Bytes data = Bytes.of(new byte[10_000]);
        Bytes sameData = Bytes.of(new byte[10_000]);
        ModelTable model =
                subgraph(tensors, List.of()).withBuffers(List.of(new BufferTable(data), new BufferTable(sameData)));
        byte[] file = TfliteFormat.toByteArray(model, Bytes.EMPTY);
        assertThat(file.length).isLessThan(500 * 12 + 10_000 + 100 * 20 + 300);
        assertThat(read(file).model()).isEqualTo(model);
    }

    @Test
    void constants_go_behind_the_flat_buffer_where_it_would_grow_too_large() throws IOException {
        byte[] large = new byte[5000];
        Arrays.fill(large, (byte) 7);
        byte[] options = new byte[3000];
        Arrays.fill(options, (byte) 8);
        ModelTable model = subgraph(List.of(), List.of(OperatorTable.DEFAULT.withCustomOptions(Bytes.of(options))))
                .withBuffers(List.of(
                        new BufferTable(null),
                        new BufferTable(Bytes.of(large)),
                        new BufferTable(Bytes.EMPTY),
                        new BufferTable(Bytes.of(new byte[] {1, 2, 3})),
                        new BufferTable(Bytes.of(large))));
        Bytes trailing = Bytes.of("appended".getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TfliteFormat.write(model, trailing, Channels.newChannel(out), 600);
        byte[] file = out.toByteArray();
        assertThat(read(file)).isEqualTo(new TfliteFile(model, trailing));
        int constant = indexOf(file, large);
        assertThat(constant % 16).isZero();
        assertThat(indexOf(file, options) % 16).isZero();
        ByteBuffer place = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(constant);
        assertThat(indexOf(file, place.array())).isPositive().isLessThan(600);
        assertThat(file.length).isLessThan(600 + 5000 + 3000 + 50);
    }

    @Test
    void tables_that_are_too_large_by_themselves_are_refused() {
        List<TensorTable> tensors = List.of(TensorTable.DEFAULT.withShape(Ints.of(new int[200])));
        assertThatThrownBy(() -> TfliteFormat.write(
                        subgraph(tensors, List.of()),
                        Bytes.EMPTY,
                        Channels.newChannel(new ByteArrayOutputStream()),
                        600))
                .isInstanceOfSatisfying(
                        SchemaException.class, e -> assertThat(e.code()).isEqualTo("LQ0111"))
                .hasMessageContaining("without its constants");
    }

    @Test
    void numbers_that_do_not_fit_are_refused() {
        assertRefused(EMPTY.withOperatorCodes(List.of(OperatorCodeTable.DEFAULT.withDeprecatedBuiltinCode(128))));
        assertRefused(EMPTY.withExternalBuffers(List.of(ExternalBufferTable.DEFAULT.withId(1L << 32))));
        assertRefused(EMPTY.withExternalBuffers(List.of(ExternalBufferTable.DEFAULT.withOffset(-1))));
        assertRefused(EMPTY.withDescription("\ud800"));
    }

    @Test
    void the_same_model_gives_the_same_bytes() {
        assertThat(TfliteFormat.toByteArray(model(), Bytes.EMPTY))
                .isEqualTo(TfliteFormat.toByteArray(model(), Bytes.EMPTY));
    }

    private static void assertRefused(ModelTable model) {
        assertThatThrownBy(() -> TfliteFormat.toByteArray(model, Bytes.EMPTY)).isInstanceOf(SchemaException.class);
    }

    private static ModelTable model() {
        TensorTable input = TensorTable.DEFAULT
                .withName("input")
                .withShape(Ints.of(1, 4))
                .withShapeSignature(Ints.of(-1, 4))
                .withHasRank(true);
        TensorTable weights = TensorTable.DEFAULT
                .withName("weights")
                .withType(TensorType.INT8)
                .withShape(Ints.of(2, 4))
                .withBuffer(1)
                .withQuantization(QuantizationParametersTable.DEFAULT
                        .withScale(Floats.of(0.5f, 0.25f))
                        .withZeroPoint(Longs.of(0, 0)))
                .withSparsity(new SparsityParametersTable(
                        Ints.of(0, 1),
                        Ints.EMPTY,
                        List.of(new DimensionMetadataTable(
                                DimensionType.SPARSE_CSR,
                                0,
                                new Uint8VectorTable(Bytes.of(new byte[] {0, 2})),
                                new Uint16VectorTable(Ints.of(1, 65535))))));
        OperatorTable operator = OperatorTable.DEFAULT
                .withInputs(Ints.of(0, 1, -1))
                .withOutputs(Ints.of(2))
                .withBuiltinOptions(FullyConnectedOptions.DEFAULT.withKeepNumDims(true))
                .withMutatingVariableInputs(List.of(false, true));
        SignatureDefTable signature = SignatureDefTable.DEFAULT
                .withSignatureKey("serving_default")
                .withInputs(List.of(new TensorMapTable("x", 0)));
        return subgraph(List.of(input, weights), List.of(operator))
                .withOperatorCodes(List.of(new OperatorCodeTable(9, "", 4, BuiltinOperator.FULLY_CONNECTED)))
                .withDescription("two words")
                .withBuffers(List.of(new BufferTable(null), new BufferTable(Bytes.of(new byte[] {1, 2, 3}))))
                .withMetadata(List.of(new MetadataTable("min_runtime_version", 1)))
                .withSignatureDefs(List.of(signature));
    }

    private static ModelTable subgraph(List<TensorTable> tensors, List<OperatorTable> operators) {
        return EMPTY.withSubgraphs(
                List.of(SubGraphTable.DEFAULT.withTensors(tensors).withOperators(operators)));
    }

    private static TfliteFile read(byte[] file) {
        return TfliteFormat.read(MemorySegment.ofArray(file));
    }

    private static int indexOf(byte[] file, byte[] part) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
        assertThat(at).isNotNegative();
        return at;
    }
}
