package dev.lithe.importers.internal.onnx;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes an operator as other operators of ONNX, in the meaning of its newest opset: a large one as the
/// formula that its page gives. What is known is computed, as for the nodes of a model.
///
/// @param bodies lowers the nodes
/// @param graph where their operators go
record Formula(Bodies bodies, Emitter graph) {
    /// The newest opset whose operators the rules know.
    static final int OPSET = 24;

    static Formula of(Call call) {
        return new Formula(call.bodies(), call.graph());
    }

    /// The attributes of a node.
    static final class Attributes {
        private final Map<String, OnnxAttribute> values = new HashMap<>();

        private Attributes put(OnnxAttribute.Builder attribute) {
            values.put(attribute.getName(), attribute.build());
            return this;
        }

        Attributes and(String name, long value) {
            return put(OnnxAttribute.newBuilder().setName(name).setI(value));
        }

        Attributes and(String name, float value) {
            return put(OnnxAttribute.newBuilder().setName(name).setF(value));
        }

        Attributes and(String name, String value) {
            return put(OnnxAttribute.newBuilder().setName(name).setS(ByteString.copyFromUtf8(value)));
        }

        Attributes and(String name, int... values) {
            OnnxAttribute.Builder attribute = OnnxAttribute.newBuilder().setName(name);
            Arrays.stream(values).forEach(attribute::addInts);
            return put(attribute);
        }

        /// Those of `node`, for a node that takes the same ones.
        Attributes and(OnnxNode node) {
            values.putAll(node.attributes());
            return this;
        }
    }

    static Attributes with() {
        return new Attributes();
    }

    static Attributes with(String name, long value) {
        return new Attributes().and(name, value);
    }

    Laid op(String op, Laid... inputs) {
        return op(op, with(), inputs);
    }

    Laid op(String op, Attributes attributes, Laid... inputs) {
        return all(op, attributes, 1, inputs).getFirst();
    }

    /// The results of a node that has `outputs` of them.
    List<Laid> all(String op, Attributes attributes, int outputs, Laid... inputs) {
        OnnxNodeProto.Builder proto = OnnxNodeProto.newBuilder().setOpType(op);
        for (int i = 0; i < outputs; i++) {
            proto.addOutput(i == 0 ? graph.name() : graph.name() + ":" + i);
        }
        OnnxNode node = new OnnxNode(proto.build(), attributes.values, OPSET);
        return bodies.expand(node, List.of(inputs), graph.builder());
    }

    // ---- constants

    Laid real(double value) {
        return Laid.plain(graph.scalar(TensorType.FLOAT32, value));
    }

    /// A scalar of the type of `like`.
    Laid number(double value, Laid like) {
        return Laid.plain(graph.scalar(like.type(), value));
    }

    Laid reals(Shape shape, float... values) {
        return Laid.plain(graph.floats(shape, values));
    }

    /// A vector of INT64.
    Laid longs(long... values) {
        return Laid.plain(Value.Known.of(graph.name(), Tensor.of(Shape.of(values.length), values)));
    }

    Laid longs(int[] values) {
        return longs(Arrays.stream(values).asLongStream().toArray());
    }

    // ---- what is used most

    Laid add(Laid a, Laid b) {
        return op("Add", a, b);
    }

    Laid sub(Laid a, Laid b) {
        return op("Sub", a, b);
    }

    Laid mul(Laid a, Laid b) {
        return op("Mul", a, b);
    }

    Laid matMul(Laid a, Laid b) {
        return op("MatMul", a, b);
    }

    Laid transpose(Laid x, int... permutation) {
        return op("Transpose", with().and("perm", permutation), x);
    }

    Laid reshape(Laid x, long... shape) {
        return op("Reshape", x, longs(shape));
    }

    Laid concat(int axis, Laid... parts) {
        return op("Concat", with("axis", axis), parts);
    }

    /// `[start, end)` of one dimension.
    Laid slice(Laid x, int axis, long start, long end) {
        return op("Slice", x, longs(start), longs(end), longs(axis));
    }

    Laid cast(Laid x, TensorType type) {
        return x.type() == type ? x : Elementwise.map(graph, x, v -> graph.cast(v, type));
    }

    /// Dimension `axis` of `x`, as a vector of one INT64.
    Laid size(Laid x, int axis) {
        return op("Shape", with("start", axis).and("end", axis + 1), x);
    }
}
