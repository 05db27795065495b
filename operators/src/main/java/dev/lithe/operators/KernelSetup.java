package dev.lithe.operators;

import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a kernel sees when it is prepared, once per plan. Shapes may still change before it runs (a resized
/// input), types, quantization and constants may not.
public interface KernelSetup {
    int inputCount();

    int outputCount();

    boolean hasInput(int index);

    TensorSpec input(int index);

    TensorSpec output(int index);

    /// Intermediate tensor `index`, whose quantization LSTM kernels compute with, or null where the node has none.
    default @Nullable TensorSpec intermediate(int index) {
        return null;
    }

    /// The operators of another subgraph of the model, in order.
    ///
    /// @throws IllegalArgumentException where there is no such subgraph
    default List<OperatorCode> operatorsOf(int subgraph) {
        throw new IllegalArgumentException("there is no subgraph " + subgraph);
    }

    /// The scales of an input that is quantized blockwise, `[rows, blocks]`, or null where it is not.
    default @Nullable Tensor blockScales(int index) {
        return null;
    }

    /// The unpacked value of a constant input (shared by all contexts: read only), or null where it is not constant.
    @Nullable
    Tensor constant(int index);
}
