package dev.lithe.oracle;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The tensors after one invocation.
///
/// @param tensors by tensor index: the outputs, and with [OracleRequest#preserveAll()] every other tensor of the
/// subgraph
///     that is not a constant of the file. Scratch tensors that kernels add for themselves are left out. With
/// `preserveAll`
///     the map holds the state after the run, so a variable tensor has its updated value.
/// @param outputs the tensor indices of the outputs, in the model's order
public record OracleRun(NavigableMap<Integer, OracleTensor> tensors, List<Integer> outputs) {
    public OracleRun {
        tensors = Collections.unmodifiableNavigableMap(new TreeMap<>(tensors));
        outputs = List.copyOf(outputs);
    }

    /// The output at a position in the model's list of outputs.
    public OracleTensor output(int position) {
        return tensor(outputs.get(position));
    }

    /// The tensor with an index.
    ///
    /// @throws IllegalArgumentException if the result does not hold it
    public OracleTensor tensor(int index) {
        OracleTensor tensor = tensors.get(index);
        if (tensor == null) {
            throw new IllegalArgumentException("tensor " + index + " is not in the result, which holds "
                    + tensors.keySet() + ": a constant, or preserveAll is off");
        }
        return tensor;
    }
}
