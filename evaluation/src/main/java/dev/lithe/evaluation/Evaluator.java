package dev.lithe.evaluation;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SampleWork;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.evaluation.Evaluation.Comparison;
import dev.lithe.evaluation.internal.EvaluationErrors;
import dev.lithe.evaluation.internal.ModelRunner;
import dev.lithe.evaluation.internal.SampleScore;
import dev.lithe.evaluation.internal.Scorer;
import dev.lithe.evaluation.internal.Tally;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Measures a model on data, and how far it is from another model.
///
/// Every sample starts with variables at their initial values. Sums are taken in the order of the samples, so
/// results do not depend on the number of threads.
public final class Evaluator {
    /// The sample as each of the models takes it: their edges may have different types.
    private record Pair(Sample sample, @Nullable Sample against) {}

    /// What one thread runs.
    private record Runners(ModelRunner model, @Nullable ModelRunner against) {}

    private Evaluator() {}

    /// Runs `model`, and the one in the options, over all of `data`. Where the data have no labels, distances are
    /// measured from the other model's outputs, and class metrics have no value.
    ///
    /// @throws DatasetException where the data do not fit either model (LQ0505, LQ0506, LQ0507, LQ0517), have
    ///     neither labels nor another model beside them (LQ0518), or labels or outputs do not suit the metric or
    ///     each other (LQ0519)
    public static Evaluation evaluate(Model model, DataSource data, EvaluationOptions options) {
        Dataset dataset = data.bind(SignatureSpec.select(model, options.signature()));
        Model other = options.against();
        Dataset otherData = other == null ? null : data.bind(SignatureSpec.select(other, options.signature()));
        CompiledModel compiled = compile(model, options);
        CompiledModel compiledOther = other == null ? null : compile(other, options);
        Scorer scorer = new Scorer(options.metric(), options.output(), other != null);
        Tally tally = new Tally(options.metric());
        SampleWork<Runners, Pair, SampleScore> work = new SampleWork<>(
                () -> new Runners(
                        new ModelRunner(compiled), compiledOther == null ? null : new ModelRunner(compiledOther)),
                (runners, pair) -> score(scorer, runners, pair));
        work.run(pairs(dataset, otherData), dataset.size(), options.threads(), options.progress(), tally::add);
        if (tally.samples() == 0) {
            throw EvaluationErrors.noSamples(model.source());
        }
        Optional<Comparison> comparison = other == null ? Optional.empty() : Optional.of(tally.comparison());
        return new Evaluation(options.metric(), tally.value(), tally.samples(), comparison, warnings(dataset));
    }

    private static CompiledModel compile(Model model, EvaluationOptions options) {
        return Runtime.compile(model, PlanOptions.DEFAULT.kernels(options.kernels()));
    }

    private static SampleScore score(Scorer scorer, Runners runners, Pair pair) {
        Map<String, Tensor> outputs = runners.model().run(pair.sample());
        if (runners.against() == null || pair.against() == null) {
            return scorer.score(pair.sample(), outputs, null);
        }
        return scorer.score(pair.sample(), outputs, runners.against().run(pair.against()));
    }

    private static Iterator<Pair> pairs(Dataset dataset, @Nullable Dataset against) {
        Iterator<Sample> samples = dataset.samples();
        Iterator<Sample> others = against == null ? null : against.samples();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return samples.hasNext();
            }

            @Override
            public Pair next() {
                return new Pair(samples.next(), others == null ? null : others.next());
            }
        };
    }

    private static List<String> warnings(Dataset dataset) {
        return dataset.warnings();
    }
}
