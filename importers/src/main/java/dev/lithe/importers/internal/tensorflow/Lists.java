package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.DynamicUpdateSliceOptions;
import dev.lithe.schema.EqualOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.MaximumMinimumOptions;
import dev.lithe.schema.RangeOptions;
import dev.lithe.schema.ScatterNdOptions;
import dev.lithe.schema.SelectV2Options;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// What can be done to lists of tensors, on the tensor that holds all elements.
record Lists(Vectors vectors) {
    static Lists of(Call call) {
        return new Lists(new Vectors(call.graph(), call.name()));
    }

    private SubgraphBuilder graph() {
        return vectors.graph();
    }

    /// A list of `count` zeros.
    ///
    /// @param shape the shape of an element as a vector, in which -1 is a size that is still unknown
    ListValue reserve(TensorType type, Value shape, Value count) {
        Shape known = Vectors.known(shape);
        boolean scalar = shape instanceof Value.Known && Vectors.shape(shape).rank() == 0;
        boolean computed = !(shape instanceof Value.Known);
        if (known == null || scalar || (!known.isKnown() && !computed)) {
            return ListValue.unset(type, count);
        }
        return ListValue.of(zeros(type, count, shape, known));
    }

    /// `count` elements of zeros.
    Value zeros(TensorType type, Value count, Value element, Shape known) {
        Value number = vectors.vector(count);
        int[] sizes = new int[known.rank() + 1];
        Shape length = Vectors.known(number);
        sizes[0] = length == null ? Shape.UNKNOWN : length.dimension(0);
        System.arraycopy(known.toArray(), 0, sizes, 1, known.rank());
        return vectors.zeros(type, vectors.join(number, element), Shape.of(sizes));
    }

    /// The number of elements, a scalar.
    Value length(ListValue list) {
        int known = list.knownCount();
        if (known >= 0) {
            return vectors.scalar(known);
        }
        if (list.data() == null) {
            return list.count();
        }
        return vectors.element(vectors.shapeOf(list.elements()), vectors.scalar(0));
    }

    Value get(ListValue list, Value index) {
        return vectors.element(list.elements(), index);
    }

    /// The list with `value` in place `index`.
    ListValue set(ListValue list, Value index, Value value) {
        Value row = vectors.stacked(value);
        if (list.knownCount() == 1) {
            return list.withData(row);
        }
        if (list.data() == null) {
            Value zeros = zeros(list.type(), list.count(), vectors.shapeOf(value), Vectors.shape(value));
            return set(list.withData(zeros), index, value);
        }
        return list.withData(list.stretching() ? select(list, index, row) : update(list, index, row));
    }

    private Value update(ListValue list, Value index, Value row) {
        Value elements = list.elements();
        Value rest =
                Value.Known.ints(vectors.name(), new int[Vectors.shape(elements).rank() - 1]);
        return vectors.emit(
                BuiltinOperator.DYNAMIC_UPDATE_SLICE,
                new DynamicUpdateSliceOptions(),
                list.type(),
                Vectors.shape(elements),
                elements,
                row,
                vectors.join(vectors.vector(index), rest));
    }

    /// Sets an element of a list whose own sizes may still be 1 where those of the element are larger.
    private Value select(ListValue list, Value index, Value row) {
        Value elements = list.elements();
        Shape shape = Vectors.shape(elements);
        Value places = vectors.emit(
                BuiltinOperator.RANGE,
                new RangeOptions(),
                TensorType.INT32,
                Shape.of(shape.dimension(0)),
                vectors.scalar(0),
                length(list),
                vectors.scalar(1));
        Value here = graph().emit(
                        BuiltinOperator.EQUAL,
                        new EqualOptions(),
                        vectors.name(),
                        TensorType.BOOL,
                        List.of(places, vectors.int32(index)));
        int[] column = new int[shape.rank()];
        Arrays.fill(column, 1);
        column[0] = shape.dimension(0);
        return vectors.emit(
                BuiltinOperator.SELECT_V2,
                new SelectV2Options(),
                list.type(),
                shape,
                vectors.reshape(here, Shape.of(column)),
                row,
                elements);
    }

    /// The list with `value` at its end.
    ListValue push(ListValue list, Value value) {
        Value row = vectors.stacked(value);
        if (list.knownCount() == 0) {
            return list.withData(row);
        }
        return list.withData(concatenate(list.elements(), row));
    }

    /// The elements of both, one list after the other.
    Value concatenate(Value first, Value second) {
        Shape shape = Vectors.shape(first);
        Shape other = Vectors.shape(second);
        int count = shape.dimension(0) < 0 || other.dimension(0) < 0
                ? Shape.UNKNOWN
                : Math.addExact(shape.dimension(0), other.dimension(0));
        return vectors.emit(
                BuiltinOperator.CONCATENATION,
                new ConcatenationOptions(0, ActivationFunctionType.NONE),
                Vectors.type(first),
                shape.withDimension(0, count),
                first,
                second);
    }

