package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operators;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Adds operators for one ONNX node; all tensors bear the node's name.
final class Emitter {
    /// LiteRT takes these for quantized numbers.
    private static final Set<TensorType> NARROW =
            EnumSet.of(TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.UINT16);
    private static final Set<BuiltinOperator> NARROW_TOO = EnumSet.of(
            BuiltinOperator.SELECT_V2,
            BuiltinOperator.GATHER,
            BuiltinOperator.TILE,
            BuiltinOperator.TRANSPOSE,
            BuiltinOperator.CAST);

    private final SubgraphBuilder graph;
    private final String name;

    Emitter(SubgraphBuilder graph, String name) {
        this.graph = graph;
        this.name = name;
    }

    SubgraphBuilder builder() {
        return graph;
    }

    String name() {
        return name;
    }

    Emitter named(String other) {
        return new Emitter(graph, other);
    }

    // ---- operators

    Value emit(BuiltinOperator code, @Nullable OperatorOptions options, TensorType type, Value... operands) {
        return graph.emit(code, options, name, type, Arrays.asList(operands));
    }

    /// An operator on operands of one type that gives this type; where LiteRT has no kernel for it, in
    /// the nearest wider type that it has.
    Value compute(BuiltinOperator code, @Nullable OperatorOptions options, Value... operands) {
        TensorType type = typeOf(operands[0]);
        TensorType work = workType(code, 0, type);
        if (type == work) {
            return emit(code, options, type, operands);
        }
        return cast(emit(code, options, work, castAll(work, operands)), type);
    }

    /// As [#compute], with a result in BOOL.
    Value compare(BuiltinOperator code, Value a, Value b) {
        TensorType work = workType(code, 0, typeOf(a));
        return emit(code, null, TensorType.BOOL, castAll(work, a, b));
    }

    private Value[] castAll(TensorType type, Value... values) {
        return Arrays.stream(values).map(v -> cast(v, type)).toArray(Value[]::new);
    }

    /// The type in which operator `code` can take what is `type`, as its operand `index`.
    TensorType workType(BuiltinOperator code, int index, TensorType type) {
        Definition<?> definition = Operators.definition(code)
                .orElseThrow(() -> new NotLowerable("it needs " + code + ", which is not supported yet"));
        Set<TensorType> types =
                new java.util.HashSet<>(definition.inputs().get(index).types());
        if (!NARROW_TOO.contains(code)) {
            types.removeAll(NARROW);
        }
        if (types.contains(type)) {
            return type;
        }
        List<TensorType> candidates = switch (type) {
            case INT8, UINT8, INT16, UINT16, BOOL -> List.of(TensorType.INT32, TensorType.INT64, TensorType.FLOAT32);
            case INT32 -> List.of(TensorType.INT64, TensorType.FLOAT32);
            case INT64, UINT32, UINT64 -> List.of(TensorType.INT64, TensorType.INT32, TensorType.FLOAT32);
            default -> List.of();
        };
        return candidates.stream()
                .filter(types::contains)
                .findFirst()
                .orElseThrow(() -> new NotLowerable(code + " takes no " + type));
    }

    Value cast(Value value, TensorType to) {
        TensorType from = typeOf(value);
        return from == to ? value : emit(BuiltinOperator.CAST, new CastOptions(from, to), to, value);
    }

    // ---- arithmetic

    Value add(Value a, Value b) {
        return compute(BuiltinOperator.ADD, new AddOptions(ActivationFunctionType.NONE, true), a, b);
    }

    Value sub(Value a, Value b) {
        return compute(BuiltinOperator.SUB, new SubOptions(ActivationFunctionType.NONE, true), a, b);
    }

    Value mul(Value a, Value b) {
        return compute(BuiltinOperator.MUL, new MulOptions(ActivationFunctionType.NONE), a, b);
    }

    Value div(Value a, Value b) {
        return compute(BuiltinOperator.DIV, new DivOptions(ActivationFunctionType.NONE), a, b);
    }

