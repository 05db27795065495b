package dev.lithe.evaluation;

import java.time.Duration;

/// How long to measure. Warming up and measuring each end when both their count and their time are reached, or at
/// `maxRuns`.
///
/// @param warmupRuns runs before the clock starts, at least
/// @param warmup time before the clock starts, at least: the virtual machine compiles the kernels meanwhile
/// @param runs measured runs, at least
/// @param duration measured time, at least
/// @param maxRuns measured runs, at most; also of the warm-up
public record LatencyOptions(int warmupRuns, Duration warmup, int runs, Duration duration, int maxRuns) {
    /// One second of warming up and one second of measuring, at least 50 runs each.
    public static final LatencyOptions DEFAULT =
            new LatencyOptions(50, Duration.ofSeconds(1), 50, Duration.ofSeconds(1), 100_000);

    public LatencyOptions {
        if (warmupRuns < 0 || warmup.isNegative() || runs < 1 || duration.isNegative() || maxRuns < runs) {
            throw new IllegalArgumentException("no measurement: " + warmupRuns + " warm-up runs, " + runs + " to "
                    + maxRuns + " runs, " + warmup + " and " + duration);
        }
    }

    public LatencyOptions withRuns(int least, int most) {
        return new LatencyOptions(warmupRuns, warmup, least, duration, most);
    }

    public LatencyOptions withDuration(Duration least) {
        return new LatencyOptions(warmupRuns, warmup, runs, least, maxRuns);
    }

    public LatencyOptions withWarmup(int leastRuns, Duration least) {
        return new LatencyOptions(leastRuns, least, runs, duration, maxRuns);
    }
}
