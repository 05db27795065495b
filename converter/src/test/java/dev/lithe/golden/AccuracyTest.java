package dev.lithe.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.datasets.Dataset;
import dev.lithe.evaluation.EvaluationOptions;
import dev.lithe.evaluation.Evaluator;
import dev.lithe.evaluation.Metric;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Accuracy on real test data: the files that Lithe writes beside those of TensorFlow, on the same kernels.
class AccuracyTest {
    private static final double HALF_A_POINT = 0.005;

    private static final Map<String, String> TEST_DATA =
            Map.of("kws", "kws_test.npz", "resnet8", "cifar10_raw_test.npz");

    /// What the models reach in float, from the data's own description.
    private static final Map<String, Double> FLOAT = Map.of("kws", 0.9125, "resnet8", 0.765);

    @BeforeAll
    static void needs_the_goldens() {
        assumeFalse(Golden.isAbsent(), "the folder of goldens is absent");
    }

    @TestFactory
    Stream<DynamicTest> accuracy_is_tensorflows_with_its_ranges_and_near_with_our_calibration() {
        return TEST_DATA.keySet().stream()
                .sorted()
                .flatMap(model -> Golden.modes(model).entrySet().stream()
                        .filter(mode ->
                                !mode.getKey().equals("uint8") && !mode.getKey().equals("full"))
                        .map(mode -> DynamicTest.dynamicTest(
                                model + " " + mode.getKey(), () -> check(model, mode.getKey(), mode.getValue()))));
    }

    private static void check(String name, String mode, Quantization choice) {
        double theirs = accuracy(name, TfliteReader.read(Golden.file(name, mode)));
        Converter converter = Converter.of(Models.open(Golden.file(name, "none")));
        boolean ranged = choice.recipe().mode().needsRanges();
        Converter compatible = converter.quantize(choice.compatTensorflow());
        Model same = written(ranged ? compatible.ranges(Golden.ranges(name)) : compatible);
        assertThat(accuracy(name, same)).isEqualTo(theirs);
        if (mode.equals("none")) {
            assertThat(theirs).isEqualTo(FLOAT.get(name));
        }
        if (ranged) {
            Model own = written(converter.quantize(choice).calibrate(Dataset.npz(Golden.samples(name))));
            assertThat(accuracy(name, own)).isGreaterThanOrEqualTo(theirs - HALF_A_POINT);
        }
    }

    /// A convolutional model above 1 MB, from its SavedModel.
    @Test
    void sizes_of_a_convolutional_model() {
        Path source = Golden.folder().resolveSibling("corpus/source/resnet20_cifar10_akamaster/saved_model");
        Converter converter = Converter.of(Models.open(source));
        double whole = converter.convert().size();
        assertThat(whole).isGreaterThan(1 << 20);
        assertThat(converter.quantize(Quantization.dynamic()).convert().size() / whole)
                .isLessThanOrEqualTo(0.27);
        assertThat(converter.quantize(Quantization.float16()).convert().size() / whole)
                .isLessThanOrEqualTo(0.51);
        // Sizes do not depend on the ranges, so random data do.
        assertThat(converter
                                .quantize(Quantization.int8())
                                .calibrate(Dataset.random(2, 1))
                                .convert()
                                .size()
                        / whole)
                .isLessThanOrEqualTo(0.27);
    }

    private static Model written(Converter converter) {
        return TfliteReader.read(MemorySegment.ofArray(converter.convert().bytes()), "ours");
    }

    private static double accuracy(String name, Model model) {
        Path data = Golden.folder().resolveSibling("corpus/data/ready").resolve(TEST_DATA.getOrDefault(name, ""));
        return Evaluator.evaluate(
                        model,
                        Dataset.npz(data),
                        EvaluationOptions.of(Metric.TOP1).withThreads(2))
                .value()
                .orElseThrow();
    }
}
