package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.FlexBuffer;
import dev.lithe.operators.FlexBufferWriter;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operators;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Custom operators, registered and known, and composites. `make_custom_fixtures.py` asked LiteRT's reference kernels.
class CustomOperatorsTest {
    /// The example of the documentation: an operator of the user's own.
    private static final class Cube implements CustomKernel {
        @Override
        public List<Shape> shapes(Bytes options, ShapeContext context) {
            return List.of(context.input(0));
        }

        @Override
        public Kernel prepare(Bytes options, KernelSetup setup) {
            return context -> {
                float[] x = context.input(0).floats();
                float[] y = context.output(0).floats();
                for (int i = 0; i < context.input(0).elementCount(); i++) {
                    y[i] = x[i] * x[i] * x[i];
                }
            };
        }
    }

    private static Model model(String custom) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", -1, 2);
        TensorId y = builder.floats("y", -1, 2);
        return builder.custom(custom, List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    @Test
    void aRegisteredOperatorRuns() {
        CompiledModel compiled = Runtime.compile(model("Cube"), PlanOptions.DEFAULT.custom("Cube", new Cube()));
        try (Interpreter interpreter = Interpreter.of(compiled)) {
            for (int rows = 1; rows < 3; rows++) {
                Tensor x = Tensor.of(Shape.of(rows, 2), Arrays.copyOf(new float[] {2, -3, 0.5f, 1}, 2 * rows));

                Tensor y = interpreter.run(Map.of("x", x)).get("y");

                assertThat(y.shape()).isEqualTo(x.shape());
                assertThat(y.floats()).startsWith(8, -27);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cube:PlanOptions.custom", "edgetpu-custom-op:Edge TPU", "FlexErf:Select TF"})
    void anOperatorThatNobodyRegisteredIsRefused(String nameAndHint) {
        String name = nameAndHint.substring(0, nameAndHint.indexOf(':'));
        String hint = nameAndHint.substring(nameAndHint.indexOf(':') + 1);

        assertThatThrownBy(() -> Runtime.compile(model(name), PlanOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(hint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fast",
                "fast_two_classes",
                "fast_no_background",
                "fast_uint8",
                "regular",
                "regular_few",
                "regular_key_points",
                "regular_uint8"
            })
    void detectionsAreThoseOfLiteRt(String name) {
        check(resource("detection_" + name + ".tflite"), "detection_" + name, 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spectrogram_256",
                "spectrogram_200",
                "spectrogram_2",
                "spectrogram_480",
                "spectrogram_900",
                "mfcc_4000",
                "mfcc_7000",
                "mfcc_3000",
                "mfcc_9000",
                "verify_int8",
                "verify_uint8",
                "verify_int16",
                "verify_float16"
            })
    void audioFeaturesAndDifferencesAreThoseOfLiteRt(String name) {
        check(resource(name + ".tflite"), name, 1);
    }

    private static Tensor rotated(int size, Tensor x) {
        Bytes options = FlexBufferWriter.map(Map.of("hadamard_size", (long) size));
        ModelBuilder builder = new ModelBuilder();
        TensorId in = builder.floats("x", x.shape().toArray());
        TensorId out = builder.floats("y", x.shape().toArray());
        Model model = builder.custom("aeq.hadamard_rotation", options, List.of(in), out)
                .subgraph("main", List.of(in), out)
                .build();
        ExecutionContext context = Runtime.compile(model, PlanOptions.DEFAULT).newContext();
        context.setInput(0, x);
        context.run();
        return context.output(0).copy();
    }

    /// By the definition of the Walsh-Hadamard matrix: element (i, j) is -1 to the power of the bits that i and j
    /// share.
    @Test
    void rotationsAreThoseOfTheHadamardMatrix() {
        Random random = new Random(3);
        for (int size : new int[] {1, 2, 8, 128}) {
            Tensor x = Tensor.allocate(TensorType.FLOAT32, Shape.of(2, 3, 256), QuantizationParameters.NONE);
            for (int i = 0; i < x.elementCount(); i++) {
                x.floats()[i] = (float) random.nextGaussian();
            }

            float[] y = rotated(size, x).floats();

            for (int i = 0; i < y.length; i++) {
                double sum = 0;
                for (int j = 0; j < size; j++) {
                    double value = x.floats()[i / size * size + j];
                    sum += Integer.bitCount(i % size & j) % 2 == 0 ? value : -value;
                }
                assertThat(y[i]).isCloseTo((float) (sum / Math.sqrt(size)), within(1e-5f));
            }
        }
    }

    @Test
    void aRotationThatIsNoneIsRefused() {
        Tensor x = Tensor.allocate(TensorType.FLOAT32, Shape.of(2, 12), QuantizationParameters.NONE);

        assertThatThrownBy(() -> rotated(3, x))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> rotated(8, x))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("rotations of 8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ai-edge-quantizer__simple_composite",
                "LiteRT__simple_group_norm_op",
                "LiteRT__group_norm_2_groups_op",
                "LiteRT__l2_norm_composite",
                "LiteRT__odml_sdpa_composite_mha",
                "LiteRT__odml_sdpa_composite_mqa",
                "LiteRT__odml_sdpa_composite_gqa"
            })
    void compositesOfTheCorpusRunTheirDecomposition(String name) {
        Path file = Path.of(System.getProperty("lithe.shared", "absent"), "corpus", "quantized", name + ".tflite");
        assumeTrue(Files.exists(file), "no corpus here");
        boolean attention = name.contains("sdpa");
        assumeTrue(
                !attention || Operators.definition(BuiltinOperator.BATCH_MATMUL).isPresent(), "no BATCH_MATMUL");
        check(file, "corpus_" + name, 1);
    }

    private static void check(Path file, String answers, int outputs) {
        Map<String, Tensor> recorded = Npz.read(resource(answers + ".npz"));
        ExecutionContext context =
                Runtime.compile(TfliteReader.read(file), PlanOptions.DEFAULT).newContext();
        for (int i = 0; i < context.inputs().size(); i++) {
            context.setInput(
                    i,
                    recorded.get("in." + i)
                            .withQuantization(context.inputs().get(i).quantization()));
        }
        context.run();
        assertThat(context.outputs()).hasSize(outputs);
        for (int i = 0; i < outputs; i++) {
            compare("output " + i, context.output(i), recorded.get("out." + i));
        }
    }

    private static void compare(String what, Tensor actual, Tensor expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        double[] a = actual.toDoubles();
        double[] e = expected.toDoubles();
        double range = Arrays.stream(e).map(Math::abs).max().orElse(0);
        for (int i = 0; i < e.length; i++) {
            assertThat(a[i]).as("%s, element %d", what, i).isCloseTo(e[i], within(1e-5 * range));
        }
    }

    @Test
    void optionsAreRead() throws IOException {
        Bytes bytes = Bytes.of(Files.readAllBytes(resource("options.flexbuffer")));

        assertThat(FlexBuffer.map(bytes))
                .isEqualTo(Map.of(
                        "flag",
                        true,
                        "integer",
                        -3L,
                        "large",
                        1L << 40,
                        "list",
                        List.of(1L, 2L, 300L),
                        "mixed",
                        List.of(1L, "x", 2.5),
                        "real",
                        1.5,
                        "text",
                        "SAME",
                        "texts",
                        List.of("a", "b"),
                        "wide",
                        70000L));
    }

    /// Whatever the bytes are: a map or a typed error.
    @Test
    void brokenOptionsAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(resource("options.flexbuffer"));
        int refused = 0;
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] broken = bytes.clone();
                broken[i] ^= (byte) (1 << bit);
                try {
                    FlexBuffer.map(Bytes.of(broken));
                } catch (IllegalArgumentException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(1, 8 * bytes.length);
    }

    private static Path resource(String name) {
        try {
            return Path.of(
                    CustomOperatorsTest.class.getResource("/custom/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
