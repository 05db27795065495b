package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One operator at a time against the answers of LiteRT's reference kernels, bit for bit. The files are made by
/// `make_kernel_cases.py` beside them.
class KernelCasesTest {
    private static final Path FOLDER = Path.of("src/test/fixtures/kernels");

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".tflite")).sorted().toList();
        }
    }

    @Test
    void thereAreCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(70);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsLiteRtReference(Path file) {
        Model model = TfliteReader.read(file);
        Tensor input = tensor(
                model, "case_input", model.main().tensor(model.main().inputs().getFirst()));
        Tensor expected = tensor(
                model, "case_output", model.main().tensor(model.main().outputs().getFirst()));
        assertEqual(KernelRunner.run(model, input).getFirst(), expected);
        assertEqual(KernelRunner.runWithLateConstants(model, input).getFirst(), expected);
    }

    private static void assertEqual(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        // Values for the message, bytes for the truth (the sign of zero).
        assertThat(actual.toDoubles()).containsExactly(expected.toDoubles());
        assertThat(actual.toLittleEndian()).isEqualTo(expected.toLittleEndian());
    }

    private static Tensor tensor(Model model, String name, TensorSpec spec) {
        return Tensor.fromLittleEndian(
                spec.type(),
                spec.shape(),
                QuantizationParameters.NONE,
                model.metadata(name).orElseThrow().content().segment());
    }
}
