package dev.lithe.calibration.internal;

import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.ExecutionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Runs samples, each by its own signature, and lets an observer see the tensors. For one thread.
public final class SampleRunner {
    private final CompiledModel compiled;
    private final SampleObserver observer;
    private final boolean keepState;
    private final Map<Integer, ExecutionContext> contexts = new HashMap<>();
    private final Map<String, Map<String, TensorId>> inputIds = new HashMap<>();

    public SampleRunner(CompiledModel compiled, SampleObserver observer, boolean keepState) {
        this.compiled = compiled;
        this.observer = observer;
        this.keepState = keepState;
    }

    /// Runs one sample.
    ///
    /// @return where the sample comes from
    public String run(Sample sample) {
        Model model = compiled.model();
        int subgraph =
                model.signature(sample.signature()).map(SignatureDef::subgraph).orElse(0);
        ExecutionContext context = contexts.computeIfAbsent(subgraph, index -> {
            ExecutionContext created = compiled.newContext(index);
            created.observe(observer::observe);
            return created;
        });
        if (!keepState) {
            context.resetVariables();
        }
        feed(context, sample);
        observer.begin(sample.location());
        context.run();
        return sample.location();
    }

    /// Inputs that the signature does not name keep zeros.
    private void feed(ExecutionContext context, Sample sample) {
        Map<TensorId, Tensor> byId = new HashMap<>();
        inputIds.computeIfAbsent(sample.signature(), key -> SignatureSpec.inputIds(compiled.model(), key))
                .forEach((name, id) ->
                        byId.put(id, Objects.requireNonNull(sample.inputs().get(name), () -> "no input " + name)));
        List<TensorSpec> inputs = context.inputs();
        List<dev.lithe.graph.Shape> shapes = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Tensor given = byId.get(inputs.get(i).id());
            shapes.add(given == null ? context.inputShape(i) : given.shape());
        }
        context.resizeInputs(shapes);
        byId.forEach(context::setInput);
    }
}
