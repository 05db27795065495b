package dev.lithe.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.evaluation.Evaluation.Comparison;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.QuantizeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that hand on what they get, or a simple function of it, so that every figure follows by hand.
class EvaluatorTest {
    /// out = x * factor, of `classes` elements.
    private static Model scaled(float factor, int classes) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, classes);
        TensorId by = builder.constant("by", Tensor.of(Shape.of(1), factor));
        TensorId out = builder.floats("out", 1, classes);
        return builder.node(BuiltinOperator.MUL, MulOptions.DEFAULT, List.of(x, by), out)
                .subgraph("main", List.of(x), out)
                .build();
    }

    /// Scores as INT8 of scale 0.5, both at the input and, rounded to a scale of 2, at the output.
    private static Model coarse(int classes) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x8", TensorType.INT8, Shape.of(1, classes), 0.5f, 0);
        TensorId out = builder.quantized("out8", TensorType.INT8, Shape.of(1, classes), 2, 3);
        return builder.node(BuiltinOperator.QUANTIZE, QuantizeOptions.DEFAULT, List.of(x), out)
                .subgraph("main", List.of(x), out)
                .build();
    }

    private static DataSource rows(float[]... rows) {
        return Dataset.samples(samples(rows, null));
    }

    private static DataSource labelled(long[] labels, float[]... rows) {
        return Dataset.samples(samples(rows, labels));
    }

    private static List<Map<String, Tensor>> samples(float[][] rows, long[] labels) {
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            Tensor x = Tensor.of(Shape.of(1, rows[i].length), rows[i]);
            samples.add(labels == null ? Map.of("x", x) : Map.of("x", x, "labels", Tensor.of(Shape.of(1), labels[i])));
        }
        return samples;
    }

    private static float[] row(float... values) {
        return values;
    }

    @Test
    void countsTheLargestOutput() {
        DataSource data = labelled(new long[] {1, 0, 2, 0}, row(1, 3, 2), row(1, 3, 2), row(1, 2, 3), row(5, 5, 5));

        Evaluation evaluation = Evaluator.evaluate(scaled(1, 3), data, EvaluationOptions.of(Metric.TOP1));

        assertThat(evaluation.value()).hasValue(0.75);
        assertThat(evaluation.samples()).isEqualTo(4);
        assertThat(evaluation.against()).isEmpty();
    }

    @Test
    void countsTheFiveLargestOutputs() {
        float[] falling = row(7, 6, 5, 4, 3, 2, 1);
        DataSource data = labelled(new long[] {0, 4, 5, 6}, falling, falling, falling, falling);

        assertThat(Evaluator.evaluate(scaled(1, 7), data, EvaluationOptions.of(Metric.TOP5))
                        .value())
                .hasValue(0.5);
    }

    @Test
    void measuresDistancesFromTargets() {
        Map<String, Tensor> sample =
                Map.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f), "labels", Tensor.of(Shape.of(1, 2), 4f, 4f));
        DataSource data = Dataset.samples(List.of(sample));

        assertThat(Evaluator.evaluate(scaled(2, 2), data, EvaluationOptions.of(Metric.MSE))
                        .value())
                .hasValue(2); // outputs 2, 4: (2² + 0²) / 2
        assertThat(Evaluator.evaluate(scaled(2, 2), data, EvaluationOptions.of(Metric.MAE))
                        .value())
                .hasValue(1);
    }

    @Test
    void comparesWithAnotherModel() {
        DataSource data = rows(row(1, 2), row(4, 2));

        Evaluation evaluation = Evaluator.evaluate(
                scaled(0.9f, 2), data, EvaluationOptions.of(Metric.TOP1).withAgainst(scaled(1, 2)));

        assertThat(evaluation.value()).isEmpty();
        Comparison against = evaluation.against().orElseThrow();
        assertThat(against.agreement()).hasValue(1);
        assertThat(against.sqnrDb().orElseThrow()).isCloseTo(20, within(1e-4)); // the error is a tenth
    }

    @Test
    void measuresDistancesFromTheOtherModelWithoutLabels() {
        Evaluation evaluation = Evaluator.evaluate(
                scaled(3, 2), rows(row(1, 2)), EvaluationOptions.of(Metric.MSE).withAgainst(scaled(1, 2)));

        assertThat(evaluation.value()).hasValue((2 * 2 + 4 * 4) / 2.0);
        assertThat(evaluation.against().orElseThrow().agreement()).isEmpty();
    }

    @Test
    void findsNoNoiseInEqualOutputsAndNoSignalInZeros() {
        EvaluationOptions same = EvaluationOptions.of(Metric.TOP1).withAgainst(scaled(1, 2));

        assertThat(Evaluator.evaluate(scaled(1, 2), rows(row(1, 2)), same)
                        .against()
                        .orElseThrow()
                        .sqnrDb())
                .hasValue(Double.POSITIVE_INFINITY);
        assertThat(Evaluator.evaluate(scaled(1, 2), rows(row(0, 0)), same)
                        .against()
                        .orElseThrow()
                        .sqnrDb())
                .isEmpty();
    }

    /// Float data are quantized for the one model and fed as they are to the other.
    @Test
    void feedsEachModelInTheTypesOfItsOwnEdge() {
        DataSource data = labelled(new long[] {1, 1}, row(1, 4.1f), row(10, 13));

        Evaluation evaluation = Evaluator.evaluate(
                coarse(2), data, EvaluationOptions.of(Metric.TOP1).withAgainst(scaled(1, 2)));

        // Stored 2, 8 and 20, 26 in halves; in twos they are (1, 2) and (5, 7), which stand for 2, 4 and 10, 14.
        assertThat(evaluation.value()).hasValue(1);
        double signal = 1 + 4.1f * 4.1f + 100 + 169;
        double noise = 1 + (4.1f - 4) * (4.1f - 4) + 0 + 1;
        assertThat(evaluation.against().orElseThrow().sqnrDb().orElseThrow())
                .isCloseTo(10 * Math.log10(signal / noise), within(1e-5));
        assertThat(evaluation.against().orElseThrow().agreement()).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void givesTheSameForAnyNumberOfThreads(int threads) {
        Random random = new Random(1);
        float[][] rows = new float[300][];
        long[] labels = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(random.nextFloat(), random.nextFloat(), random.nextFloat());
            labels[i] = random.nextInt(3);
        }
        EvaluationOptions options = EvaluationOptions.of(Metric.TOP1).withAgainst(scaled(0.97f, 3));

        assertThat(Evaluator.evaluate(scaled(1, 3), labelled(labels, rows), options.withThreads(threads)))
                .isEqualTo(Evaluator.evaluate(scaled(1, 3), labelled(labels, rows), options));
    }

    @Test
    void needsLabelsOrAnotherModel() {
        assertThatThrownBy(() -> Evaluator.evaluate(scaled(1, 2), rows(row(1, 2)), EvaluationOptions.of(Metric.TOP1)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("LQ0518");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 2})
    void refusesLabelsThatAreNoClass(long label) {
        assertThatThrownBy(() -> Evaluator.evaluate(
                        scaled(1, 2), labelled(new long[] {label}, row(1, 2)), EvaluationOptions.of(Metric.TOP1)))
                .hasMessageContaining("is no class from 0 to 1")
                .hasMessageContaining("LQ0519");
    }

    @Test
    void refusesWhatDoesNotSuitTheMetric() {
        EvaluationOptions top1 = EvaluationOptions.of(Metric.TOP1);
        Map<String, Tensor> oneHot =
                Map.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f), "labels", Tensor.of(Shape.of(1, 2), 0f, 1f));
        assertThatThrownBy(() -> Evaluator.evaluate(scaled(1, 2), Dataset.samples(List.of(oneHot)), top1))
                .hasMessageContaining("labels.argmax(-1)");
        assertThatThrownBy(() -> Evaluator.evaluate(scaled(1, 1), labelled(new long[] {0}, row(1)), top1))
                .hasMessageContaining("at least two classes");
        assertThatThrownBy(() -> Evaluator.evaluate(
                        scaled(1, 2), labelled(new long[] {0}, row(1, 2)), EvaluationOptions.of(Metric.MSE)))
                .hasMessageContaining("1 target values for an output of 2");
        assertThatThrownBy(() -> Metric.parse("top2")).hasMessageContaining("top1, top5, mse, mae");
        assertThat(Metric.parse("top5")).isEqualTo(Metric.TOP5);
    }

    @Test
    void asksWhichOfSeveralOutputs() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, 2);
        TensorId a = builder.floats("a", 1, 2);
        TensorId b = builder.floats("b", 1, 2);
        Model model = builder.node(BuiltinOperator.RELU, null, List.of(x), a)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, x), b)
                .subgraph("main", List.of(x), a, b)
                .build();
        DataSource data = labelled(new long[] {1}, row(1, 2));
        EvaluationOptions options = EvaluationOptions.of(Metric.TOP1);

        assertThatThrownBy(() -> Evaluator.evaluate(model, data, options)).hasMessageContaining("choose one output");
        assertThatThrownBy(() -> Evaluator.evaluate(model, data, options.withOutput("c")))
                .hasMessageContaining("no output 'c'");
        assertThat(Evaluator.evaluate(model, data, options.withOutput("b")).value())
                .hasValue(1);
    }

    @Test
    void refusesModelsThatCannotBeCompared() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, 2);
        TensorId out = builder.floats("out", 2);
        Model flat = builder.node(BuiltinOperator.SQUEEZE, dev.lithe.schema.SqueezeOptions.DEFAULT, List.of(x), out)
                .subgraph("main", List.of(x), out)
                .build();

        assertThatThrownBy(() -> Evaluator.evaluate(
                        scaled(1, 2),
                        rows(row(1, 2)),
                        EvaluationOptions.of(Metric.TOP1).withAgainst(flat)))
                .hasMessageContaining("no counterpart");
    }

    @Test
    void refusesAnswersThatAreNoNumbers() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, 2);
        TensorId nan = builder.constant("nan", Tensor.of(Shape.of(1), Float.NaN));
        TensorId out = builder.floats("out", 1, 2);
        Model model = builder.node(BuiltinOperator.MUL, MulOptions.DEFAULT, List.of(x, nan), out)
                .subgraph("main", List.of(x), out)
                .build();

        assertThatThrownBy(() -> Evaluator.evaluate(
                        model, labelled(new long[] {0}, row(1, 2)), EvaluationOptions.of(Metric.TOP1)))
                .hasMessageContaining("samples[0]: the model answers with NaN");
    }
}
