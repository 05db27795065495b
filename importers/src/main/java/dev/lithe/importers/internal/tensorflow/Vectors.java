package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.FillOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shapes as values: vectors of INT32 that are constants where everything in them is known, and computed by operators
/// where not.
///
/// @param name what the tensors are called
record Vectors(SubgraphBuilder graph, String name) {
    /// The shape of `value`.
    Value shapeOf(Value value) {
        Shape shape = shape(value);
        return shape.isKnown()
                ? Value.Known.ints(name, shape.toArray())
                : graph.emit(
                        BuiltinOperator.SHAPE,
                        new ShapeOptions(TensorType.INT32),
                        name,
                        TensorType.INT32,
                        List.of(value));
    }

    /// An operator with one result, whose shape the caller knows better than the operator's own rule.
    Value emit(BuiltinOperator code, OperatorOptions options, TensorType type, Shape shape, Value... operands) {
        return graph.emitAs(code, options, name, List.of(SubgraphBuilder.Result.of(type, shape)), List.of(operands))
                .getFirst();
    }

    static Shape shape(Value value) {
        Shape shape = SubgraphBuilder.shapeOf(value);
        if (shape == null) {
            throw new NotLowerable("the number of dimensions of what it reads is unknown");
        }
        return shape;
    }

    static TensorType type(Value value) {
        TensorType type = SubgraphBuilder.typeOf(value);
        if (type == null) {
            throw new NotLowerable("what it reads is no tensor");
        }
        return type;
    }

    Value.Known scalar(int value) {
        return Value.Known.of(name, Tensor.of(Shape.SCALAR, new int[] {value}));
    }

    /// A number (or a vector of one) as a vector of one INT32.
    Value vector(Value number) {
        Value narrow = int32(number);
        if (narrow instanceof Value.Known known) {
            return known.withShape(known.name(), Shape.of(1));
        }
        return shape(narrow).rank() == 1 ? narrow : reshape(narrow, Shape.of(1));
    }

    /// `value` as INT32.
    Value int32(Value value) {
        TensorType type = type(value);
        Numbers numbers = value instanceof Value.Known ? Numbers.of(value) : null;
        if (numbers != null && numbers.isInteger()) {
            int[] ints = LayoutFolds.toInts(numbers);
            return Value.Known.ints(name, ints).withShape(name, numbers.shape());
        }
        return type == TensorType.INT32
                ? value
                : graph.emit(
                        BuiltinOperator.CAST,
                        new CastOptions(type, TensorType.INT32),
                        name,
                        TensorType.INT32,
                        List.of(value));
    }

    /// All elements of the vectors, one after the other.
    Value join(Value... vectors) {
        List<Value> parts = new ArrayList<>();
        List<Integer> known = new ArrayList<>();
        for (Value vector : vectors) {
            Value narrow = int32(vector);
            if (narrow instanceof Value.Known constant) {
                for (int value : constant.tensor().ints()) {
                    known.add(value);
                }
            } else {
                flush(known, parts);
                parts.add(narrow);
            }
        }
        flush(known, parts);
        if (parts.isEmpty()) {
            return Value.Known.ints(name);
        }
        ConcatenationOptions options = new ConcatenationOptions(0, ActivationFunctionType.NONE);
        return parts.size() == 1
                ? parts.getFirst()
                : graph.emit(BuiltinOperator.CONCATENATION, options, name, TensorType.INT32, parts);
    }

    private void flush(List<Integer> known, List<Value> parts) {
        if (!known.isEmpty()) {
            parts.add(Value.Known.ints(
                    name, known.stream().mapToInt(Integer::intValue).toArray()));
            known.clear();
        }
    }

    /// The known elements of a vector, -1 for those that are not; null where not even their number is known.
    static @Nullable Shape known(Value vector) {
        Numbers numbers = Numbers.of(vector);
        if (numbers == null) {
            Shape shape = SubgraphBuilder.shapeOf(vector);
            return shape == null || !shape.isKnown() || shape.rank() > 1 ? null : unknown(shape.flatSize());
        }
        int[] sizes = new int[numbers.count()];
        for (int i = 0; i < sizes.length; i++) {
            long size = numbers.longs()[i];
            sizes[i] = size < 0 ? Shape.UNKNOWN : Math.toIntExact(size);
        }
        return Shape.of(sizes);
    }

    private static Shape unknown(int rank) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, Shape.UNKNOWN);
        return Shape.of(sizes);
    }

    /// A tensor of zeros.
    ///
    /// @param dimensions its shape as a vector
    /// @param shape what is known of that shape
    Value zeros(TensorType type, Value dimensions, Shape shape) {
        Value zero = Value.Known.of(name, Tensor.allocate(type, Shape.SCALAR, QuantizationParameters.NONE));
        return emit(BuiltinOperator.FILL, new FillOptions(), type, shape, dimensions, zero);
    }

    /// `value` in another shape, in which at most one dimension is unknown.
    Value reshape(Value value, Shape shape) {
        if (value instanceof Value.Known known) {
            return known.withShape(name, shape);
        }
        int[] sizes = shape.toArray();
        Value target = Value.Known.ints(name, sizes);
        return emit(BuiltinOperator.RESHAPE, new ReshapeOptions(Ints.of(sizes)), type(value), shape, value, target);
    }

    /// `value` with one more dimension in front.
    Value stacked(Value value) {
        Shape shape = shape(value);
        int[] sizes = new int[shape.rank() + 1];
        sizes[0] = 1;
        System.arraycopy(shape.toArray(), 0, sizes, 1, shape.rank());
        Shape result = Shape.of(sizes);
        long unknown =
                shape.dimensions().stream().filter(d -> d == Shape.UNKNOWN).count();
        if (unknown < 2) {
            return reshape(value, result);
        }
        return emit(BuiltinOperator.EXPAND_DIMS, new ExpandDimsOptions(), type(value), result, value, scalar(0));
    }

    /// Element `index` along the first dimension.
    Value element(Value value, Value index) {
        Shape shape = shape(value);
        int[] rest = Arrays.copyOfRange(shape.toArray(), 1, shape.rank());
        return emit(BuiltinOperator.GATHER, new GatherOptions(0, 0), type(value), Shape.of(rest), value, int32(index));
    }

    /// The first `count` elements along the first dimension from `begin` on; -1 for all.
    Value slice(Value value, Value begin, Value count, int known) {
        Shape shape = shape(value);
        int[] zeros = new int[shape.rank() - 1];
        int[] all = new int[shape.rank() - 1];
        Arrays.fill(all, -1);
        return emit(
                BuiltinOperator.SLICE,
                new SliceOptions(),
                type(value),
                shape.withDimension(0, known),
                value,
                join(vector(begin), Value.Known.ints(name, zeros)),
                join(vector(count), Value.Known.ints(name, all)));
    }
}
