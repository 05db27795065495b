package dev.lithe.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What LiteRT's reference kernels reach with the same files on the same data (reference_accuracy.py). Its
/// default kernels, which do not compute the same integers, get 731 keywords right in int8.
class CorpusAccuracyTest {
    private static Model golden(String name) {
        return TfliteReader.read(Shared.path("golden/" + name + "/model.tflite"));
    }

    private static DataSource data(String name) {
        return Dataset.npz(Shared.path("corpus/data/ready/" + name + ".npz"));
    }

    @ParameterizedTest
    @CsvSource({"none, 730", "int8, 728"})
    void keywordsAreRecognizedAsOftenAsByTheOfficialRuntime(String mode, int right) {
        Evaluation evaluation = Evaluator.evaluate(
                golden("kws/" + mode),
                data("kws_test"),
                EvaluationOptions.of(Metric.TOP1).withThreads(2));

        assertThat(evaluation.samples()).isEqualTo(800);
        assertThat(evaluation.value()).hasValue(right / 800.0);
    }

    @Test
    void imagesAreRecognizedAsOftenAsByTheOfficialRuntime() {
        Evaluation evaluation = Evaluator.evaluate(
                golden("resnet8/none"),
                data("cifar10_raw_test"),
                EvaluationOptions.of(Metric.TOP1).withThreads(2));

        assertThat(evaluation.value()).hasValue(0.765);
    }

    @Test
    void integersAgreeWithFloatsAsMuchAsInTheOfficialRuntime() {
        Evaluation evaluation = Evaluator.evaluate(
                golden("kws/int8"),
                data("kws_test"),
                EvaluationOptions.of(Metric.TOP1)
                        .withAgainst(golden("kws/none"))
                        .withThreads(2));

        Evaluation.Comparison against = evaluation.against().orElseThrow();
        assertThat(against.agreement()).hasValue(0.9825);
        assertThat(against.sqnrDb().orElseThrow()).isCloseTo(27.2021, within(1e-3));
    }
}
