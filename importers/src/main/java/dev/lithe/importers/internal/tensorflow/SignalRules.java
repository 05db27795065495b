package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Fourier transforms and the parts of complex numbers.
final class SignalRules {
    private SignalRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("RFFT", SignalRules::rfft),
                entry("RFFT2D", SignalRules::rfft2d),
                entry("Real", call -> part(call, BuiltinOperator.REAL, "Tout")),
                entry("Imag", call -> part(call, BuiltinOperator.IMAG, "Tout")),
                entry("ComplexAbs", call -> part(call, BuiltinOperator.COMPLEX_ABS, "Tout")));
    }

    private static List<Value> part(Call call, BuiltinOperator code, String attribute) {
        TensorType type = call.type(0) == TensorType.COMPLEX128 ? TensorType.FLOAT64 : TensorType.FLOAT32;
        TensorType wanted = call.typeOf(attribute, type == TensorType.FLOAT64 ? DataType.DT_DOUBLE : DataType.DT_FLOAT);
        if (wanted != type) {
            throw new NotLowerable("it gives " + wanted + " from " + call.type(0));
        }
        return List.of(call.emitAs(code, null, type, call.input(0)));
    }

    private static List<Value> rfft2d(Call call) {
        requireSingle(call);
        int[] lengths = call.isKnown(1) ? call.ints(1, "lengths") : new int[0];
        Value x = lengths.length == 2 ? padded(call, call.input(0), lengths) : call.input(0);
        return List.of(call.emitAs(BuiltinOperator.RFFT2D, null, TensorType.COMPLEX64, x, call.int32(1)));
    }

    /// A transform over one dimension is one over two of which the first has size 1.
    private static List<Value> rfft(Call call) {
        requireSingle(call);
        int length = call.integer(1, "length");
        Shape shape = call.shape(0);
        if (shape.rank() == 0) {
            throw new NotLowerable("it transforms a scalar");
        }
        Value x = padded(call, call.input(0), new int[] {length});
        Shape flat = SubgraphBuilder.shapeOf(x);
        if (flat == null) {
            throw new NotLowerable("the shape of what it transforms is unknown");
        }
        Value rows = reshape(call, x, TensorType.FLOAT32, with(flat, 1, flat.dimension(-1)));
        Value y = call.emitAs(BuiltinOperator.RFFT2D, null, TensorType.COMPLEX64, rows, call.ints(1, length));
        return List.of(reshape(call, y, TensorType.COMPLEX64, with(flat, length / 2 + 1)));
    }

    private static void requireSingle(Call call) {
        if (call.type(0) != TensorType.FLOAT32) {
            throw new NotLowerable("it transforms " + call.type(0) + ", FLOAT32 is needed");
        }
    }

    /// `shape` with its last dimension replaced.
    private static int[] with(Shape shape, int... last) {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < shape.rank() - 1; i++) {
            sizes.add(shape.dimension(i));
        }
        for (int size : last) {
            sizes.add(size);
        }
        if (sizes.stream().filter(size -> size == Shape.UNKNOWN).count() > 1) {
            throw new NotLowerable("more than one dimension of " + shape + " is unknown; give the inputs fixed shapes");
        }
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Value reshape(Call call, Value x, TensorType type, int... shape) {
        return call.emitAs(BuiltinOperator.RESHAPE, null, type, x, call.ints(shape));
    }

    /// `x` with zeros behind the elements of its last dimensions until they have `lengths`, which the
    /// kernel does not add by itself.
    private static Value padded(Call call, Value x, int... lengths) {
        Shape shape = call.shape(0);
        int[] paddings = new int[2 * shape.rank()];
        boolean needed = false;
        for (int i = 0; i < lengths.length; i++) {
            int d = shape.rank() - lengths.length + i;
            if (d < 0) {
                throw new NotLowerable("it transforms " + lengths.length + " dimensions of " + shape);
            }
            int size = shape.dimension(d);
            if (size == Shape.UNKNOWN) {
                throw new NotLowerable("dimension " + d + " of " + shape + " is unknown; give the inputs fixed shapes");
            }
            paddings[2 * d + 1] = Math.max(0, lengths[i] - size);
            needed |= lengths[i] > size;
        }
        if (!needed) {
            return x;
        }
        Value.Known widths = call.ints(paddings).withShape(call.name(), Shape.of(shape.rank(), 2));
        return call.emitAs(BuiltinOperator.PAD, null, call.type(0), x, widths);
    }
}
