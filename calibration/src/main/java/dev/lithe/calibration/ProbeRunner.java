package dev.lithe.calibration;

import dev.lithe.calibration.internal.SampleObserver;
import dev.lithe.calibration.internal.SampleRunner;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.graph.ActivationProbe;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.Iterator;
import java.util.Set;
import java.util.function.BiConsumer;

/// Runs models over the calibration data for quantization methods that look at activations. The models must have
/// the inputs that the data were bound to. One sample runs after the other, so that what a method makes of the
/// values does not depend on threads.
public final class ProbeRunner implements ActivationProbe {
    private final Dataset dataset;
    private final CalibrationOptions options;

    public ProbeRunner(Dataset dataset, CalibrationOptions options) {
        this.dataset = dataset.limit(options.maxSamples());
        this.options = options;
    }

    @Override
    public void run(Model model, Set<TensorId> taps, BiConsumer<TensorId, Tensor> sink) {
        SampleObserver observer = new SampleObserver() {
            @Override
            public void begin(String location) {
                // A method sees all samples alike.
            }

            @Override
            public void observe(TensorId id, Tensor tensor) {
                sink.accept(id, tensor);
            }
        };
        PlanOptions plan = PlanOptions.DEFAULT.kernels(options.kernels()).observe(taps);
        SampleRunner runner = new SampleRunner(Runtime.compile(model, plan), observer, options.keepState());
        long done = 0;
        for (Iterator<Sample> samples = dataset.samples(); samples.hasNext(); ) {
            runner.run(samples.next());
            options.progress().progress(++done, dataset.size());
        }
    }
}
