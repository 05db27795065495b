package dev.lithe.evaluation.internal;

import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.ExecutionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A context with its inputs set, to be run again and again: nothing but the run itself is measured.
public final class WarmRun {
    private final ExecutionContext context;

    public WarmRun(CompiledModel compiled, Sample sample) {
        Model model = compiled.model();
        context = compiled.newContext(entryIndex(model, sample));
        Map<TensorId, Tensor> byId = new HashMap<>();
        SignatureSpec.inputIds(model, sample.signature())
                .forEach((name, id) ->
                        byId.put(id, Objects.requireNonNull(sample.inputs().get(name))));
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < context.inputs().size(); i++) {
            Tensor given = byId.get(context.inputs().get(i).id());
            shapes.add(given == null ? context.inputShape(i) : given.shape());
        }
        context.resizeInputs(shapes);
        byId.forEach(context::setInput);
    }

    private static int entryIndex(Model model, Sample sample) {
        return model.signature(sample.signature()).map(SignatureDef::subgraph).orElse(0);
    }

    /// The subgraph that the sample enters.
    public static Subgraph entry(Model model, Sample sample) {
        return model.subgraphs().get(entryIndex(model, sample));
    }

    public ExecutionContext context() {
        return context;
    }

    public void run() {
        context.run();
    }
}
