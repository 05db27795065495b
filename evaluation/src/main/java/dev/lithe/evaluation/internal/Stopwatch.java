package dev.lithe.evaluation.internal;

import dev.lithe.evaluation.LatencyOptions;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Takes the time of work that is done over and over.
public final class Stopwatch {
    private Stopwatch() {}

    /// The nanoseconds of each measured run.
    ///
    /// @param clock in nanoseconds
    public static long[] measure(Runnable work, LatencyOptions options, LongSupplier clock) {
        repeat(work, options.warmupRuns(), options.warmup().toNanos(), options.maxRuns(), clock);
        return repeat(work, options.runs(), options.duration().toNanos(), options.maxRuns(), clock);
    }

    private static long[] repeat(Runnable work, int leastRuns, long leastNanos, int mostRuns, LongSupplier clock) {
        long[] laps = new long[Math.min(mostRuns, 1024)];
        long begin = clock.getAsLong();
        long now = begin;
        int runs = 0;
        while (runs < mostRuns && (runs < leastRuns || now - begin < leastNanos)) {
            long start = clock.getAsLong();
            work.run();
            now = clock.getAsLong();
            laps = runs == laps.length ? Arrays.copyOf(laps, Math.min(2 * runs, mostRuns)) : laps;
            laps[runs++] = now - start;
        }
        return Arrays.copyOf(laps, runs);
    }

    /// For each node of `subgraph` the sorted nanoseconds from the end of the one before to the delivery of its
    /// last output; 0 for nodes without outputs, whose time counts for the next one.
    public static List<long[]> laps(WarmRun run, Subgraph subgraph, LatencyOptions options) {
        Map<TensorId, Integer> nodeOf = new HashMap<>();
        List<Node> nodes = subgraph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            if (!nodes.get(i).outputs().isEmpty()) {
                nodeOf.put(nodes.get(i).outputs().getLast(), i);
            }
        }
        long[] current = new long[nodes.size()];
        long[] last = {0};
        run.context().observe((id, tensor) -> {
            Integer node = nodeOf.get(id);
            if (node != null) {
                long now = System.nanoTime();
                current[node] = now - last[0];
                last[0] = now;
            }
        });
        List<long[]> runs = new ArrayList<>();
        Runnable timed = () -> {
            last[0] = System.nanoTime();
            run.run();
            runs.add(current.clone());
        };
        int measured = measure(timed, options, System::nanoTime).length;
        List<long[]> kept = runs.subList(runs.size() - measured, runs.size());
        List<long[]> byNode = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            int node = i;
            byNode.add(kept.stream().mapToLong(lap -> lap[node]).sorted().toArray());
        }
        return byNode;
    }
}
