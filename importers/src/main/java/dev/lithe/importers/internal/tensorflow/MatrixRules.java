package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Diagonals and bands of matrices.
final class MatrixRules {
    private MatrixRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("MatrixDiag", MatrixRules::diag),
                entry("MatrixDiagV2", MatrixRules::diagV3),
                entry("MatrixDiagV3", MatrixRules::diagV3),
                entry("MatrixSetDiag", MatrixRules::setDiag),
                entry("MatrixSetDiagV2", MatrixRules::setDiagV3),
                entry("MatrixSetDiagV3", MatrixRules::setDiagV3),
                entry("MatrixDiagPart", MatrixRules::part),
                entry("MatrixDiagPartV2", MatrixRules::partV3),
                entry("MatrixDiagPartV3", MatrixRules::partV3),
                entry("MatrixBandPart", MatrixRules::band));
    }

    private static List<Value> diag(Call call) {
        return call.emit(BuiltinOperator.MATRIX_DIAG, null, call.input(0));
    }

    /// Inputs: diagonal, k, rows, columns, padding value.
    private static List<Value> diagV3(Call call) {
        requireMain(call, 1);
        Shape diagonal = call.shape(0);
        int size = diagonal.rank() == 0 ? 1 : diagonal.dimension(-1);
        for (int i = 2; i < 4; i++) {
            int side = call.integer(i, "number of rows and columns");
            if (side != -1 && side != size) {
                throw new NotLowerable("it makes a matrix with a side of " + side + " from a diagonal of " + size);
            }
        }
        Value.Known padding = call.known(4, "padding value");
        if (padding.tensor().elementAsDouble(0) != 0) {
            throw new NotLowerable("it fills with " + padding.tensor().elementAsDouble(0) + " instead of zeros");
        }
        return diag(call);
    }

    private static List<Value> setDiag(Call call) {
        return call.emit(BuiltinOperator.MATRIX_SET_DIAG, null, call.input(0), call.input(1));
    }

    /// Inputs: matrices, diagonals, k.
    private static List<Value> setDiagV3(Call call) {
        requireMain(call, 2);
        return setDiag(call);
    }

    private static void requireMain(Call call, int k) {
        for (int diagonal : call.ints(k, "diagonal's number")) {
            if (diagonal != 0) {
                throw new NotLowerable(
                        "it works on diagonal " + diagonal + ", there are operators for the main one only");
            }
        }
    }

    private static List<Value> partV3(Call call) {
        requireMain(call, 1);
        return part(call);
    }

    /// Every (columns + 1)th element of the flattened matrix.
    private static List<Value> part(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() < 2 || shape.dimension(-1) == Shape.UNKNOWN || shape.dimension(-2) == Shape.UNKNOWN) {
            throw new NotLowerable("its matrices have the shape " + shape + ", two known sides are needed");
        }
        int rows = shape.dimension(-2);
        int columns = shape.dimension(-1);
        int[] flat = new int[shape.rank() - 1];
        System.arraycopy(shape.toArray(), 0, flat, 0, flat.length);
        flat[flat.length - 1] = Math.multiplyExact(rows, columns);
        long unknown = Shape.of(flat).dimensions().stream()
                .filter(d -> d == Shape.UNKNOWN)
                .count();
        if (unknown > 1) {
            throw new NotLowerable("more than one dimension of " + shape + " is unknown; give the inputs fixed shapes");
        }
        int[] picks = new int[Math.min(rows, columns)];
        for (int i = 0; i < picks.length; i++) {
            picks[i] = i * (columns + 1);
        }
        Value lines = call.emitAs(BuiltinOperator.RESHAPE, null, call.type(0), call.input(0), call.ints(flat));
        return call.emit(BuiltinOperator.GATHER, new GatherOptions(flat.length - 1, 0), lines, call.ints(picks));
    }

    /// The band as truth values, which choose between the matrix and zeros. Where sides and widths are
    /// known it is a constant.
    private static List<Value> band(Call call) {
        Shape shape = call.shapeOrNull(0);
        if (shape != null && shape.rank() < 2) {
            throw new NotLowerable("its matrices have the shape " + shape + ", two sides are needed");
        }
        boolean sides = shape != null && shape.dimension(-1) != Shape.UNKNOWN && shape.dimension(-2) != Shape.UNKNOWN;
        Value inside =
                shape != null && sides && call.isKnown(1) && call.isKnown(2) ? knownBand(call, shape) : openBand(call);
        TensorType type = call.type(0);
        return List.of(call.emitAs(BuiltinOperator.SELECT_V2, null, type, inside, call.input(0), call.scalar(type, 0)));
    }

    private static Value knownBand(Call call, Shape shape) {
        int lower = call.integer(1, "number of diagonals below");
        int upper = call.integer(2, "number of diagonals above");
        int rows = shape.dimension(-2);
        int columns = shape.dimension(-1);
        byte[] inside = new byte[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < inside.length; i++) {
            int below = i / columns - i % columns;
            boolean in = (lower < 0 || below <= lower) && (upper < 0 || -below <= upper);
            inside[i] = (byte) (in ? 1 : 0);
        }
        return Value.Known.of(call.name(), bools(Shape.of(rows, columns), inside));
    }

    private static Tensor bools(Shape shape, byte[] values) {
        return Tensor.wrap(TensorType.BOOL, shape, QuantizationParameters.NONE, values);
    }

    private static Value openBand(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value row = call.emitAs(
                BuiltinOperator.EXPAND_DIMS,
                new ExpandDimsOptions(),
                TensorType.INT32,
                counting(call, -2),
                call.scalarInt(1));
        Value column = counting(call, -1);
        Value low = within(call, f.sub(row, column), 1);
        Value high = within(call, f.sub(column, row), 2);
        return call.emitAs(BuiltinOperator.LOGICAL_AND, null, TensorType.BOOL, low, high);
    }

    /// 0, 1, 2, … up to dimension `axis` of the matrices, counted from the last.
    private static Value counting(Call call, int axis) {
        Value sizes =
                call.emitAs(BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, call.input(0));
        Value size = call.emitAs(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(0, 0, 0, 0, 1, false),
                TensorType.INT32,
                sizes,
                call.ints(axis),
                call.ints(axis + 1),
                call.ints(1));
        Shape shape = call.shapeOrNull(0);
        Value limit =
                shape == null || shape.dimension(axis) == Shape.UNKNOWN ? size : call.scalarInt(shape.dimension(axis));
        return call.emitAs(BuiltinOperator.RANGE, null, TensorType.INT32, call.scalarInt(0), limit, call.scalarInt(1));
    }

    /// Whether a distance is at most input `index`, which takes in everything where it is negative.
    private static Value within(Call call, Value distance, int index) {
        Arithmetic f = Arithmetic.of(call);
        Value width = call.int32(index);
        Value near = f.test(BuiltinOperator.LESS_EQUAL, distance, width);
        Value all = f.test(BuiltinOperator.LESS, width, call.scalar(TensorType.INT32, 0));
        return call.emitAs(BuiltinOperator.LOGICAL_OR, null, TensorType.BOOL, near, all);
    }
}
