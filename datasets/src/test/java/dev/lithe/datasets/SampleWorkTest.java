package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleWorkTest {
    private static Dataset counting(int count, int badSample) {
        List<Map<String, Tensor>> samples = IntStream.range(0, count)
                .mapToObj(i -> Map.of("x", Tensor.of(Shape.of(1), i == badSample ? Float.NaN : i)))
                .toList();
        return Dataset.samples(samples).bind(signature(floats("x", 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void handsResultsOverInOrder(int threads) {
        List<Float> results = new ArrayList<>();
        List<Long> progress = new ArrayList<>();
        AtomicInteger workers = new AtomicInteger();

        SampleWork<Integer, Sample, Float> work = new SampleWork<>(
                workers::incrementAndGet,
                (worker, sample) -> sample.inputs().get("x").floats()[0] * 2);
        work.run(counting(50, -1).samples(), 50, threads, (done, total) -> progress.add(done), results::add);

        assertThat(results)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> 2f * i).toList());
        assertThat(progress).hasSize(50).endsWith(50L);
        assertThat(workers).hasValue(threads);
    }

    /// Sample 20 cannot be read, samples from 10 on cannot be worked on: it is always sample 10 that is told of.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void tellsOfTheEarliestFailure(int threads) {
        List<Integer> results = new ArrayList<>();
        SampleWork<String, Sample, Integer> work = new SampleWork<>(() -> "worker", (worker, sample) -> {
            int value = (int) sample.inputs().get("x").floats()[0];
            if (value >= 10) {
                throw new IllegalStateException("sample " + value);
            }
            return value;
        });

        assertThatThrownBy(() -> work.run(counting(50, 12).samples(), 50, threads, ProgressListener.NONE, results::add))
                .hasMessage("sample 10");
        assertThat(results).hasSize(10);
        assertThatThrownBy(() -> work.run(counting(50, 3).samples(), 50, threads, ProgressListener.NONE, results::add))
                .hasMessageContaining("samples[3]");
    }
}
