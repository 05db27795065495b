package dev.lithe.importers.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxEntry;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxModel;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import dev.lithe.importers.internal.onnx.proto.OnnxOperatorSet;
import dev.lithe.importers.internal.onnx.proto.OnnxShape;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import dev.lithe.importers.internal.onnx.proto.OnnxType;
import dev.lithe.importers.internal.onnx.proto.OnnxValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile files: a typed error, nothing else.
class OnnxBadInputTest {
    @TempDir
    private Path folder;

    private Path write(OnnxGraph.Builder graph) throws IOException {
        OnnxModel model = OnnxModel.newBuilder()
                .addOpsetImport(OnnxOperatorSet.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    /// A graph that reads x, of two elements, and gives y.
    private static OnnxGraph.Builder graph(OnnxNodeProto.Builder... nodes) {
        OnnxShape shape = OnnxShape.newBuilder()
                .addDim(OnnxShape.Dimension.newBuilder().setDimValue(2))
                .build();
        OnnxType type = OnnxType.newBuilder()
                .setTensorType(OnnxType.Tensor.newBuilder().setElemType(1).setShape(shape))
                .build();
        OnnxGraph.Builder graph = OnnxGraph.newBuilder()
                .addInput(OnnxValueInfo.newBuilder().setName("x").setType(type))
                .addOutput(OnnxValueInfo.newBuilder().setName("y"));
        Arrays.stream(nodes).forEach(graph::addNode);
        return graph;
    }

    private static OnnxNodeProto.Builder node(String op, String output, String... inputs) {
        return OnnxNodeProto.newBuilder().setOpType(op).addOutput(output).addAllInput(Arrays.asList(inputs));
    }

    private static OnnxTensor.Builder weights(long... sizes) {
        OnnxTensor.Builder tensor = OnnxTensor.newBuilder().setName("w").setDataType(1);
        Arrays.stream(sizes).forEach(tensor::addDims);
        return tensor;
    }

    private static OnnxTensor.Builder external(String location, String offset) {
        return weights(2)
                .setDataLocation(1)
                .addExternalData(OnnxEntry.newBuilder().setKey("location").setValue(location))
                .addExternalData(OnnxEntry.newBuilder().setKey("offset").setValue(offset));
    }

    private void fails(OnnxGraph.Builder graph, String code) throws IOException {
        Path file = write(graph);
        assertThatThrownBy(() -> OnnxReader.read(file, ImportOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        LitheException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void everyTruncationIsAnError() throws IOException {
        Path whole = Path.of("src", "test", "onnx", "cases", "flattened", "model.onnx");
        byte[] bytes = Files.readAllBytes(whole);
        Path file = folder.resolve("cut.onnx");
        // The file ends with the opset, which alone could be missing.
        for (int length = 0; length < bytes.length - 10; length += 7) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> OnnxReader.read(file, ImportOptions.DEFAULT))
                    .isInstanceOf(LitheException.class);
        }
    }

    /// Whatever single bytes become: a model, or an error that says what is wrong.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "flattened",
                "loop_counted",
                "scan_backwards",
                "if_then",
                "lstm_bidirectional",
                "quantized_cnn",
                "einsum_three",
                "sequences",
                "attention_grouped",
                "stft",
                "mel",
                "affine_grid",
                "resize_cubic",
                "matmul_4_bits"
            })
    void flippedBytesAreErrorsAtMost(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("src", "test", "onnx", "cases", name, "model.onnx"));
        Random random = new Random(name.hashCode());
        Path file = folder.resolve("flipped.onnx");
        int errors = 0;
        for (int i = 0; i < 250; i++) {
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
            Files.write(file, flipped);
            try {
                OnnxReader.read(file, ImportOptions.DEFAULT);
            } catch (LitheException e) {
                assertThat(e.code()).startsWith("LQ");
                errors++;
            }
        }
        assertThat(errors).isPositive();
    }

    @Test
    void aCycleInsideOfABodyIsAnError() throws IOException {
        OnnxGraph body = OnnxGraph.newBuilder()
                .addNode(node("Add", "a", "x", "b"))
                .addNode(node("Relu", "b", "a"))
                .addOutput(OnnxValueInfo.newBuilder().setName("b"))
                .build();
        OnnxAttribute then =
                OnnxAttribute.newBuilder().setName("then_branch").setG(body).build();
        OnnxAttribute otherwise =
                OnnxAttribute.newBuilder().setName("else_branch").setG(body).build();
        fails(
                graph(
                        node("Less", "c", "x", "x"),
                        node("If", "y", "c").addAttribute(then).addAttribute(otherwise)),
                "LQ0183");
    }

