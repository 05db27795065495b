package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.OneHotOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Constants, shapes, and what turns numbers into other numbers of another kind.
final class Sources {
    private Sources() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Constant", Sources::constant),
                entry("ConstantOfShape", Sources::constantOfShape),
                entry("Shape", Sources::shape),
                entry("Size", Sources::size),
                entry("Range", Sources::range),
                entry("EyeLike", Sources::eye),
                entry("Cast", Sources::cast),
                entry("CastLike", Sources::castLike),
                entry("NonZero", Sources::nonZero),
                entry("OneHot", Sources::oneHot));
    }

    private static List<Laid> constant(Call call) {
        Map<String, OnnxAttribute> attributes = call.node().attributes();
        Emitter graph = call.graph();
        if (attributes.containsKey("value")) {
            return Call.plain(call.bodies().constant(graph.name(), call.node().tensor("value")));
        }
        for (Map.Entry<String, OnnxAttribute> attribute : attributes.entrySet()) {
            OnnxAttribute value = attribute.getValue();
            switch (attribute.getKey()) {
                case "value_float" -> {
                    return Call.plain(graph.floats(Shape.SCALAR, value.getF()));
                }
                case "value_int" -> {
                    return Call.plain(Value.Known.of(graph.name(), Tensor.of(Shape.SCALAR, value.getI())));
                }
                case "value_floats" -> {
                    float[] floats = call.node().reals("value_floats");
                    return Call.plain(
                            graph.floats(Shape.of(value.getFloatsCount()), floats == null ? new float[0] : floats));
                }
                case "value_ints" -> {
                    long[] longs = value.getIntsList().stream()
                            .mapToLong(Long::longValue)
                            .toArray();
                    return Call.plain(Value.Known.of(graph.name(), Tensor.of(Shape.of(longs.length), longs)));
                }
                default -> {
                    // Some other kind of constant: refused below.
                }
            }
        }
        throw new NotLowerable("it holds strings or a sparse tensor, which are not supported");
    }

    private static List<Laid> constantOfShape(Call call) {
        Emitter graph = call.graph();
        Value value = graph.scalar(TensorType.FLOAT32, 0);
        if (call.node().has("value")) {
            OnnxTensor proto = call.node().tensor("value");
            value = graph.reshape(call.bodies().constant(graph.name(), proto), Shape.SCALAR);
        }
        Numbers sizes = call.input(0).numbers();
        if (sizes == null || !sizes.isInteger()) {
            throw new NotLowerable("its shape is only known at run time; give the inputs fixed shapes");
        }
        int[] shape = Arrays.stream(sizes.longs())
                .mapToInt(s -> s == Numbers.UNKNOWN ? Shape.UNKNOWN : OnnxNode.clamp(s))
                .toArray();
        TensorType type = Emitter.typeOf(value);
        if (sizes.hasUnknown()) {
            return Call.plain(graph.builder()
                    .emitAs(
                            BuiltinOperator.FILL,
                            null,
                            graph.name(),
                            List.of(SubgraphBuilder.Result.of(type, Shape.of(shape))),
                            List.of(graph.cast(call.plain(0), TensorType.INT32), value))
                    .getFirst());
        }
        return Call.plain(graph.emit(BuiltinOperator.FILL, null, type, graph.ints(shape), value));
    }

    /// Only where a dimension is unknown: the sizes of the tensor, brought into ONNX's order.
    private static List<Laid> shape(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int rank = x.rank();
        Value sizes = graph.emit(
                BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT64), TensorType.INT64, x.tensor(graph));
        int start = bound(call.node().integer("start", 0), rank);
        int end = Math.max(start, bound(call.node().integer("end", rank), rank));
        int[] wanted = Arrays.copyOfRange(Orders.inverse(x.order()), start, end);
        if (Arrays.equals(wanted, Orders.identity(rank))) {
            return Call.plain(sizes);
        }
        return Call.plain(graph.emit(
                BuiltinOperator.GATHER, new GatherOptions(0, 0), TensorType.INT64, sizes, graph.ints(wanted)));
    }

    private static int bound(long value, int rank) {
        return (int) Math.clamp(value < 0 ? value + rank : value, 0L, rank);
    }

    private static List<Laid> size(Call call) {
        Emitter graph = call.graph();
        Value sizes = graph.emit(
                BuiltinOperator.SHAPE,
                new ShapeOptions(TensorType.INT64),
                TensorType.INT64,
                call.input(0).tensor(graph));
        return Call.plain(graph.emit(
                BuiltinOperator.REDUCE_PROD,
                new dev.lithe.schema.ReducerOptions(false),
                TensorType.INT64,
                sizes,
                graph.ints(0)));
    }

    private static List<Laid> range(Call call) {
        Emitter graph = call.graph();
        Value[] operands = new Value[3];
        for (int i = 0; i < 3; i++) {
            operands[i] = graph.reshape(call.plain(i), Shape.SCALAR);
        }
        return Call.plain(graph.compute(BuiltinOperator.RANGE, null, operands));
    }

    private static List<Laid> eye(Call call) {
        Emitter graph = call.graph();
        Shape shape = call.shape(0);
        TensorType type = call.node().has("dtype") ? type((int) call.node().integer("dtype", 1)) : call.type(0);
        if (!shape.isKnown() || shape.rank() != 2 || shape.elementCount() > Numbers.LIMIT) {
            throw new NotLowerable("its shape is " + shape + ", two known dimensions are needed");
        }
        long k = call.node().integer("k", 0);
        Tensor eye = Tensor.allocate(TensorType.FLOAT32, shape, QuantizationParameters.NONE);
        for (int row = 0; row < shape.dimension(0); row++) {
            if (row + k >= 0 && row + k < shape.dimension(1)) {
                eye.floats()[Math.toIntExact(row * (long) shape.dimension(1) + row + k)] = 1;
            }
        }
        return Call.plain(graph.cast(Value.Known.of(graph.name(), eye), type));
    }

    static TensorType type(int dataType) {
        return OnnxTypes.computed(dataType)
                .filter(t -> dataType < OnnxTypes.PACKED)
                .filter(t -> t != TensorType.STRING)
                .orElseThrow(
                        () -> new NotLowerable("it makes elements of type " + dataType + ", which is not supported"));
    }

    private static List<Laid> castLike(Call call) {
        if (call.bodies().model().isPacked(call.input(1))) {
            throw new NotLowerable("it makes elements of 4 bits, which is not supported");
        }
        return cast(call, call.type(1));
    }

    private static List<Laid> cast(Call call) {
        return cast(call, type((int) call.node().integer("to", 0)));
    }

    private static List<Laid> cast(Call call, TensorType to) {
        Emitter graph = call.graph();
        if (call.type(0) == to) {
            return List.of(call.input(0));
        }
        return Elementwise.map(
                call,
                x -> to == TensorType.BOOL
                        ? graph.compare(
                                BuiltinOperator.NOT_EQUAL,
                                graph.cast(x, work(Emitter.typeOf(x))),
                                graph.scalar(work(Emitter.typeOf(x)), 0))
                        : graph.cast(x, to));
    }

    /// Comparing takes narrow integers for quantized ones.
    private static TensorType work(TensorType type) {
        return switch (type) {
            case FLOAT32, INT32, INT64 -> type;
            default -> TensorType.INT32;
        };
    }

    /// Coordinates of what is not zero, one row for each dimension.
    private static List<Laid> nonZero(Call call) {
        Emitter graph = call.graph();
        Value x = call.plain(0);
        TensorType work = graph.workType(BuiltinOperator.WHERE, 0, Emitter.typeOf(x));
        Value found = graph.emit(BuiltinOperator.WHERE, null, TensorType.INT64, graph.cast(x, work));
        return Call.one(Laid.of(found, new int[] {1, 0}, false));
    }

    private static List<Laid> oneHot(Call call) {
        Emitter graph = call.graph();
        float[] depthFloats = call.type(1) == TensorType.FLOAT32 ? call.floats(1, "depth") : null;
        int depth = depthFloats == null ? call.integer(1, "depth") : (int) depthFloats[0];
        Value given = call.plain(0);
        Value indices = graph.cast(given, TensorType.INT32);
        Value negative = graph.compare(BuiltinOperator.LESS, indices, graph.scalar(TensorType.INT32, 0));
        Value wrapped = graph.emit(
                BuiltinOperator.SELECT_V2,
                null,
                TensorType.INT32,
                negative,
                graph.add(indices, graph.scalar(TensorType.INT32, depth)),
                indices);
        int rank = call.rank(0) + 1;
        int axis = Call.axis(call.node().integer("axis", -1), rank);
        TensorType type = call.type(2);
        TensorType work = graph.workType(BuiltinOperator.ONE_HOT, 2, type);
        Value values = graph.cast(call.plain(2), work);
        Value result = graph.emit(
                BuiltinOperator.ONE_HOT,
                new OneHotOptions(axis == rank - 1 ? -1 : axis),
                work,
                wrapped,
                graph.scalar(TensorType.INT32, depth),
                element(graph, values, 1),
                element(graph, values, 0));
        return Call.plain(graph.cast(result, type));
    }

    /// Element `index` of a vector, as a scalar.
    static Value element(Emitter graph, Value vector, int index) {
        Numbers numbers = Numbers.of(vector);
        if (numbers != null && !numbers.hasUnknown()) {
            return numbers.pick(Shape.SCALAR, new int[] {index}).toValue(graph.name());
        }
        return graph.emit(
                BuiltinOperator.GATHER,
                new GatherOptions(0, 0),
                Emitter.typeOf(vector),
                vector,
                graph.ints(Shape.SCALAR, index));
    }
}
