package dev.lithe.runtime.internal;

import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A subgraph ready to run, shared by all contexts: kernels are prepared, constants unpacked.
///
/// @param specs all tensors, by position
/// @param positions the position of each tensor
/// @param constants the values of constants, by position
/// @param observed whether a tensor is observed, by position
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
public record CompiledSubgraph(
        int index,
        Subgraph subgraph,
        TensorSpec[] specs,
        Map<TensorId, Integer> positions,
        @Nullable Tensor[] constants,
        boolean[] observed,
        List<CompiledNode> nodes,
        int[] inputs,
        int[] outputs,
        List<Integer> calls) {

    /// @throws IllegalArgumentException where the tensor does not belong to this subgraph
    public int position(TensorId id) {
        Integer position = positions.get(id);
        if (position == null) {
            throw new IllegalArgumentException(id + " is no tensor of subgraph '" + subgraph.name() + "'");
        }
        return position;
    }
}
