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
/// @param allowCustomOps whether TensorFlow nodes that cannot be lowered stay custom operators under their name,
///     with their attributes as a FlexBuffer, instead of being refused
/// @param inputs nodes of a frozen graph that the caller gives (`node`, or `node:1` for another than its
///     first result), in this order; empty where they are to be found
/// @param outputs nodes of a frozen graph that the model is to compute, likewise
public record ImportOptions(
        List<String> signatures,
        Map<String, Shape> inputShapes,
        boolean keepLayout,
        boolean allowCustomOps,
        List<String> inputs,
        List<String> outputs) {
    /// Every signature, every input as the model declares it.
    public static final ImportOptions DEFAULT =
            new ImportOptions(List.of(), Map.of(), false, false, List.of(), List.of());

    public ImportOptions {
        signatures = List.copyOf(signatures);
        inputShapes = Map.copyOf(inputShapes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public ImportOptions withSignatures(List<String> keys) {
        return new ImportOptions(keys, inputShapes, keepLayout, allowCustomOps, inputs, outputs);
    }

    public ImportOptions withInputShapes(Map<String, Shape> shapes) {
        return new ImportOptions(signatures, shapes, keepLayout, allowCustomOps, inputs, outputs);
    }

    public ImportOptions withKeepLayout(boolean keep) {
        return new ImportOptions(signatures, inputShapes, keep, allowCustomOps, inputs, outputs);
    }

    public ImportOptions withAllowCustomOps(boolean allow) {
        return new ImportOptions(signatures, inputShapes, keepLayout, allow, inputs, outputs);
    }

    public ImportOptions withInputs(List<String> nodes) {
        return new ImportOptions(signatures, inputShapes, keepLayout, allowCustomOps, nodes, outputs);
    }

    public ImportOptions withOutputs(List<String> nodes) {
        return new ImportOptions(signatures, inputShapes, keepLayout, allowCustomOps, inputs, nodes);
    }
}
