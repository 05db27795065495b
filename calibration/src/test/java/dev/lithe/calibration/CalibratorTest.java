package dev.lithe.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.datasets.Dataset;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
    private static final TensorKey X = new TensorKey(0, "x", 0);
    private static final TensorKey SUM = new TensorKey(0, "sum", 0);
    private static final TensorKey OUT = new TensorKey(0, "out", 0);

    private static AddOptions plain() {
        return AddOptions.DEFAULT;
    }

    /// out = relu(x + 1).
    private static Model shifted(int... shape) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", shape);
        TensorId one = builder.constant("one", Tensor.of(Shape.of(1), 1f));
        TensorId sum = builder.floats("sum", shape);
        TensorId out = builder.floats("out", shape);
        return builder.node(BuiltinOperator.ADD, plain(), List.of(x, one), sum)
                .node(BuiltinOperator.RELU, null, List.of(sum), out)
                .subgraph("main", List.of(x), out)
                .build();
    }

    private static Dataset data(Model model, float... values) {
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (float value : values) {
            samples.add(Map.of("x", Tensor.of(Shape.of(1, 2), value, 0f)));
        }
        return Dataset.samples(samples).bind(model);
    }

    @Test
    void recordsEveryActivation() {
        Model model = shifted(1, 2);

        Calibration calibration = Calibrator.calibrate(model, data(model, -3, 0.5f, 2), CalibrationOptions.DEFAULT);

        assertThat(calibration.table().byTensor())
                .containsOnly(
                        Map.entry(X, new TensorStatistics(-3, 2, 3)),
                        Map.entry(SUM, new TensorStatistics(-2, 3, 3)),
                        Map.entry(OUT, new TensorStatistics(0, 3, 3)));
        assertThat(calibration.table().modelDigest()).startsWith("sha256:");
        assertThat(calibration.warnings()).singleElement().asString().contains("3 samples");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void givesTheSameForAnyNumberOfThreads(int threads) {
        Model model = shifted(1, 64);
        Random random = new Random(5);
        List<Map<String, Tensor>> samples = IntStream.range(0, 150)
                .mapToObj(i -> Map.of("x", Tensor.of(Shape.of(1, 64), gaussian(random))))
                .toList();
        Dataset dataset = Dataset.samples(samples).bind(model);

        Calibration one = Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT);
        Calibration many = Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT.withThreads(threads));

        assertThat(many).isEqualTo(one);
        assertThat(one.samples()).isEqualTo(150);
        assertThat(one.warnings()).isEmpty();
    }

    private static float[] gaussian(Random random) {
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void usesTheFirstSamples() {
        Model model = shifted(1, 2);

        Calibration calibration =
                Calibrator.calibrate(model, data(model, 1, 2, 3), CalibrationOptions.DEFAULT.withMaxSamples(2));

        assertThat(calibration.samples()).isEqualTo(2);
        assertThat(calibration.table().get(X)).contains(new TensorStatistics(0, 2, 2));
    }

    @Test
    void followsShapesThatAreOpen() {
        Model model = shifted(-1, 2);
        List<Map<String, Tensor>> samples = List.of(
                Map.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f)),
                Map.of("x", Tensor.of(Shape.of(3, 2), 1f, 2f, 3f, 4f, 5f, -6f)));

        Calibration calibration =
                Calibrator.calibrate(model, Dataset.samples(samples).bind(model), CalibrationOptions.DEFAULT);

        assertThat(calibration.table().get(SUM)).contains(new TensorStatistics(-5, 6, 2));
    }

    @Test
    void runsEverySampleByItsSignature() {
        ModelBuilder builder = new ModelBuilder();
        TensorId a = builder.floats("a", 1);
        TensorId b = builder.floats("b", 1);
        builder.node(BuiltinOperator.RELU, null, List.of(a), b)
                .subgraph("first", List.of(a), b)
                .signature("first", Map.of("in", a), Map.of("out", b));
        TensorId c = builder.floats("c", 2);
        TensorId d = builder.floats("d", 2);
        Model model = builder.node(BuiltinOperator.RELU, null, List.of(c), d)
                .subgraph("second", List.of(c), d)
                .signature("second", Map.of("in", c), Map.of("out", d))
                .build();
        Dataset dataset = Dataset.bySignature(Map.of(
                        "first", Dataset.samples(List.of(Map.of("in", Tensor.of(Shape.of(1), -1f)))),
                        "second", Dataset.samples(List.of(Map.of("in", Tensor.of(Shape.of(2), -2f, 5f))))))
                .bind(model);

        Calibration calibration = Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT.withThreads(2));

        assertThat(calibration.table().byTensor())
                .containsOnly(
                        Map.entry(new TensorKey(0, "a", 0), new TensorStatistics(-1, -1, 1)),
                        Map.entry(new TensorKey(0, "b", 0), new TensorStatistics(0, 0, 1)),
                        Map.entry(new TensorKey(1, "c", 0), new TensorStatistics(-2, 5, 1)),
                        Map.entry(new TensorKey(1, "d", 0), new TensorStatistics(0, 5, 1)));
    }

    @Test
    void passesOverTensorsOfOtherTypes() {
        ModelBuilder builder = new ModelBuilder();
        TensorId ids = builder.tensor("ids", TensorType.INT32, Shape.of(2));
        TensorId same = builder.tensor("same", TensorType.INT32, Shape.of(2));
        Model model = builder.node(BuiltinOperator.ADD, plain(), List.of(ids, ids), same)
                .subgraph("main", List.of(ids), same)
                .build();
        Dataset dataset = Dataset.samples(List.of(Map.of("ids", Tensor.of(Shape.of(2), 1, 2))))
                .bind(model);

        assertThat(Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT)
                        .table()
                        .byTensor())
                .isEmpty();
    }

    /// The data are finite, what the model makes of them is not.
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void namesTheTensorAndSampleThatOverflow(int threads) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, 2);
        TensorId axis = builder.constant("axis", Tensor.of(Shape.of(1), 1));
        TensorId total = builder.floats("total", 1);
        Model model = builder.node(BuiltinOperator.SUM, ReducerOptions.DEFAULT, List.of(x, axis), total)
                .subgraph("main", List.of(x), total)
                .build();
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (float value : new float[] {1, 2, 3e38f, 4, 3e38f}) {
            samples.add(Map.of("x", Tensor.of(Shape.of(1, 2), value, value)));
        }
        Dataset dataset = Dataset.samples(samples).bind(model);

        assertThatThrownBy(() -> Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT.withThreads(threads)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("tensor 'total': becomes infinite for sample samples[2]")
                .hasMessageContaining("LQ0509");
    }

    @Test
    void refusesDataWithoutNumbers() {
        Model model = shifted(1, 2);

        assertThatThrownBy(() -> Calibrator.calibrate(model, data(model, 1, Float.NaN), CalibrationOptions.DEFAULT))
                .hasMessageContaining("samples[1], tensor 'x': element [0, 0] is NaN")
                .hasMessageContaining("LQ0507");
    }

    @Test
    void warnsOfRandomData() {
        Model model = shifted(1, 2);

        Calibration calibration =
                Calibrator.calibrate(model, Dataset.random(100, 0).bind(model), CalibrationOptions.DEFAULT);

        assertThat(calibration.warnings()).singleElement().asString().contains("RANDOM");
    }

    @Test
    void tellsModelsApart() {
        Model model = shifted(1, 2);
        Model other = shifted(1, 3);
        Calibration calibration = Calibrator.calibrate(model, data(model, 1), CalibrationOptions.DEFAULT);
        Calibration again = Calibrator.calibrate(model, data(model, 5), CalibrationOptions.DEFAULT);
        Calibration another = Calibrator.calibrate(other, Dataset.random(1, 0).bind(other), CalibrationOptions.DEFAULT);

        assertThat(calibration.table().merge(again.table()).get(X)).contains(new TensorStatistics(0, 5, 2));
        assertThatThrownBy(() -> calibration.table().merge(another.table()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("different models");
    }

    @Test
    void handsTappedTensorsOutSampleBySample() {
        Model model = shifted(1, 2);
        TensorId sum = model.main().nodes().getFirst().output(0);
        List<Float> firsts = new ArrayList<>();

        new ProbeRunner(data(model, 1, 2, 3), CalibrationOptions.DEFAULT.withMaxSamples(2))
                .run(model, Set.of(sum), (id, tensor) -> {
                    assertThat(id).isEqualTo(sum);
                    firsts.add(tensor.floats()[0]);
                });

        assertThat(firsts).containsExactly(2f, 3f);
    }
}
