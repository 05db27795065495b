package dev.lithe.evaluation;

import dev.lithe.datasets.Sample;
import dev.lithe.evaluation.internal.Stopwatch;
import dev.lithe.evaluation.internal.WarmRun;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// How long runs take. Percentiles are nearest-rank: the p90 is a time that was measured, and nine tenths of all
/// runs took no longer.
///
/// @param medianMicros in microseconds, as all times
/// @param runs how many were measured
/// @param arenaBytes the memory of a context: activations, inputs, variables
/// @param constantBytes the memory of the unpacked constants, which contexts share
/// @param threads that one run may use
/// @param kernels with which the model ran
public record Latency(
        double medianMicros,
        double p90Micros,
        double p99Micros,
        int runs,
        long arenaBytes,
        long constantBytes,
        int threads,
        String kernels) {

    /// The share of one operator in a run.
    ///
    /// @param index its place in the entry's subgraph
    /// @param name what it is, such as `CONV_2D`
    /// @param output the name of its first output
    /// @param medianMicros its median time
    /// @param share of the sum of all operators' medians, 0 to 1
    public record OperatorTime(int index, String name, String output, double medianMicros, double share) {}

    /// Measures runs on `sample`, over and over.
    public static Latency measure(CompiledModel compiled, Sample sample, LatencyOptions options) {
        WarmRun run = new WarmRun(compiled, sample);
        long[] nanos = Stopwatch.measure(run::run, options, System::nanoTime);
        Arrays.sort(nanos);
        return new Latency(
                micros(nanos, 50),
                micros(nanos, 90),
                micros(nanos, 99),
                nanos.length,
                run.context().arenaBytes(),
                compiled.constantBytes(),
                compiled.options().threads(),
                compiled.kernels());
    }

    /// The time of each operator of the entry that `sample` is for, in the order in which they run; a control
    /// flow operator counts with all that it calls. To see where one operator ends, its output is observed: it
    /// has memory of its own, so the sum may differ from the latency of a whole run.
    public static List<OperatorTime> profile(Model model, Sample sample, PlanOptions plan, LatencyOptions options) {
        Subgraph subgraph = WarmRun.entry(model, sample);
        Set<TensorId> marks = new LinkedHashSet<>();
        subgraph.nodes().stream()
                .filter(node -> !node.outputs().isEmpty())
                .forEach(node -> marks.add(node.outputs().getLast()));
        WarmRun run = new WarmRun(Runtime.compile(model, plan.observe(marks)), sample);
        List<long[]> laps = Stopwatch.laps(run, subgraph, options);
        List<OperatorTime> times = new ArrayList<>();
        double sum = laps.stream().mapToDouble(lap -> micros(lap, 50)).sum();
        for (int i = 0; i < laps.size(); i++) {
            Node node = subgraph.nodes().get(i);
            double median = micros(laps.get(i), 50);
            String output = node.outputs().isEmpty()
                    ? ""
                    : subgraph.tensor(node.outputs().getFirst()).name();
            times.add(new OperatorTime(i, node.code().toString(), output, median, sum == 0 ? 0 : median / sum));
        }
        return times;
    }

    /// The nearest-rank percentile of sorted nanoseconds, in microseconds.
    static double micros(long[] sorted, int percent) {
        int rank = (int) Math.ceilDiv((long) sorted.length * percent, 100L);
        return sorted[Math.max(rank, 1) - 1] / 1000.0;
    }
}
