package dev.lithe.importers.internal.keras;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.Broadcasting;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds constants, elementwise nodes and reductions to a graph.
class BasicOps {
    static final Map<String, AttrValue> NO_ATTRIBUTES = Map.of();

    final GraphWriter graph;

    BasicOps(GraphWriter graph) {
        this.graph = graph;
    }

    static AttrValue typed(Symbol x) {
        return Attr.type(x.type());
    }

    Symbol real(double value) {
        return reals(Shape.SCALAR, (float) value);
    }

    Symbol reals(Shape shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(DataType.DT_FLOAT, shape, bytes);
    }

    Symbol integer(int value) {
        return integers(Shape.SCALAR, value);
    }

    Symbol vector(int... values) {
        return integers(Shape.of(values.length), values);
    }

    Symbol integers(Shape shape, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return constant(DataType.DT_INT32, shape, bytes);
    }

    private Symbol constant(DataType type, Shape shape, ByteBuffer bytes) {
        TensorProto value = TensorProto.newBuilder()
                .setDtype(type)
                .setTensorShape(Attr.shapeProto(shape))
                .setTensorContent(ByteString.copyFrom(bytes.rewind()))
                .build();
        return graph.constant(value, shape);
    }

    Symbol bool(boolean value) {
        TensorProto proto = TensorProto.newBuilder()
                .setDtype(DataType.DT_BOOL)
                .setTensorShape(Attr.shapeProto(Shape.SCALAR))
                .addBoolVal(value)
                .build();
        return graph.constant(proto, Shape.SCALAR);
    }

    /// The number `value` in the type of `like`.
    Symbol scalar(double value, Symbol like) {
        return switch (like.type()) {
            case DT_FLOAT -> real(value);
            case DT_INT32 -> integer((int) value);
            default -> cast(real(value), like.type());
        };
    }

    Symbol unary(String op, Symbol x) {
        return unary(op, op, x);
    }

    Symbol unary(String op, String name, Symbol x) {
        return graph.add(op, name, x.type(), x.shape(), Map.of("T", typed(x)), x);
    }

    /// An elementwise node on two values of one type that broadcast.
    Symbol binary(String op, Symbol a, Symbol b) {
        return binary(op, op.equals("AddV2") ? "add" : op, a, b);
    }

    Symbol binary(String op, String name, Symbol a, Symbol b) {
        return graph.add(op, name, a.type(), broadcast(a.shape(), b.shape()), Map.of("T", typed(a)), a, b);
    }

    Symbol add(Symbol a, Symbol b) {
        return binary("AddV2", "add", a, b);
    }

    Symbol sub(Symbol a, Symbol b) {
        return binary("Sub", "sub", a, b);
    }

    Symbol mul(Symbol a, Symbol b) {
        return binary("Mul", "mul", a, b);
    }

    Symbol div(Symbol a, Symbol b) {
        return binary("RealDiv", "truediv", a, b);
    }

    /// A comparison or a logical operation: the result is boolean.
    Symbol compare(String op, Symbol a, Symbol b) {
        Map<String, AttrValue> attributes = op.startsWith("Logical") ? NO_ATTRIBUTES : Map.of("T", typed(a));
        return graph.add(op, op, DataType.DT_BOOL, broadcast(a.shape(), b.shape()), attributes, a, b);
    }

    Symbol not(Symbol a) {
        return graph.add("LogicalNot", "LogicalNot", DataType.DT_BOOL, a.shape(), NO_ATTRIBUTES, a);
    }

    Symbol select(Symbol condition, Symbol yes, Symbol no) {
        Shape shape = broadcast(condition.shape(), broadcast(yes.shape(), no.shape()));
        return graph.add("SelectV2", "SelectV2", yes.type(), shape, Map.of("T", typed(yes)), condition, yes, no);
    }

    Symbol cast(Symbol x, DataType type) {
        if (x.type() == type) {
            return x;
        }
        Map<String, AttrValue> attributes = Map.of("SrcT", typed(x), "DstT", Attr.type(type));
        return graph.add("Cast", "Cast", type, x.shape(), attributes, x).withMask(x.mask());
    }

    Symbol toFloat(Symbol x) {
        return cast(x, DataType.DT_FLOAT);
    }

    static Shape broadcast(Shape a, Shape b) {
        try {
            return Broadcasting.shape(a, b);
        } catch (ShapeException e) {
            throw new NotLowerable(String.valueOf(e.getMessage()));
        }
    }

    /// Sum, Mean, Max, Min, Prod, All or Any along `axes`, which may count from the end.
    Symbol reduce(String op, Symbol x, boolean keep, int... axes) {
        return reduce(op, op, x, keep, vector(axes), axes);
    }

    Symbol reduce(String op, String name, Symbol x, boolean keep, Symbol indices, int... axes) {
        boolean[] gone = new boolean[x.rank()];
        for (int axis : axes) {
            gone[axis(axis, x.rank())] = true;
        }
        int[] kept = new int[x.rank()];
        int count = 0;
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i] || keep) {
                kept[count++] = gone[i] ? 1 : x.size(i);
            }
        }
        Map<String, AttrValue> attributes = new HashMap<>(Map.of("keep_dims", Attr.flag(keep)));
        if (x.type() != DataType.DT_BOOL) {
            attributes.put("T", typed(x));
        }
        attributes.put("Tidx", Attr.type(DataType.DT_INT32));
        return graph.add(op, name, x.type(), Shape.of(java.util.Arrays.copyOf(kept, count)), attributes, x, indices);
    }

    /// @throws NotLowerable where there is no such axis
    static int axis(int axis, int rank) {
        int positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank) {
            throw new NotLowerable("axis " + axis + " is none of a value with " + rank + " dimensions");
        }
        return positive;
    }

    Symbol argument(String op, Symbol x, int axis) {
        int along = axis(axis, x.rank());
        int[] kept = new int[x.rank() - 1];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = x.size(i < along ? i : i + 1);
        }
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "output_type", Attr.type(DataType.DT_INT32));
        return graph.add(op, op, DataType.DT_INT32, Shape.of(kept), attributes, x, integer(axis));
    }

    Symbol zerosLike(Symbol x) {
        return unary("ZerosLike", "zeros_like", x);
    }

    /// Symbols of one type, as most operators want them: integers become floats beside floats.
    List<Symbol> common(List<Symbol> values) {
        boolean anyFloat = values.stream().anyMatch(Symbol::isFloat);
        return anyFloat ? values.stream().map(this::toFloat).toList() : values;
    }
}
