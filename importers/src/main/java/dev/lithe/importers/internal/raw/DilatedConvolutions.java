package dev.lithe.importers.internal.raw;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import dev.lithe.schema.TensorType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Recognizes dilated convolutions. TensorFlow writes one as SpaceToBatchND, a plain convolution on
/// the interleaved parts, and BatchToSpaceND; one-dimensional ones have ExpandDims and Squeeze in
/// between. They become one convolution with dilations, padded by what the first node added less
/// what the last one cut off.
final class DilatedConvolutions {
    private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2dNative");

    private final IdentityHashMap<RawNode, RawNode> replaced = new IdentityHashMap<>();
    private final List<RawNode> nodes = new ArrayList<>();

    private DilatedConvolutions() {}

    static RawGraph rewrite(RawGraph graph) {
        if (graph.nodes().stream().noneMatch(node -> node.op().equals("BatchToSpaceND"))) {
            return graph;
        }
        DilatedConvolutions rewriter = new DilatedConvolutions();
        graph.nodes().forEach(rewriter::visit);
        List<RawPort> outputs = graph.outputs().stream().map(rewriter::port).toList();
        List<RawNode> effects = graph.effects().stream()
                .map(node -> rewriter.replaced.getOrDefault(node, node))
                .toList();
        return RawGraph.pruned(rewriter.nodes, outputs, effects);
    }

    private RawPort port(RawPort port) {
        return new RawPort(replaced.getOrDefault(port.node(), port.node()), port.index());
    }

    private void visit(RawNode node) {
        List<RawPort> inputs = node.inputs().stream().map(this::port).toList();
        RawNode mapped = inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
        RawNode result = mapped.op().equals("BatchToSpaceND") ? dilated(mapped) : null;
        if (result == null) {
            nodes.add(mapped);
            result = mapped;
        }
        replaced.put(node, result);
    }

    /// The nodes between which the pattern lies; `expand` and `squeeze` are there for one dimension
    /// only.
    private record Match(
            RawNode split,
            @Nullable RawNode expand,
            RawNode convolution,
            @Nullable RawNode squeeze) {}

    private @Nullable RawNode dilated(RawNode join) {
        Match match = match(join);
        if (match == null) {
            return null;
        }
        int[] block = ints(join, 1);
        int[] crops = ints(join, 2);
        int[] pads = ints(match.split, 2);
        if (block == null || crops == null || pads == null || !Arrays.equals(block, ints(match.split, 1))) {
            return null;
        }
        boolean fits = block.length == (match.expand == null ? 2 : 1)
                && crops.length == 2 * block.length
                && pads.length == 2 * block.length;
        return fits ? build(match, block, pads, crops) : null;
    }

    private static @Nullable Match match(RawNode join) {
        RawNode squeeze =
                join.input(0).node().op().equals("Squeeze") ? join.input(0).node() : null;
        RawNode convolution =
                squeeze == null ? join.input(0).node() : squeeze.input(0).node();
        if (!CONVOLUTIONS.contains(convolution.op())
                || !convolution.attributes().text("padding", "").equals("VALID")
                || convolution.attributes().integers("strides").stream().anyMatch(s -> s != 1)
                || convolution.attributes().integers("dilations").stream().anyMatch(d -> d != 1)) {
            return null;
        }
        RawNode before = convolution.input(0).node();
        RawNode expand = before.op().equals("ExpandDims") ? before : null;
        RawNode split = expand == null ? before : expand.input(0).node();
        boolean pairs = (squeeze == null) == (expand == null);
        return split.op().equals("SpaceToBatchND") && pairs ? new Match(split, expand, convolution, squeeze) : null;
    }

    private @Nullable RawNode build(Match match, int[] block, int[] pads, int[] crops) {
        int[] left = new int[pads.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = pads[i] - crops[i];
            if (left[i] < 0) {
                return null;
            }
        }
        boolean flat = block.length == 1;
        Map<String, AttrValue> attributes =
                new HashMap<>(match.convolution.attributes().values());
        attributes.put("dilations", list(1, flat ? 1 : block[0], block[block.length - 1], 1));
        if (Arrays.stream(left).anyMatch(p -> p != 0)) {
            int last = left.length - 2;
            attributes.put(
                    "padding",
                    AttrValue.newBuilder()
                            .setS(ByteString.copyFromUtf8("EXPLICIT"))
                            .build());
            attributes.put(
                    "explicit_paddings",
                    list(0, 0, flat ? 0 : left[0], flat ? 0 : left[1], left[last], left[last + 1], 0, 0));
        }
        RawPort x = match.split.input(0);
        if (match.expand != null) {
            x = new RawPort(add(match.expand, match.expand.attributes(), x), 0);
        }
        RawNode convolution = add(match.convolution, new Attributes(attributes), x);
        return match.squeeze == null
                ? convolution
                : add(match.squeeze, match.squeeze.attributes(), new RawPort(convolution, 0));
    }

    /// A copy of `like` that reads `x` first.
    private RawNode add(RawNode like, Attributes attributes, RawPort x) {
        List<RawPort> inputs = new ArrayList<>(like.inputs());
        inputs.set(0, x);
        RawNode node = new RawNode(like.name(), like.op(), attributes, inputs);
        nodes.add(node);
        return node;
    }

    private static AttrValue list(long... values) {
        AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
        for (long value : values) {
            list.addI(value);
        }
        return AttrValue.newBuilder().setList(list).build();
    }

    /// The 32-bit integers of a constant input.
    private static int @Nullable [] ints(RawNode node, int input) {
        if (input >= node.inputs().size() || !node.input(input).node().op().equals("Const")) {
            return null;
        }
        TensorProto value = node.input(input).node().attributes().tensor("value");
        if (value == null) {
            return null;
        }
        TensorType type = DataTypes.tensorType(value.getDtype()).orElse(TensorType.FLOAT32);
        Shape shape = TensorValues.shape(value.getTensorShape()).orElse(Shape.SCALAR);
        if (type != TensorType.INT32 || !shape.isKnown() || shape.elementCount() > 8) {
            return null;
        }
        try {
            return TensorValues.bytes(value, type, shape)
                    .segment()
                    .toArray(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
        } catch (ValueException e) {
            return null;
        }
    }
}
