package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.ImportOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ONNX models of `importers/src/test/onnx`, converted by us, on the official runtime: it takes our files, and
/// answers what onnxruntime answers.
class OnnxOracleTest {
    private static final Path CASES =
            Path.of(System.getProperty("lithe.root", ".."), "importers", "src", "test", "onnx", "cases");

    @TempDir
    static Path folder;

    private static Oracle oracle;

    @BeforeAll
    static void open() {
        oracle = Oracle.open();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOfficialRuntimeAnswersLikeOnnxruntime(String name) throws IOException {
        Path one = CASES.resolve(name);
        Model model = Models.open(one.resolve("model.onnx"), ImportOptions.DEFAULT.withKeepLayout(true));
        Path file = folder.resolve(name + ".tflite");
        Converter.of(model).convert().write(file);

        OracleResult result = oracle.run(
                file,
                OracleRequest.of(OracleKernels.BUILTIN).withInvocation(invocation(model, one.resolve("inputs.npz"))));

        assertThat(result).as(result.describe()).isInstanceOf(OracleResult.Completed.class);
        OracleRun run = ((OracleResult.Completed) result).runs().getFirst();
        Map<String, Tensor> expected = Npz.read(one.resolve("outputs.npz"));
        model.signatures().getFirst().outputs().forEach((output, id) -> {
            OracleTensor given = run.output(model.main().outputs().indexOf(id));
            assertClose(given, Objects.requireNonNull(expected.get(output)), output);
        });
    }

    private static OracleInvocation invocation(Model model, Path inputs) {
        Map<String, Tensor> arrays = Npz.read(inputs);
        OracleInput[] ordered = new OracleInput[model.main().inputs().size()];
        model.signatures().getFirst().inputs().forEach((name, id) -> {
            Tensor tensor = Objects.requireNonNull(arrays.get(name));
            ordered[model.main().inputs().indexOf(id)] = OracleInput.of(tensor.toLittleEndian())
                    .withShape(tensor.shape().toArray());
        });
        return OracleInvocation.of(ordered);
    }

    private static void assertClose(OracleTensor given, Tensor expected, String name) {
        List<Integer> shape = given.info().shape();
        Tensor actual = Tensor.fromLittleEndian(
                expected.type(),
                Shape.of(shape.stream().mapToInt(Integer::intValue).toArray()),
                QuantizationParameters.NONE,
                MemorySegment.ofArray(given.data()));
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        double[] wanted = expected.toDoubles();
        double most = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
        assertThat(actual.toDoubles()).as(name).containsExactly(wanted, within(1e-4 * Math.max(most, 1e-30)));
    }
}
