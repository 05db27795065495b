package dev.lithe.operators.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.ModelTable;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TfliteFormat;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TfliteWriterTest {
    private static final Bytes SOURCE = Bytes.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

    /// A model without operators that holds these constants.
    private static Model modelOf(List<Constant> constants, List<Metadata> metadata) {
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
        for (Constant constant : constants) {
            TensorId id = new TensorId(tensors.size());
            Shape shape = Shape.of((int) constant.byteSize());
            tensors.put(
                    id,
                    TensorSpec.of(id, "c" + id.value(), TensorType.INT8, shape).withConstant(constant));
        }
        Subgraph main = new Subgraph("main", tensors, List.of(), List.of(), List.of());
        return new Model("m", "", List.of(main), List.of(), metadata, Bytes.EMPTY, tensors.size(), 0);
    }

    private static Constant reversed(AtomicInteger evaluations) {
        return new Constant.Derived("reversed", 8, List.of(new Constant.Inline(SOURCE)), sources -> {
            evaluations.incrementAndGet();
            byte[] bytes = sources.getFirst().toArray();
            byte[] turned = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                turned[i] = bytes[bytes.length - 1 - i];
            }
            return Bytes.of(turned);
        });
    }

    private static ModelTable written(Model model) {
        return TfliteFormat.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)))
                .model();
    }

    @Test
    void equalConstantsAreStoredOnce() {
        AtomicInteger evaluations = new AtomicInteger();
        Constant plain = Constant.of(new byte[] {8, 7, 6, 5, 4, 3, 2, 1});
        Constant other = Constant.of(new byte[] {8, 7, 6, 5, 4, 3, 2, 0});
        List<Constant> constants = List.of(reversed(evaluations), plain, other, reversed(evaluations));

        ModelTable table = written(modelOf(constants, List.of()));

        assertThat(table.subgraphs().getFirst().tensors()).extracting("buffer").containsExactly(1, 1, 2, 1);
        assertThat(table.buffers().get(1).data()).isEqualTo(plain.bytes());
        assertThat(table.buffers().get(2).data()).isEqualTo(other.bytes());
        assertThat(evaluations).as("each is computed once").hasValue(2);
    }

    @Test
    void computedConstantsAreNotHeldWhereTheyAreTooLarge() {
        int size = Math.toIntExact(BufferPool.KEPT_BYTES / 2 + 1);
        AtomicInteger evaluations = new AtomicInteger();
        List<Constant> constants = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte filling = (byte) (i == 2 ? 1 : i);
            constants.add(new Constant.Derived("filled", size, List.of(), sources -> {
                evaluations.incrementAndGet();
                byte[] bytes = new byte[size];
                Arrays.fill(bytes, filling);
                return Bytes.of(MemorySegment.ofArray(bytes));
            }));
        }
        BufferPool pool = new BufferPool();

        assertThat(constants.stream().map(pool::add)).containsExactly(1, 2, 2);

        evaluations.set(0);
        var tables = pool.tables();
        assertThat(evaluations).as("computed before they are written").hasValue(0);
        assertThat(tables.get(2).data().segment().byteSize()).isEqualTo(size);
        assertThat(evaluations).hasValue(1);
    }

    @Test
    void valuesThatAreComputedReferToTheEmptyBuffer() {
        ModelTable table = written(modelOf(List.of(Constant.of(new byte[0])), List.of()));

        assertThat(table.subgraphs().getFirst().tensors().getFirst().buffer()).isZero();
        assertThat(table.buffers().getFirst().data()).isNull();
    }

    @Test
    void anOperatorThatIsNotUnderstoodKeepsTheHighestVersionOfItsUses() {
        Node low = new Node(new NodeId(0), customCode(2), Options.NONE, List.of(), List.of());
        Node high = new Node(new NodeId(1), customCode(5), Options.NONE, List.of(), List.of());
        Subgraph main = new Subgraph("main", Map.of(), List.of(low, high, low), List.of(), List.of());
        Model model = new Model("m", "", List.of(main), List.of(), List.of(), Bytes.EMPTY, 0, 2);

        assertThat(written(model).operatorCodes()).singleElement().satisfies(code -> {
            assertThat(code.version()).isEqualTo(5);
            assertThat(code.builtinCode()).isEqualTo(BuiltinOperator.CUSTOM);
            assertThat(code.customCode()).isEqualTo("mine");
        });
    }

    private static OperatorCode customCode(int version) {
        return OperatorCode.custom("mine").withVersion(version);
    }

    @Test
    void otherMetadataStaysAndTheRuntimeVersionIsComputed() {
        Metadata note = new Metadata("note", Bytes.of(new byte[] {1}));
        Metadata stale = new Metadata("min_runtime_version", Bytes.of("9.9.9".getBytes(StandardCharsets.US_ASCII)));
        Model model = modelOf(List.of(), List.of(stale, note));

        Model again = TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)), "m");

        assertThat(again.metadata()).extracting("name").containsExactly("min_runtime_version", "note");
        byte[] version = again.metadata().getFirst().content().toArray();
        assertThat(version).hasSize(16).startsWith("0.0.0".getBytes(StandardCharsets.US_ASCII));
        assertThat(again.metadata().get(1)).isEqualTo(note);
    }

    @Test
    void bytesBehindTheModelSurvive() {
        Bytes trailing = Bytes.of("appended".getBytes(StandardCharsets.US_ASCII));
        Model plain = modelOf(List.of(new Constant.Inline(SOURCE)), List.of());
        Model model = new Model(
                "m", "", plain.subgraphs(), List.of(), List.of(), trailing, plain.nextTensorId(), plain.nextNodeId());

        Model again = TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)), "m");

        assertThat(again.trailing()).isEqualTo(trailing);
    }

    @Test
    void runtimeVersionsAreComparedByNumber() {
        assertThat(RuntimeVersion.ORDER.compare("1.14.0", "1.5.0")).isPositive();
        assertThat(RuntimeVersion.ORDER.compare("1.14.0", "2.3.0")).isNegative();
    }
}
