package dev.lithe.runtime.internal;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.KernelContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a kernel sees that runs at plan time, on known values.
final class FoldingContext implements KernelContext {
    private final CompiledSubgraph code;
    private final CompiledNode node;
    private final @Nullable Tensor[] known;
    private final Tensor[] outputs;

    FoldingContext(CompiledSubgraph code, CompiledNode node, @Nullable Shape[] shapes, @Nullable Tensor[] known) {
        this.code = code;
        this.node = node;
        this.known = known;
        this.outputs = new Tensor[node.outputs().length];
        for (int i = 0; i < outputs.length; i++) {
            Shape shape = shapes[node.outputs()[i]];
            resize(i, Objects.requireNonNull(shape));
        }
    }

    @Override
    public boolean hasInput(int index) {
        return index < node.inputs().length && node.inputs()[index] >= 0;
    }

    @Override
    public Tensor input(int index) {
        return Objects.requireNonNull(known[node.inputs()[index]]);
    }

    @Override
    public Tensor output(int index) {
        return outputs[index];
    }

    @Override
    public Tensor resize(int index, Shape shape) {
        TensorSpec spec = code.specs()[node.outputs()[index]];
        outputs[index] = Tensor.allocate(spec.type(), shape, spec.quantization());
        return outputs[index];
    }

    @Override
    public Tensor[] invoke(int subgraph, Tensor[] inputs) {
        throw new IllegalStateException(node.node().code() + " may not call subgraphs at plan time");
    }
}