    /// Sizes that are no weights of the file but numbers in it: nothing of their size is made.
    @ParameterizedTest
    @ValueSource(strings = {"HannWindow", "ConstantOfShape", "Range"})
    void absurdSizesThatAreComputedAllocateNothing(String op) throws IOException {
        OnnxTensor.Builder size =
                OnnxTensor.newBuilder().setName("n").setDataType(7).addInt64Data(1L << 40);
        OnnxTensor.Builder zero =
                OnnxTensor.newBuilder().setName("zero").setDataType(7).addInt64Data(0);
        OnnxTensor.Builder one =
                OnnxTensor.newBuilder().setName("one").setDataType(7).addInt64Data(1);
        if (op.equals("ConstantOfShape")) {
            size.addDims(1);
        }
        OnnxNodeProto.Builder made = op.equals("Range") ? node(op, "v", "zero", "n", "one") : node(op, "v", "n");
        Path file = write(graph(made, node("Cast", "r", "v").addAttribute(to(1)), node("Add", "y", "x", "r"))
                .addInitializer(size)
                .addInitializer(zero)
                .addInitializer(one));
        long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        try {
            OnnxReader.read(file, ImportOptions.DEFAULT);
        } catch (LitheException e) {
            assertThat(e.code()).startsWith("LQ");
        }
        long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        assertThat(after - before).isLessThan(200L << 20);
    }

    private static OnnxAttribute to(int type) {
        return OnnxAttribute.newBuilder().setName("to").setI(type).build();
    }

    @Test
    void aCycleIsAnError() throws IOException {
        fails(graph(node("Add", "a", "x", "b"), node("Relu", "b", "a"), node("Relu", "y", "b")), "LQ0183");
    }

    @Test
    void readingWhatNothingDefinesIsAnError() throws IOException {
        fails(graph(node("Add", "y", "x", "nowhere")), "LQ0183");
    }

    @Test
    void absurdSizesAllocateNothing() throws IOException {
        fails(graph(node("Add", "y", "x", "w")).addInitializer(weights(1 << 30, 1 << 30, 1 << 30)), "LQ0181");
        fails(graph(node("Add", "y", "x", "w")).addInitializer(weights(1 << 30)), "LQ0181");
        fails(graph(node("Add", "y", "x", "w")).addInitializer(weights(-1)), "LQ0181");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.bin", "/etc/hostname", "a/../../outside.bin", "", "missing.bin"})
    void externalDataStaysInTheFolder(String location) throws IOException {
        fails(graph(node("Add", "y", "x", "w")).addInitializer(external(location, "0")), "LQ0182");
    }

    @Test
    void linksOutOfTheFolderAreNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.write(elsewhere.resolve("secret.bin"), new byte[8]);
        Files.createSymbolicLink(folder.resolve("link.bin"), secret);
        fails(graph(node("Add", "y", "x", "w")).addInitializer(external("link.bin", "0")), "LQ0182");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "9223372036854775807", "-4", "four"})
    void externalDataLiesInItsFile(String offset) throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[8]);
        fails(graph(node("Add", "y", "x", "w")).addInitializer(external("w.bin", offset)), "LQ0182");
    }

    @Test
    void externalDataIsRead() throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[12]);
        Path file = write(graph(node("Add", "y", "x", "w")).addInitializer(external("w.bin", "4")));

        assertThat(OnnxReader.read(file, ImportOptions.DEFAULT).main().nodes()).hasSize(1);
    }

    @Test
    void allOffendersAreListed() throws IOException {
        Path file = write(graph(
                node("Sorcery", "a", "x").setName("first"),
                node("Witchcraft", "b", "a").setDomain("dark.arts"),
                node("Add", "y", "a", "b")));

        assertThatThrownBy(() -> OnnxReader.read(file, ImportOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        UnsupportedException.class,
                        e -> assertThat(e.offenders()).hasSize(2))
                .hasMessageContaining("Sorcery 'first'")
                .hasMessageContaining("dark.arts::Witchcraft 'b'");
    }

    @Test
    void aMissingFileIsAnError() {
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx"), ImportOptions.DEFAULT))
                .isInstanceOf(MalformedModelException.class);
    }
}
