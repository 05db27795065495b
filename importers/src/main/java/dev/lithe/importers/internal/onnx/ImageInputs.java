package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the inputs of a model that are images: those that an operator on images reads, directly or through
/// operators that leave every dimension in its place.
final class ImageInputs {
    private static final Set<String> ON_IMAGES = Set.of(
            "Conv",
            "FusedConv",
            "QLinearConv",
            "ConvInteger",
            "ConvTranspose",
            "MaxPool",
            "AveragePool",
            "LpPool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "GlobalLpPool",
            "InstanceNormalization",
            "LRN",
            "DepthToSpace",
            "SpaceToDepth",
            "Resize",
            "Upsample",
            "QLinearGlobalAveragePool",
            "QLinearAveragePool");

    private static final Set<String> IN_PLACE = Set.of(
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "Max",
            "Min",
            "Sum",
            "Mean",
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Sigmoid",
            "Tanh",
            "Clip",
            "Elu",
            "Selu",
            "HardSwish",
            "HardSigmoid",
            "Cast",
            "Identity",
            "Dropout",
            "Neg",
            "Abs",
            "Sqrt",
            "Exp",
            "Log",
            "Concat",
            "Pad",
            "Slice",
            "BatchNormalization",
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "Split",
            "Where",
            "Floor",
            "Round");

    private ImageInputs() {}

    static Set<String> of(OnnxGraph graph, List<OnnxNodeProto> sorted) {
        Map<String, Set<String>> origins = new HashMap<>();
        graph.getInputList().forEach(i -> origins.put(i.getName(), Set.of(i.getName())));
        Set<String> images = new LinkedHashSet<>();
        for (OnnxNodeProto node : sorted) {
            if (ON_IMAGES.contains(node.getOpType()) && node.getInputCount() > 0) {
                images.addAll(origins.getOrDefault(node.getInput(0), Set.of()));
            }
            if (IN_PLACE.contains(node.getOpType())) {
                Set<String> from = new HashSet<>();
                node.getInputList().forEach(i -> from.addAll(origins.getOrDefault(i, Set.of())));
                node.getOutputList().forEach(o -> origins.put(o, from));
            }
        }
        return images;
    }
}
