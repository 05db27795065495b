package dev.lithe.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.evaluation.internal.Stopwatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.TensorId;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.testkit.ModelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LatencyTest {
    private static final LatencyOptions SHORT = new LatencyOptions(2, Duration.ZERO, 7, Duration.ZERO, 100);

    private static Model model() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", -1, 4);
        TensorId sum = builder.floats("sum", -1, 4);
        TensorId out = builder.floats("out", -1, 4);
        return builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, x), sum)
                .node(BuiltinOperator.RELU, null, List.of(sum), out)
                .subgraph("main", List.of(x), out)
                .build();
    }

    private static Sample sample(Model model) {
        return Dataset.random(1, 0).bind(model).samples().next();
    }

    @Test
    void takesNearestRanks() {
        long[] tens = {1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000};

        assertThat(Latency.micros(tens, 50)).isEqualTo(5);
        assertThat(Latency.micros(tens, 90)).isEqualTo(9);
        assertThat(Latency.micros(tens, 99)).isEqualTo(10);
        assertThat(Latency.micros(new long[] {1500}, 50)).isEqualTo(1.5);
    }

    /// With a clock that moves 10 µs each time it is looked at, in warm-up and measurement alike.
    @Test
    void runsUntilBothCountAndTimeAreReached() {
        AtomicLong clock = new AtomicLong();
        AtomicInteger runs = new AtomicInteger();
        LatencyOptions options = new LatencyOptions(3, Duration.ZERO, 2, Duration.ofNanos(100_000), 1000);

        long[] laps = Stopwatch.measure(runs::incrementAndGet, options, () -> clock.getAndAdd(10_000));

        assertThat(laps).hasSize(5).containsOnly(10_000); // 20 µs a round, until 100 µs are over
        assertThat(runs).hasValue(8);
        assertThat(Stopwatch.measure(runs::incrementAndGet, options.withRuns(7, 1000), () -> clock.getAndAdd(10_000)))
                .hasSize(7);
        assertThat(Stopwatch.measure(
                        runs::incrementAndGet,
                        options.withDuration(Duration.ofHours(1)).withRuns(1, 40),
                        () -> clock.getAndAdd(10_000)))
                .hasSize(40);
    }

    @Test
    void measuresRuns() {
        Model model = model();

        Latency latency = Latency.measure(Runtime.compile(model, PlanOptions.DEFAULT), sample(model), SHORT);

        assertThat(latency.runs()).isEqualTo(7);
        assertThat(latency.medianMicros()).isPositive();
        assertThat(latency.p90Micros()).isGreaterThanOrEqualTo(latency.medianMicros());
        assertThat(latency.p99Micros()).isGreaterThanOrEqualTo(latency.p90Micros());
        assertThat(latency.arenaBytes()).isGreaterThanOrEqualTo(2 * 16);
        assertThat(latency.threads()).isEqualTo(1);
        assertThat(latency.kernels()).isNotEmpty();
    }

    @Test
    void tellsTheTimeOfEveryOperator() {
        Model model = model();

        List<Latency.OperatorTime> profile = Latency.profile(model, sample(model), PlanOptions.DEFAULT, SHORT);

        assertThat(profile).extracting(Latency.OperatorTime::name).containsExactly("ADD", "RELU");
        assertThat(profile).extracting(Latency.OperatorTime::output).containsExactly("sum", "out");
        assertThat(profile.stream().mapToDouble(Latency.OperatorTime::share).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void refusesMeasurementsOfNothing() {
        assertThatThrownBy(() -> SHORT.withRuns(0, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SHORT.withRuns(5, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
