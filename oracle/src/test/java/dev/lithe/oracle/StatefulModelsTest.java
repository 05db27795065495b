package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.importers.ImportOptions;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models with variables that change, and with several signatures, converted by us, on the official runtime: sequences
/// of calls give what TensorFlow gives.
class StatefulModelsTest {
    @TempDir
    private Path folder;

    private static Path fixture(String name) {
        return Path.of(System.getProperty("lithe.root", ".."), "importers", "src", "test", "savedmodels", name);
    }

    private static OracleInput row(Tensor rows, int row, int count) {
        byte[] all = rows.toLittleEndian();
        int bytes = all.length / count;
        int[] sizes = rows.shape().toArray();
        int[] shape = count == 1 ? sizes : Arrays.copyOfRange(sizes, 1, sizes.length);
        return OracleInput.of(Arrays.copyOfRange(all, row * bytes, (row + 1) * bytes))
                .withShape(shape);
    }

    private static double[] values(OracleTensor tensor, Tensor like) {
        ByteBuffer data = ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[tensor.data().length / 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = like.array() instanceof float[] ? data.getFloat(4 * i) : data.getInt(4 * i);
        }
        return values;
    }

    private void check(String name, String key, int calls) {
        Path path = fixture(name);
        Model model = Models.open(path);
        Path file = folder.resolve("model.tflite");
        Converter.of(model).convert().write(file);
        SignatureDef signature = model.signatures().stream()
                .filter(s -> s.key().equals(key))
                .findFirst()
                .orElseThrow();
        Map<String, Tensor> inputs = Npz.read(path.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(path.resolve("outputs.npz"));
        var subgraph = model.subgraphs().get(signature.subgraph());
        List<OracleInvocation> invocations = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            OracleInput[] ordered = new OracleInput[signature.inputs().size()];
            for (Map.Entry<String, TensorId> input : signature.inputs().entrySet()) {
                ordered[subgraph.inputs().indexOf(input.getValue())] = row(inputs.get(input.getKey()), i, calls);
            }
            invocations.add(OracleInvocation.of(ordered));
        }
        OracleRequest request = OracleRequest.of(OracleKernels.REFERENCE)
                .withSignature(key)
                .withVerify(true)
                .withInvocations(invocations);
        try (Oracle oracle = Oracle.open()) {
            OracleResult result = oracle.run(file, request);
            assertThat(result).as(result.describe()).isInstanceOf(OracleResult.Completed.class);
            List<OracleRun> runs = ((OracleResult.Completed) result).runs();
            assertThat(runs).hasSize(calls);
            signature.outputs().forEach((output, id) -> {
                Tensor wanted = expected.get(output);
                int count = wanted.elementCount() / calls;
                for (int i = 0; i < calls; i++) {
                    double[] actual =
                            values(runs.get(i).output(subgraph.outputs().indexOf(id)), wanted);
                    double[] part = Arrays.copyOfRange(wanted.toDoubles(), i * count, (i + 1) * count);
                    assertThat(actual).as(output + " of call " + i).containsExactly(part, within(2e-6));
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"counters, step", "session_counter, serving_default"})
    void twentyCalls(String name, String signature) {
        check(name, signature, 20);
    }

    @ParameterizedTest
    @CsvSource({"embed", "compare", "head"})
    void signaturesThatShareTheirWeights(String signature) {
        check("three_signatures", signature, 1);
    }

    /// A loop of TensorFlow's that became the operator for LSTM: its states, which the operator would keep, are set to
    /// zero before every run.
    @Test
    void everyRunOfALstmIsLikeTheFirst() throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(Shared.path("conformance/keras/lstm_stacked.zip"))) {
            for (String name : List.of("model.keras", "inputs.npz", "outputs.npz")) {
                Files.copy(archive.getPath("/", name), folder.resolve(name));
            }
        }
        Path keras = folder.resolve("model.keras");
        Tensor input = Npz.read(folder.resolve("inputs.npz")).get("in_0");
        Tensor expected = Npz.read(folder.resolve("outputs.npz")).get("out_0");
        String name = Models.open(keras)
                .signatures()
                .getFirst()
                .inputs()
                .keySet()
                .iterator()
                .next();
        Path file = folder.resolve("model.tflite");
        Model model = Models.open(keras, ImportOptions.DEFAULT.withInputShapes(Map.of(name, input.shape())));
        Converter.of(model).convert().write(file);
        assertThat(model.main().nodes())
                .filteredOn(n -> n.code().builtin() == BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM)
                .hasSize(2);
        OracleInvocation once = OracleInvocation.of(row(input, 0, 1));
        try (Oracle oracle = Oracle.open()) {
            OracleResult result = oracle.run(
                    file, OracleRequest.of(OracleKernels.REFERENCE).withInvocations(List.of(once, once, once)));
            assertThat(result).as(result.describe()).isInstanceOf(OracleResult.Completed.class);
            for (OracleRun run : ((OracleResult.Completed) result).runs()) {
                assertThat(values(run.output(0), expected)).containsExactly(expected.toDoubles(), within(2e-6));
            }
        }
    }

    /// Each constant is in the file once, however many signatures read it.
    @Test
    void sharedWeightsAreWrittenOnce() {
        Path file = folder.resolve("model.tflite");
        Converter.of(Models.open(fixture("three_signatures"))).convert().write(file);
        Map<Integer, Set<Long>> places = new HashMap<>();
        for (Subgraph subgraph : TfliteReader.read(file).subgraphs()) {
            for (TensorSpec spec : subgraph.tensors().values()) {
                Constant constant = spec.constant();
                if (constant != null && spec.type() == TensorType.FLOAT32 && constant.byteSize() >= 256) {
                    places.computeIfAbsent(Arrays.hashCode(constant.bytes().toArray()), key -> new HashSet<>())
                            .add(constant.bytes().segment().address());
                }
            }
        }
        assertThat(places).hasSize(3);
        assertThat(places.values()).allMatch(one -> one.size() == 1);
    }
}
