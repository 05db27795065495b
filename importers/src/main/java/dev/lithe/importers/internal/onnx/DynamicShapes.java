package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reshapes between shapes with several unknown dimensions, which are read from the tensor when it is there.
final class DynamicShapes {
    private DynamicShapes() {}

    /// @param from the dimensions of `value`, unknown ones as numbers that occur only once
    /// @param to the new dimensions, in these numbers
    /// @param shape the new dimensions, unknown ones as -1
    static Value reshape(Emitter graph, Value value, long[] from, long[] to, Shape shape) {
        long unknown = Arrays.stream(shape.toArray()).filter(d -> d < 0).count();
        if (unknown < 2 || Arrays.equals(from, to)) {
            return Arrays.equals(from, to) ? value : graph.reshape(value, shape);
        }
        List<Value> parts = new ArrayList<>();
        Value sizes = graph.emit(BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, value);
        boolean open = false;
        for (int i = 0; i < to.length; i++) {
            int place = place(from, to[i]);
            if (shape.dimension(i) >= 0) {
                parts.add(graph.ints(shape.dimension(i)));
            } else if (place >= 0) {
                parts.add(graph.emit(
                        BuiltinOperator.GATHER, new GatherOptions(0, 0), TensorType.INT32, sizes, graph.ints(place)));
            } else if (open) {
                throw new NotLowerable(
                        "more than one dimension of its new shape is unknown; give the inputs fixed shapes");
            } else {
                open = true;
                parts.add(graph.ints(-1));
            }
        }
        Value target = graph.emit(
                BuiltinOperator.CONCATENATION,
                new ConcatenationOptions(0, ActivationFunctionType.NONE),
                TensorType.INT32,
                parts.toArray(Value[]::new));
        return graph.builder()
                .emitAs(
                        BuiltinOperator.RESHAPE,
                        null,
                        graph.name(),
                        List.of(SubgraphBuilder.Result.of(Emitter.typeOf(value), shape)),
                        List.of(value, target))
                .getFirst();
    }

    private static int place(long[] sizes, long wanted) {
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