    /// The list without its last element.
    ListValue pop(ListValue list) {
        int known = list.knownCount();
        Value less = known >= 0
                ? vectors.scalar(Math.max(0, known - 1))
                : graph().emit(
                                BuiltinOperator.SUB,
                                new SubOptions(ActivationFunctionType.NONE, true),
                                vectors.name(),
                                TensorType.INT32,
                                List.of(length(list), vectors.scalar(1)));
        int left = known >= 0 ? Math.max(0, known - 1) : Shape.UNKNOWN;
        return list.withData(vectors.slice(list.elements(), vectors.scalar(0), less, left));
    }

    Value last(ListValue list) {
        int known = list.knownCount();
        if (known == 0) {
            throw new NotLowerable("it takes an element out of an empty list");
        }
        Value index = known > 0
                ? vectors.scalar(known - 1)
                : graph().emit(
                                BuiltinOperator.SUB,
                                new SubOptions(ActivationFunctionType.NONE, true),
                                vectors.name(),
                                TensorType.INT32,
                                List.of(length(list), vectors.scalar(1)));
        return get(list, index);
    }

    /// The list cut or filled up with zeros to `size` elements.
    ListValue resize(ListValue list, Value size) {
        if (list.data() == null) {
            return ListValue.unset(list.type(), size);
        }
        int now = list.knownCount();
        Shape wanted = Vectors.known(size);
        int then = wanted == null ? Shape.UNKNOWN : wanted.dimension(0);
        Value elements = list.elements();
        if (now >= 0 && now == then) {
            return list;
        }
        if (now >= 0 && then >= 0 && then < now) {
            return list.withData(vectors.slice(elements, vectors.scalar(0), vectors.scalar(then), then));
        }
        Shape shape = Vectors.shape(elements);
        Shape one = Shape.of(Arrays.copyOfRange(shape.toArray(), 1, shape.rank()));
        Value rest = one.isKnown()
                ? Value.Known.ints(vectors.name(), one.toArray())
                : vectors.slice(vectors.shapeOf(elements), vectors.scalar(1), vectors.scalar(-1), one.rank());
        if (now >= 0 && then >= 0) {
            Value zeros = zeros(list.type(), vectors.scalar(then - now), rest, one);
            return list.withData(concatenate(elements, zeros));
        }
        return list.withData(resizeLater(list, vectors.int32(size), rest, one));
    }

    /// Both cut and filled, by numbers that are known at run time only.
    private Value resizeLater(ListValue list, Value size, Value rest, Shape one) {
        Value length = length(list);
        Value kept = number(BuiltinOperator.MINIMUM, length, size);
        Value missing = number(BuiltinOperator.SUB, size, kept);
        Value head = vectors.slice(list.elements(), vectors.scalar(0), kept, Shape.UNKNOWN);
        return concatenate(head, zeros(list.type(), missing, rest, one));
    }

    private Value number(BuiltinOperator code, Value a, Value b) {
        var options = code == BuiltinOperator.SUB
                ? new SubOptions(ActivationFunctionType.NONE, true)
                : new MaximumMinimumOptions();
        return graph().emit(code, options, vectors.name(), TensorType.INT32, List.of(a, b));
    }

    /// The elements `indices`, one after the other.
    Value gather(ListValue list, Value indices) {
        Shape shape = Vectors.shape(list.elements());
        return vectors.emit(
                BuiltinOperator.GATHER,
                new GatherOptions(0, 0),
                list.type(),
                shape.withDimension(0, Vectors.shape(indices).dimension(0)),
                list.elements(),
                vectors.int32(indices));
    }

    /// A list of `count` elements in which row `i` of `value` stands in place `indices[i]`.
    Value scatter(Value value, Value indices, Value count) {
        Shape shape = Vectors.shape(value);
        Value dimensions = shape.isKnown()
                ? Value.Known.ints(vectors.name(), Arrays.copyOfRange(shape.toArray(), 1, shape.rank()))
                : vectors.slice(vectors.shapeOf(value), vectors.scalar(1), vectors.scalar(-1), shape.rank() - 1);
        Shape length = Vectors.known(count);
        Value column = vectors.reshape(
                vectors.int32(indices), Shape.of(Vectors.shape(indices).dimension(0), 1));
        return vectors.emit(
                BuiltinOperator.SCATTER_ND,
                new ScatterNdOptions(),
                Vectors.type(value),
                shape.withDimension(0, length == null ? Shape.UNKNOWN : length.dimension(0)),
                column,
                value,
                vectors.join(vectors.vector(count), dimensions));
    }

    /// All elements joined along their first dimension.
    Value join(ListValue list) {
        Shape shape = Vectors.shape(list.elements());
        if (shape.rank() < 2) {
            throw new NotLowerable("it joins a list of scalars");
        }
        int[] sizes = Arrays.copyOfRange(shape.toArray(), 1, shape.rank());
        boolean known = shape.dimension(0) >= 0 && shape.dimension(1) >= 0;
        sizes[0] = known ? Math.multiplyExact(shape.dimension(0), shape.dimension(1)) : Shape.UNKNOWN;
        long unknown = Arrays.stream(sizes).filter(d -> d < 0).count();
        if (unknown > 1) {
            throw new NotLowerable("the sizes of the list's elements are unknown; give the inputs fixed shapes");
        }
        return vectors.reshape(list.elements(), Shape.of(sizes));
    }
}
