package dev.lithe.operators.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.LitheException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Shape;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.BufferTable;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.Ints;
import dev.lithe.schema.MetadataTable;
import dev.lithe.schema.ModelTable;
import dev.lithe.schema.OperatorCodeTable;
import dev.lithe.schema.OperatorTable;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.SignatureDefTable;
import dev.lithe.schema.SubGraphTable;
import dev.lithe.schema.TensorMapTable;
import dev.lithe.schema.TensorTable;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TfliteFormat;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TfliteReaderTest {
    private static final TensorTable INPUT =
            TensorTable.DEFAULT.withName("x").withShape(Ints.of(1, 4)).withShapeSignature(Ints.of(-1, 4));
    private static final TensorTable NEW_SHAPE = TensorTable.DEFAULT
            .withName("shape")
            .withType(TensorType.INT32)
            .withShape(Ints.of(2))
            .withBuffer(1);
    private static final TensorTable OUTPUT = TensorTable.DEFAULT.withName("y").withShape(Ints.of(2, 2));
    private static final OperatorTable RESHAPE = OperatorTable.DEFAULT
            .withInputs(Ints.of(0, 1))
            .withOutputs(Ints.of(2))
            .withBuiltinOptions(new ReshapeOptions(Ints.of(2, 2)));
    private static final SubGraphTable SUBGRAPH = SubGraphTable.DEFAULT
            .withName("main")
            .withTensors(List.of(INPUT, NEW_SHAPE, OUTPUT))
            .withInputs(Ints.of(0))
            .withOutputs(Ints.of(2))
            .withOperators(List.of(RESHAPE));
    private static final ModelTable MODEL = ModelTable.DEFAULT
            .withVersion(3)
            .withOperatorCodes(List.of(new OperatorCodeTable(22, "", 1, BuiltinOperator.RESHAPE)))
            .withSubgraphs(List.of(SUBGRAPH))
            .withBuffers(List.of(BufferTable.DEFAULT, new BufferTable(Bytes.of(new byte[] {2, 0, 0, 0, 2, 0, 0, 0}))));

    private static Model read(ModelTable table) {
        return TfliteReader.read(MemorySegment.ofArray(TfliteFormat.toByteArray(table, Bytes.EMPTY)), "m.tflite");
    }

    @Test
    void readsShapesConstantsAndOptions() {
        Model model = read(MODEL);

        var tensors = List.copyOf(model.main().tensors().values());
        assertThat(tensors.get(0).shape()).isEqualTo(Shape.of(1, 4));
        assertThat(tensors.get(0).declaredShape()).isEqualTo(Shape.of(-1, 4));
        assertThat(tensors.get(0).isConstant()).isFalse();
        assertThat(tensors.get(1).constant().bytes().toArray()).containsExactly(2, 0, 0, 0, 2, 0, 0, 0);
        assertThat(tensors.get(2).shapeSignature()).isNull();
        assertThat(model.main().nodes().getFirst().options().builtin()).isEqualTo(new ReshapeOptions(Ints.of(2, 2)));
    }

    @Test
    void takesTheOldOperatorCodeWhereTheNewOneIsMissing() {
        Model model = read(MODEL.withOperatorCodes(List.of(OperatorCodeTable.DEFAULT.withDeprecatedBuiltinCode(22))));

        assertThat(model.main().nodes().getFirst().code()).isEqualTo(OperatorCode.of(BuiltinOperator.RESHAPE));
    }

    @Test
    void aTensorWithoutElementsThatNobodyWritesIsAConstant() {
        SubGraphTable scalar = SUBGRAPH.withTensors(List.of(
                INPUT.withShape(Ints.of(1)).withShapeSignature(Ints.EMPTY),
                NEW_SHAPE.withShape(Ints.of(0)).withBuffer(0),
                OUTPUT.withShape(Ints.EMPTY)));

        Model model = read(MODEL.withSubgraphs(List.of(scalar)));

        assertThat(model.main().tensor(model.main().nodes().getFirst().input(1)).isConstant())
                .isTrue();
        assertThat(TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)), "m.tflite")
                        .subgraphs())
                .isEqualTo(model.subgraphs());
    }

    @Test
    void keepsMetadataWithoutNames() {
        ModelTable table = MODEL.withMetadata(List.of(new MetadataTable("note", 1)))
                .withBuffers(
                        List.of(BufferTable.DEFAULT, MODEL.buffers().get(1), new BufferTable(Bytes.of(new byte[] {7}))))
                .withMetadataBuffer(Ints.of(1, 2));

        Model model = read(table);

        assertThat(model.metadata()).extracting("name").containsExactly("note", "");
        Model again = TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)), "m.tflite");
        assertThat(again.metadata()).containsAll(model.metadata());
    }

    @Test
    void listsEveryPositionThatLeadsNowhere() {
        SubGraphTable wrong = SUBGRAPH.withTensors(List.of(INPUT, NEW_SHAPE.withBuffer(9), OUTPUT))
                .withOperators(List.of(RESHAPE.withInputs(Ints.of(0, 7)), RESHAPE.withOpcodeIndex(3)))
                .withOutputs(Ints.of(5));
        ModelTable table = MODEL.withSubgraphs(List.of(wrong))
                .withSignatureDefs(List.of(
                        new SignatureDefTable(List.of(new TensorMapTable("in", 8)), List.of(), "serve", "", 0),
                        new SignatureDefTable(List.of(), List.of(), "other", "", 4)));

        InvalidModelException error = catchThrowableOfType(InvalidModelException.class, () -> read(table));

        assertThat(error.code()).isEqualTo("LQ0202");
        assertThat(error.offenders())
                .extracting(Offender::toString)
                .containsExactlyInAnyOrder(
                        "m.tflite: subgraph 0, tensor 'shape': has buffer 9 of 2",
                        "m.tflite: subgraph 0, operator 0 RESHAPE: input 1 is tensor 7 of 3",
                        "m.tflite: subgraph 0, operator 1 ?: has code 3 of 1",
                        "m.tflite: subgraph 0: output 0 is tensor 5 of 3",
                        "m.tflite: subgraph 0: input 'in' of signature 'serve' is tensor 8 of 3",
                        "m.tflite: signature 'other' enters subgraph 4 of 1");
    }

    @Test
    void refusesConstantsOfTheWrongSize() {
        ModelTable table = MODEL.withBuffers(List.of(BufferTable.DEFAULT, new BufferTable(Bytes.of(new byte[4]))));

        assertThatThrownBy(() -> read(table))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("'shape'")
                .hasMessageContaining("has 4 bytes where INT32[2] needs 8");
    }

    @Test
    void refusesConstantsInOtherFiles() {
        SubGraphTable outside =
                SUBGRAPH.withTensors(List.of(INPUT, NEW_SHAPE.withBuffer(0).withExternalBuffer(1), OUTPUT));

        assertThatThrownBy(() -> read(MODEL.withSubgraphs(List.of(outside))))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("tensor 'shape': lies in external buffer 1");
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertThatThrownBy(() -> TfliteReader.read(Path.of("nowhere", "lost.tflite")))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("lost.tflite: there is no such file")
                .hasMessageContaining("[LQ0120]");
    }

    @Test
    void damagedBytesGiveTypedErrors() {
        byte[] good = TfliteFormat.toByteArray(MODEL, Bytes.EMPTY);
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                TfliteWriter.toBytes(TfliteReader.read(MemorySegment.ofArray(bad), "bad.tflite"));
            } catch (LitheException e) {
                assertThat(e.code()).startsWith("LQ0");
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
