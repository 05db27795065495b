package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.UniqueOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// UNIQUE: the different values of a vector in the order of their first occurrence, and for each of its elements the
/// place of its value among them (as `indexType`, INT32 or INT64).
///
/// Positive and negative zero are one value. LiteRT keeps values in an ordered tree, which NaN upsets in a way that is
/// followed here: a NaN at the very front counts as equal to everything, a later one as equal to the smallest value so
/// far.
public record Unique(TensorType indexType) implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<Unique> DEFINITION = Definition.of(Unique.class, BuiltinOperator.UNIQUE)
            .options(
                    node -> new Unique(node.options()
                            .as(UniqueOptions.class, UniqueOptions.DEFAULT)
                            .idxOutType()),
                    op -> Options.of(new UniqueOptions(op.indexType)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("values", TYPES), Operand.of("indices", TensorType.INT32, TensorType.INT64))
            .shapes((op, c) -> infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> Unique::run);

    private static List<Shape> infer(ShapeContext context) {
        if (context.input(0).rank() != 1) {
            throw new ShapeException("takes a vector, not " + context.input(0));
        }
        return List.of(Shape.of(Shape.UNKNOWN), context.input(0));
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        int count = x.elementCount();
        int[] first = new int[count];
        int[] places = places(x, first);
        int different = 0;
        for (int place : places) {
            different = Math.max(different, place + 1);
        }
        Tensor values = context.resize(0, Shape.of(different));
        for (int i = 0; i < different; i++) {
            ElementCopy.run(x, first[i], values, i, 1);
        }
        switch (context.output(1).array()) {
            case long[] a -> {
                for (int i = 0; i < count; i++) {
                    a[i] = places[i];
                }
            }
            default -> System.arraycopy(places, 0, context.output(1).ints(), 0, count);
        }
    }

    /// For each element the place of its value; `first` gets the element at which each value occurred first.
    private static int[] places(Tensor x, int[] first) {
        Map<Double, Integer> floats = new HashMap<>();
        Map<Long, Integer> integers = new HashMap<>();
        int[] places = new int[first.length];
        for (int i = 0; i < places.length; i++) {
            int next = floats.size() + integers.size();
            Integer known = switch (x.array()) {
                case float[] a -> floats.putIfAbsent(key(a, i, first, next), next);
                case byte[] a -> integers.putIfAbsent((long) a[i], next);
                case short[] a -> integers.putIfAbsent((long) a[i], next);
                case int[] a -> integers.putIfAbsent((long) a[i], next);
                default -> integers.putIfAbsent(x.longs()[i], next);
            };
            if (known == null) {
                first[next] = i;
            }
            places[i] = known == null ? next : known;
        }
        return places;
    }

    /// What the value of element `i` counts as, given the `count` values so far.
    private static double key(float[] x, int i, int[] first, int count) {
        if (count > 0 && Float.isNaN(x[first[0]])) {
            return Double.NaN;
        }
        double value = x[i];
        if (count > 0 && Float.isNaN(x[i])) {
            value = x[first[0]];
            for (int k = 1; k < count; k++) {
                value = Math.min(value, x[first[k]]);
            }
        }
        return value == 0 ? 0 : value;
    }
}
