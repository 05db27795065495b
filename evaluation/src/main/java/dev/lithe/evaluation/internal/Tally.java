package dev.lithe.evaluation.internal;

import dev.lithe.evaluation.Evaluation.Comparison;
import dev.lithe.evaluation.Metric;
import java.util.OptionalDouble;

/// Adds samples up, in their order.
public final class Tally {
    private final Metric metric;
    private long samples;
    private boolean labelled = true;
    private double hits;
    private long count;
    private long agreed;
    private long compared;
    private double signal;
    private double noise;

    public Tally(Metric metric) {
        this.metric = metric;
    }

    public void add(SampleScore score) {
        samples++;
        labelled &= score.labelled();
        hits += score.hits();
        count += score.count();
        agreed += score.agreed();
        compared += score.compared();
        signal += score.signal();
        noise += score.noise();
    }

    public long samples() {
        return samples;
    }

    public OptionalDouble value() {
        return labelled && count > 0 ? OptionalDouble.of(hits / count) : OptionalDouble.empty();
    }

    public Comparison comparison() {
        OptionalDouble agreement = metric.isClassification() && compared > 0
                ? OptionalDouble.of((double) agreed / compared)
                : OptionalDouble.empty();
        return new Comparison(agreement, sqnr());
    }

    private OptionalDouble sqnr() {
        if (signal == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise));
    }
}
