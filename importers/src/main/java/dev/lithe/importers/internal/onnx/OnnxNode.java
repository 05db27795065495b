package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A node with its attributes resolved.
///
/// @param opset the version of the node's domain that the model asks for
record OnnxNode(OnnxNodeProto proto, Map<String, OnnxAttribute> attributes, int opset) {
    OnnxNode {
        attributes = Map.copyOf(attributes);
    }

    String op() {
        return proto.getOpType();
    }

    /// Empty for ONNX's own operators.
    String domain() {
        return proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
    }

    /// The operator's name, with its domain where it is not ONNX's own.
    String qualifiedOp() {
        return domain().isEmpty() ? op() : domain() + "::" + op();
    }

    /// What messages call it: `Conv 'stem/conv'`; by its first result where it has no name.
    String title() {
        String name = proto.getName().isEmpty() ? outputName(0) : proto.getName();
        return qualifiedOp() + " '" + name + "'";
    }

    String outputName(int index) {
        return index < proto.getOutputCount() ? proto.getOutput(index) : "";
    }

    /// Whether anybody may read result `index`.
    boolean wants(int index) {
        return !outputName(index).isEmpty();
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long missing) {
        OnnxAttribute found = attributes.get(attribute);
        return found == null ? missing : found.getI();
    }

    boolean flag(String attribute, boolean missing) {
        return integer(attribute, missing ? 1 : 0) != 0;
    }

    float real(String attribute, float missing) {
        OnnxAttribute found = attributes.get(attribute);
        return found == null ? missing : found.getF();
    }

    String text(String attribute, String missing) {
        OnnxAttribute found = attributes.get(attribute);
        return found == null ? missing : found.getS().toStringUtf8();
    }

    List<String> texts(String attribute) {
        OnnxAttribute found = attributes.get(attribute);
        return found == null
                ? List.of()
                : found.getStringsList().stream().map(s -> s.toStringUtf8()).toList();
    }

    float @Nullable [] reals(String attribute) {
        OnnxAttribute found = attributes.get(attribute);
        if (found == null) {
            return null;
        }
        float[] values = new float[found.getFloatsCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = found.getFloats(i);
        }
        return values;
    }

    /// Null where the attribute is left out.
    int @Nullable [] ints(String attribute) {
        OnnxAttribute found = attributes.get(attribute);
        return found == null
                ? null
                : found.getIntsList().stream().mapToInt(OnnxNode::clamp).toArray();
    }

    /// `missing` where the attribute is left out.
    int[] ints(String attribute, int... missing) {
        int[] found = ints(attribute);
        return found == null ? missing : found;
    }

    OnnxTensor tensor(String attribute) {
        OnnxAttribute found = attributes.get(attribute);
        if (found == null || !found.hasT()) {
            throw new NotLowerable("it has no attribute '" + attribute + "'");
        }
        return found.getT();
    }

    OnnxGraph graph(String attribute) {
        OnnxAttribute found = attributes.get(attribute);
        if (found == null || !found.hasG()) {
            throw new NotLowerable("it has no attribute '" + attribute + "'");
        }
        return found.getG();
    }

    /// Numbers beyond what an int holds are as good as the largest that it holds.
    static int clamp(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
}
