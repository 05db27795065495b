package dev.lithe.graph;

import java.util.List;

/// One operator in a subgraph. An absent optional input is [TensorId#NONE]. `intermediates` are the extra calibration
/// tensors that only LSTM-like operators have.
public record Node(
        NodeId id,
        OperatorCode code,
        Options options,
        List<TensorId> inputs,
        List<TensorId> outputs,
        List<TensorId> intermediates) {
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        intermediates = List.copyOf(intermediates);
    }

    public Node(NodeId id, OperatorCode code, Options options, List<TensorId> inputs, List<TensorId> outputs) {
        this(id, code, options, inputs, outputs, List.of());
    }

    /// Input `index`, or [TensorId#NONE] where it is absent or the node has fewer inputs.
    public TensorId input(int index) {
        return index < inputs.size() ? inputs.get(index) : TensorId.NONE;
    }

    public boolean hasInput(int index) {
        return input(index).isPresent();
    }

    public TensorId output(int index) {
        return outputs.get(index);
    }

    public Node withInputs(List<TensorId> newInputs) {
        return new Node(id, code, options, newInputs, outputs, intermediates);
    }

    public Node withOutputs(List<TensorId> newOutputs) {
        return new Node(id, code, options, inputs, newOutputs, intermediates);
    }

    public Node withOptions(Options newOptions) {
        return new Node(id, code, newOptions, inputs, outputs, intermediates);
    }

    public Node withCode(OperatorCode newCode) {
        return new Node(id, newCode, options, inputs, outputs, intermediates);
    }
}
