package dev.lithe.importers.internal.frozen;

import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.TensorInfo;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import dev.lithe.importers.internal.raw.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Type and shape of what goes into a frozen graph: those that the node declares; for features of audio
/// those that the nodes in front of it give; for a placeholder of unknown shape what the layers that read
/// it ask for.
record InputGuess(Map<String, NodeDef> nodes) {
    private static final List<String> TYPES = List.of("dtype", "DstT", "T", "out_type", "output_type");
    private static final TensorShapeProto UNKNOWN =
            TensorShapeProto.newBuilder().setUnknownRank(true).build();

    TensorInfo info(String name, NodeDef node) {
        TensorShapeProto shape = declared(node)
                .or(() -> features(node))
                .or(() -> reshaped(node))
                .or(() -> asked(node))
                .orElse(UNKNOWN);
        return TensorInfo.newBuilder()
                .setName(name)
                .setDtype(type(node))
                .setTensorShape(shape)
                .build();
    }

    private static DataType type(NodeDef node) {
        for (String name : TYPES) {
            DataType type = Endpoints.attribute(node, name).getType();
            if (type != DataType.DT_INVALID) {
                return type;
            }
        }
        return DataType.DT_FLOAT;
    }

    /// The shape that stands at the node itself. TensorFlow 1 wrote an empty one where none was given.
    private static Optional<TensorShapeProto> declared(NodeDef node) {
        if (node.containsAttr("shape")) {
            TensorShapeProto shape = Endpoints.attribute(node, "shape").getShape();
            return shape.getUnknownRank() || (shape.getDimCount() == 0 && reads(node))
                    ? Optional.empty()
                    : Optional.of(shape);
        }
        AttrValue shapes = Endpoints.attribute(node, "_output_shapes");
        return shapes.getList().getShapeCount() == 0
                        || shapes.getList().getShape(0).getUnknownRank()
                ? Optional.empty()
                : Optional.of(shapes.getList().getShape(0));
    }

    private static boolean reads(NodeDef node) {
        return node.getOp().startsWith("Placeholder");
    }

    /// `[channels, windows, coefficients]` behind DecodeWav and AudioSpectrogram, which say how many
    /// samples there are and how windows lie in them.
    private Optional<TensorShapeProto> features(NodeDef node) {
        if (!node.getOp().equals("Mfcc")) {
            return Optional.empty();
        }
        NodeDef spectrogram = input(node, 0);
        NodeDef decode = input(spectrogram, 0);
        long samples = Endpoints.attribute(decode, "desired_samples").getI();
        long channels = Endpoints.attribute(decode, "desired_channels").getI();
        long window = Endpoints.attribute(spectrogram, "window_size").getI();
        long stride = Endpoints.attribute(spectrogram, "stride").getI();
        AttrValue coefficients = Endpoints.attribute(node, "dct_coefficient_count");
        boolean known = decode.getOp().equals("DecodeWav") && samples >= window && window > 0 && stride > 0;
        return Optional.of(shape(
                channels > 0 ? channels : -1,
                known ? 1 + (samples - window) / stride : -1,
                coefficients.getI() > 0 ? coefficients.getI() : 13));
    }

    /// What a Reshape to a constant shape gives.
    private Optional<TensorShapeProto> reshaped(NodeDef node) {
        NodeDef sizes = node.getOp().equals("Reshape") ? input(node, 1) : node;
        TensorProto value = Endpoints.attribute(sizes, "value").getTensor();
        if (!node.getOp().equals("Reshape") || value.getIntValCount() == 0) {
            return Optional.empty();
        }
        return Optional.of(shape(
                value.getIntValList().stream().mapToLong(Integer::longValue).toArray()));
    }

    /// What the layers that read the node ask for.
    private Optional<TensorShapeProto> asked(NodeDef node) {
        List<TensorShapeProto> wishes = new ArrayList<>();
        for (NodeDef reader : nodes.values()) {
            if (reader.getInputCount() > 1 && input(reader, 0).equals(node)) {
                List<TensorShapeProto.Dim> weights = Endpoints.attribute(input(reader, 1), "value")
                        .getTensor()
                        .getTensorShape()
                        .getDimList();
                switch (reader.getOp()) {
                    case "Conv2D", "DepthwiseConv2dNative" -> {
                        if (weights.size() == 4) {
                            boolean first = Endpoints.attribute(reader, "data_format")
                                    .getS()
                                    .toStringUtf8()
                                    .equals("NCHW");
                            long channels = weights.get(2).getSize();
                            wishes.add(first ? shape(-1, channels, -1, -1) : shape(-1, -1, -1, channels));
                        }
                    }
                    case "MatMul" -> {
                        if (weights.size() == 2) {
                            boolean turned =
                                    Endpoints.attribute(reader, "transpose_b").getB();
                            wishes.add(shape(-1, weights.get(turned ? 1 : 0).getSize()));
                        }
                    }
                    default -> {
                        // says nothing about the shape of what it reads
                    }
                }
            }
        }
        return wishes.stream().findFirst();
    }

    private NodeDef input(NodeDef node, int index) {
        NodeDef none = NodeDef.getDefaultInstance();
        if (index >= node.getInputCount()) {
            return none;
        }
        NodeDef source = node;
        int at = index;
        for (int step = 0; step <= nodes.size(); step++) {
            source = nodes.getOrDefault(named(source.getInput(at)), none);
            at = 0;
            if (!source.getOp().equals("Identity") || source.getInputCount() == 0) {
                break;
            }
        }
        return source;
    }

    private static String named(String input) {
        try {
            return Reference.parse(input).node();
        } catch (NumberFormatException e) {
            return "";
        }
    }

    private static TensorShapeProto shape(long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long size : sizes) {
            shape.addDimBuilder().setSize(size);
        }
        return shape.build();
    }
}
