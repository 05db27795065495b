package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableOptions;
import dev.lithe.schema.RandomOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random operators have the moments that mathematics gives them; hash tables hold what was imported.
class RandomAndTablesTest {
    private static final int COUNT = 100_000;

    private static ExecutionContext random(BuiltinOperator code, long seed) {
        ModelBuilder builder = new ModelBuilder();
        TensorId shape = builder.constant("shape", Tensor.of(Shape.of(1), COUNT));
        TensorId y = builder.floats("y", COUNT);
        builder.node(code, new RandomOptions(seed, 7), List.of(shape), y).subgraph("main", List.of(), y);
        return Runtime.compile(builder.build(), PlanOptions.DEFAULT).newContext();
    }

    /// The bounds are more than 10 standard errors wide.
    @ParameterizedTest
    @CsvSource({"RANDOM_UNIFORM, 0.5, 0.08333333", "RANDOM_STANDARD_NORMAL, 0, 1"})
    void drawsHaveMeanAndVariance(BuiltinOperator code, double mean, double variance) {
        ExecutionContext context = random(code, 3);
        context.run();
        double[] first = context.output(0).copy().toDoubles();
        context.run();
        double[] second = context.output(0).copy().toDoubles();
        context.resetVariables();
        context.run();

        assertThat(Arrays.stream(first).average().orElseThrow()).isCloseTo(mean, within(0.04));
        assertThat(Arrays.stream(first)
                        .map(v -> (v - mean) * (v - mean))
                        .average()
                        .orElseThrow())
                .isCloseTo(variance, within(0.05 * variance));
        assertThat(second).isNotEqualTo(first);
        assertThat(context.output(0).toDoubles()).isEqualTo(first);
        ExecutionContext other = random(code, 4);
        other.run();
        assertThat(other.output(0).toDoubles()).isNotEqualTo(first);
    }

    @Test
    void classesAreDrawnByTheirWeights() {
        ModelBuilder builder = new ModelBuilder();
        TensorId logits = builder.floats("logits", 2, 3);
        TensorId samples = builder.constant(
                "samples", Tensor.wrap(TensorType.INT32, Shape.SCALAR, QuantizationParameters.NONE, new int[] {COUNT}));
        TensorId y = builder.tensor("y", TensorType.INT64, Shape.of(2, COUNT));
        builder.node(BuiltinOperator.MULTINOMIAL, new RandomOptions(1, 2), List.of(logits, samples), y)
                .subgraph("main", List.of(logits), y);
        ExecutionContext context =
                Runtime.compile(builder.build(), PlanOptions.DEFAULT).newContext();
        float minus = Float.NEGATIVE_INFINITY;
        context.setInput(0, Tensor.of(Shape.of(2, 3), 0f, (float) Math.log(3), minus, 5f, 5f, 5f));
        context.run();

        double[] shares = new double[6];
        for (int i = 0; i < 2 * COUNT; i++) {
            shares[i / COUNT * 3 + (int) context.output(0).longs()[i]] += 1.0 / COUNT;
        }
        double[] expected = {0.25, 0.75, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0};
        for (int i = 0; i < shares.length; i++) {
            assertThat(shares[i]).isCloseTo(expected[i], within(0.02));
        }
        assertThat(shares[2]).isZero();
    }

    /// TensorFlow's cases look up the keys 1, 2 and 3 and find 4, 5 and 6, texts and numbers either way round.
    @ParameterizedTest
    @ValueSource(strings = {"000", "002", "004", "006"})
    void tablesOfTensorFlowAnswer(String name) throws IOException {
        Path zip = Path.of(System.getProperty("lithe.shared", "absent"))
                .resolve("conformance/tensorflow-ops/static_hashtable.zip");
        assumeTrue(Files.exists(zip), "no conformance cases here");
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            byte[] file = archive.getInputStream(archive.getEntry(name + "/tensorflow.tflite"))
                    .readAllBytes();
            ExecutionContext context = Runtime.compile(
                            TfliteReader.read(MemorySegment.ofArray(file), name), PlanOptions.DEFAULT)
                    .newContext();
            for (int run = 0; run < 2; run++) {
                context.run();
                Tensor found = context.output(0).copy();
                if (found.type() == TensorType.INT64) {
                    assertThat(found.longs()).containsExactly(4, 5, 6);
                } else {
                    assertThat(texts(found)).containsExactly("4", "5", "6");
                }
            }
        }
    }

    /// Keys, values, what is looked up and the default all come in as inputs.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void missingKeysGetTheDefaultAndTheFirstImportCounts(boolean texts) {
        TensorType key = texts ? TensorType.STRING : TensorType.INT64;
        TensorType value = texts ? TensorType.INT64 : TensorType.STRING;
        ModelBuilder builder = new ModelBuilder();
        List<TensorId> inputs = List.of(
                builder.tensor("keys", key, Shape.of(3)),
                builder.tensor("values", value, Shape.of(3)),
                builder.tensor("wanted", key, Shape.of(2, 2)),
                builder.tensor("default", value, Shape.of(1)));
        TensorId handle = builder.tensor("handle", TensorType.RESOURCE, Shape.of(1));
        TensorId found = builder.tensor("found", value, Shape.of(2, 2));
        TensorId size = builder.tensor("size", TensorType.INT64, Shape.of(1));
        builder.node(BuiltinOperator.HASHTABLE, new HashtableOptions(5, key, value), List.of(), handle)
                .node(BuiltinOperator.HASHTABLE_IMPORT, null, List.of(handle, inputs.get(0), inputs.get(1)))
                .node(BuiltinOperator.HASHTABLE_FIND, null, List.of(handle, inputs.get(2), inputs.get(3)), found)
                .node(BuiltinOperator.HASHTABLE_SIZE, null, List.of(handle), size)
                .subgraph("main", inputs, found, size);
        ExecutionContext context =
                Runtime.compile(builder.build(), PlanOptions.DEFAULT).newContext();

        assertThat(run(context, texts, 10, 20, 30)).containsExactly("20", "-1", "10", "10");
        assertThat(context.output(1).longs()[0]).isEqualTo(2); // 7 stands there twice
        assertThat(run(context, texts, 40, 50, 60)).containsExactly("20", "-1", "10", "10");
        context.resetVariables();
        assertThat(run(context, texts, 40, 50, 60)).containsExactly("50", "-1", "40", "40");
    }

    private static List<String> run(ExecutionContext context, boolean texts, long... values) {
        context.setInput(0, elements(texts, 7, 8, 7));
        context.setInput(1, elements(!texts, values));
        context.setInput(2, elements(texts, 8, 9, 7, 7).withShape(Shape.of(2, 2)));
        context.setInput(3, elements(!texts, -1));
        context.run();
        Tensor found = context.output(0).copy();
        return texts ? Arrays.stream(found.longs()).mapToObj(Long::toString).toList() : texts(found);
    }

    private static Tensor elements(boolean texts, long... values) {
        return texts
                ? strings(Arrays.stream(values).mapToObj(Long::toString).toArray(String[]::new))
                : Tensor.wrap(TensorType.INT64, Shape.of(values.length), QuantizationParameters.NONE, values);
    }

    private static List<String> texts(Tensor tensor) {
        return Arrays.stream(tensor.strings())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    private static Tensor strings(String... texts) {
        byte[][] bytes = Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return Tensor.wrap(TensorType.STRING, Shape.of(texts.length), QuantizationParameters.NONE, bytes);
    }
}