    Value unary(BuiltinOperator code, Value x) {
        return compute(code, null, x);
    }

    // ---- constants

    Value.Known floats(Shape shape, float... values) {
        return Value.Known.of(name, Tensor.of(shape, values));
    }

    Value.Known ints(int... values) {
        return Value.Known.ints(name, values);
    }

    Value.Known ints(Shape shape, int... values) {
        return Value.Known.of(name, Tensor.of(shape, values));
    }

    /// A scalar of `type`.
    Value.Known scalar(TensorType type, double value) {
        return switch (type) {
            case FLOAT32 -> Value.Known.of(name, Tensor.of(Shape.SCALAR, (float) value));
            case INT32 -> Value.Known.of(name, Tensor.of(Shape.SCALAR, (int) value));
            case INT64 -> Value.Known.of(name, Tensor.of(Shape.SCALAR, (long) value));
            default -> {
                Tensor tensor = Tensor.allocate(type, Shape.SCALAR, dev.lithe.graph.QuantizationParameters.NONE);
                switch (tensor.array()) {
                    case byte[] a -> a[0] = (byte) (long) value;
                    case short[] a -> a[0] = (short) (long) value;
                    case int[] a -> a[0] = (int) (long) value;
                    case long[] a -> a[0] = (long) value;
                    default -> throw new NotLowerable("there is no scalar of type " + type);
                }
                yield Value.Known.of(name, tensor);
            }
        };
    }

    // ---- shapes

    /// `value` under `shape`, of which at most one dimension is unknown.
    Value reshape(Value value, Shape shape) {
        Shape now = shapeOf(value);
        if (now.equals(shape)) {
            return value;
        }
        if (value instanceof Value.Known known) {
            return known.withShape(name, shape);
        }
        int unknown = (int) Arrays.stream(shape.toArray()).filter(d -> d < 0).count();
        if (unknown > 1) {
            return reshapeUnknown(value, now, shape);
        }
        return emit(BuiltinOperator.RESHAPE, null, typeOf(value), value, ints(shape.toArray()));
    }

    /// Several dimensions are unknown: only dimensions of size 1 can come or go.
    private Value reshapeUnknown(Value value, Shape now, Shape shape) {
        int[] large = Arrays.stream(shape.toArray()).filter(d -> d != 1).toArray();
        if (!Arrays.equals(
                large, Arrays.stream(now.toArray()).filter(d -> d != 1).toArray())) {
            throw new NotLowerable("more than one dimension of its new shape is unknown; give the inputs fixed shapes");
        }
        Value squeezed = value;
        int[] ones = places(now, 1);
        if (ones.length > 0) {
            squeezed = emit(
                    BuiltinOperator.SQUEEZE,
                    new dev.lithe.schema.SqueezeOptions(dev.lithe.schema.Ints.of(ones)),
                    typeOf(value),
                    value);
        }
        for (int place : places(shape, 1)) {
            squeezed = emit(
                    BuiltinOperator.EXPAND_DIMS,
                    new dev.lithe.schema.ExpandDimsOptions(),
                    typeOf(value),
                    squeezed,
                    ints(Shape.SCALAR, place));
        }
        return squeezed;
    }

    private static int[] places(Shape shape, int size) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            if (shape.dimension(i) == size) {
                places.add(i);
            }
        }
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The tensor of a value of shape `logical`, from one order into another.
    Value reorder(Value value, Shape logical, int[] from, int[] to) {
        if (Orders.sameMemory(logical, from, to)) {
            return reshape(value, Orders.physical(logical, to));
        }
        return Transposition.of(graph, name, value, Orders.permutation(from, to));
    }

    static Shape shapeOf(Value value) {
        Shape shape = SubgraphBuilder.shapeOf(value);
        if (shape == null) {
            throw new NotLowerable("what it reads is no tensor");
        }
        return shape;
    }

    static TensorType typeOf(Value value) {
        TensorType type = SubgraphBuilder.typeOf(value);
        if (type == null) {
            throw new NotLowerable("what it reads is no tensor");
        }
        return type;
    }
}
