package dev.lithe.importers;

import dev.lithe.graph.Shape;
import java.util.List;
import java.util.Map;

/// What to take from a model.
///
/// @param signatures the signature keys to import, in this order; empty for all of them
/// @param inputShapes shapes that replace those of the model's inputs, by signature input name;
///     `-1` leaves a dimension unknown
/// @param keepLayout whether images at the inputs and outputs of ONNX models stay channels first (NCHW)
///     instead of becoming channels last (NHWC); costs a TRANSPOSE for each
/// @param inputs nodes of a frozen graph that the caller gives (`node`, or `node:1` for another than its
///     first result), in this order; empty where they are to be found
/// @param outputs nodes of a frozen graph that the model is to compute, likewise
public record ImportOptions(
        List<String> signatures,
        Map<String, Shape> inputShapes,
        boolean keepLayout,
        List<String> inputs,
        List<String> outputs) {
    /// Every signature, every input as the model declares it.
    public static final ImportOptions DEFAULT = new ImportOptions(List.of(), Map.of(), false, List.of(), List.of());

    public ImportOptions {
        signatures = List.copyOf(signatures);
        inputShapes = Map.copyOf(inputShapes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public ImportOptions withSignatures(List<String> keys) {
        return new ImportOptions(keys, inputShapes, keepLayout, inputs, outputs);
    }

    public ImportOptions withInputShapes(Map<String, Shape> shapes) {
        return new ImportOptions(signatures, shapes, keepLayout, inputs, outputs);
    }

    public ImportOptions withKeepLayout(boolean keep) {
        return new ImportOptions(signatures, inputShapes, keep, inputs, outputs);
    }

    public ImportOptions withInputs(List<String> nodes) {
        return new ImportOptions(signatures, inputShapes, keepLayout, nodes, outputs);
    }

    public ImportOptions withOutputs(List<String> nodes) {
        return new ImportOptions(signatures, inputShapes, keepLayout, inputs, nodes);
    }
}
