package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Reshapes of values some of whose dimensions are unknown: to a constant shape where one of them is
/// open at most, otherwise to one that is computed when the graph runs.
record OpenShapes(Call call) {
    /// A dimension: a size, or (where `source` is given) that of dimension `axis` of it at run time.
    record Dimension(int size, Value source, int axis) {
        /// Dimension `axis` of `value`.
        static Dimension of(Value value, int axis) {
            Shape shape = shapeOf(value);
            return new Dimension(shape.dimension(axis), value, axis);
        }

        static Dimension of(int size) {
            return new Dimension(size, Value.ABSENT, 0);
        }
    }

    static Shape shapeOf(Value value) {
        Shape shape = SubgraphBuilder.shapeOf(value);
        if (shape == null) {
            throw new NotLowerable("the number of dimensions of its input is unknown; give the inputs fixed shapes");
        }
        return shape;
    }

    /// `x` under the shape of `dimensions`, whose sizes are as many elements.
    Value reshape(Value x, List<Dimension> dimensions) {
        int[] sizes = dimensions.stream().mapToInt(Dimension::size).toArray();
        if (shapeOf(x).equals(Shape.of(sizes)) && Shape.of(sizes).isKnown()) {
            return x;
        }
        long open = dimensions.stream().filter(d -> d.size == Shape.UNKNOWN).count();
        TensorType type = SubgraphBuilder.typeOf(x);
        if (type == null) {
            throw new NotLowerable("what it reshapes is no tensor");
        }
        if (x instanceof Value.Known known && open == 0) {
            return known.withShape(known.name(), Shape.of(sizes));
        }
        boolean nameless =
                dimensions.stream().anyMatch(d -> d.size == Shape.UNKNOWN && d.source instanceof Value.Absent);
        if (open > 1 && nameless) {
            throw new NotLowerable("more than one dimension of a product is unknown; give the inputs fixed shapes");
        }
        if (open <= 1) {
            return call.emitAs(BuiltinOperator.RESHAPE, null, type, x, call.ints(sizes));
        }
        Value reshaped = call.emitAs(BuiltinOperator.RESHAPE, null, type, x, sizes(dimensions));
        return reshaped instanceof Value.Dynamic dynamic ? call.graph().refined(dynamic, Shape.of(sizes)) : reshaped;
    }

    /// The sizes as a vector, read at run time where they are unknown.
    Value sizes(List<Dimension> dimensions) {
        List<Value> sizes = new ArrayList<>();
        for (Dimension dimension : dimensions) {
            sizes.add(dimension.size == Shape.UNKNOWN ? at(dimension) : call.scalarInt(dimension.size));
        }
        return call.emitAs(
                BuiltinOperator.PACK, new PackOptions(sizes.size(), 0), TensorType.INT32, sizes.toArray(Value[]::new));
    }

    private Value at(Dimension dimension) {
        Value shape = call.emitAs(
                BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, dimension.source);
        int axis = dimension.axis;
        return call.emitAs(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(0, 0, 0, 0, 1, false),
                TensorType.INT32,
                shape,
                call.ints(axis),
                call.ints(axis + 1),
                call.ints(1));
    }
}
