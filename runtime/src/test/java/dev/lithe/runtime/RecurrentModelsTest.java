package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Operators with a state, call after call and after a reset, against the answers of LiteRT's reference kernels:
/// integers equal, floats within 1e-5 of the output's range. `fixtures/make_recurrent_fixtures.py` recorded them;
/// models of the corpus are skipped where it is absent.
class RecurrentModelsTest {
    private static final long MEMORY = 1 << 28;
    private static final long STEPS = 1_000_000;
    private static final double TOLERANCE = 1e-5;

    @TestFactory
    Stream<DynamicTest> answersAsLiteRtDoes() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(RecurrentModelsTest.class.getResource("/recurrent"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
        }
    }

    private static void check(Path file) {
        Map<String, Tensor> recorded = Npz.read(file);
        Model model = model(file, recorded);
        Set<TensorId> observed = recorded.keySet().stream()
                .filter(key -> key.startsWith("tensor_"))
                .map(key -> new TensorId(lastNumber(key)))
                .collect(Collectors.toSet());
        PlanOptions options = PlanOptions.DEFAULT
                .kernels(Kernels.REFERENCE)
                .observe(observed)
                .memoryLimit(MEMORY)
                .stepLimit(STEPS);
        ExecutionContext context = Runtime.compile(model, options).newContext();
        Draws draws = new Draws();
        int[] resets = recorded.get("reset").ints();
        for (int call = 0; call < recorded.get("calls").ints()[0]; call++) {
            int now = call;
            if (Arrays.stream(resets).anyMatch(reset -> reset == now)) {
                context.resetVariables();
            }
            for (TensorSpec spec : context.inputs()) {
                context.setInput(spec.id(), draws.tensor(spec.type(), spec.shape()));
            }
            context.run();
            for (int i = 0; i < context.outputs().size(); i++) {
                compare("call " + call + " output " + i, context.output(i), recorded.get("out_" + call + "_" + i));
            }
            for (TensorId id : observed) {
                compare(
                        "call " + call + " tensor " + id,
                        context.tensor(id),
                        recorded.get("tensor_" + call + "_" + id.value()));
            }
        }
    }

    private static Model model(Path file, Map<String, Tensor> recorded) {
        Tensor bytes = recorded.get("model");
        if (bytes != null) {
            return TfliteReader.read(MemorySegment.ofArray(bytes.bytes()), file.toString());
        }
        String name = file.getFileName().toString().replace(".npz", ".tflite");
        Path path = Path.of(System.getProperty("lithe.shared", ""), "corpus", "quantized", name);
        assumeTrue(Files.exists(path), "the corpus is not here");
        return TfliteReader.read(path);
    }

    private static int lastNumber(String key) {
        return Integer.parseInt(key.substring(key.lastIndexOf('_') + 1));
    }

    private static void compare(String what, Tensor actual, Tensor expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.type()).as(what).isEqualTo(expected.type());
        double[] values = actual.toDoubles();
        double[] answers = expected.toDoubles();
        if (actual.type() != TensorType.FLOAT32) {
            assertThat(values).as(what).isEqualTo(answers);
            return;
        }
        double range = Arrays.stream(answers).max().orElse(0)
                - Arrays.stream(answers).min().orElse(0);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as("%s element %d", what, i).isCloseTo(answers[i], within(TOLERANCE * range));
        }
    }

    /// The generator of the script that recorded the answers.
    private static final class Draws {
        private int seed = 1;

        private int next() {
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF;
            return (seed >> 16 & 255) - 128;
        }

        private Tensor tensor(TensorType type, Shape shape) {
            Tensor tensor = Tensor.allocate(type, shape, QuantizationParameters.NONE);
            for (int i = 0; i < tensor.elementCount(); i++) {
                int drawn = next();
                switch (tensor.array()) {
                    case float[] floats -> floats[i] = drawn / 64f;
                    case byte[] bytes -> bytes[i] = (byte) (type == TensorType.UINT8 ? drawn + 128 : drawn);
                    case short[] shorts -> shorts[i] = (short) drawn;
                    default -> throw new IllegalStateException(List.of(type) + " is not drawn");
                }
            }
            return tensor;
        }
    }
}
