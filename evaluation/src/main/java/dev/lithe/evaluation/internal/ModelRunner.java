package dev.lithe.evaluation.internal;

import dev.lithe.datasets.Sample;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.Interpreter;
import java.util.Map;

/// Runs samples on a model, each from a clean state. For one thread.
public final class ModelRunner {
    private final Interpreter interpreter;

    public ModelRunner(CompiledModel compiled) {
        interpreter = Interpreter.of(compiled);
    }

    /// The outputs by name, in the types of the model.
    public Map<String, Tensor> run(Sample sample) {
        interpreter.resetVariables();
        return interpreter.run(sample.signature(), sample.inputs());
    }
}
