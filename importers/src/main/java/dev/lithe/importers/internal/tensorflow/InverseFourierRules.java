package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Real signals from the half of their spectrum, for which there is no operator: products with matrices of
/// cosines and sines, which also cut a spectrum that is too large and continue one that is too small.
///
/// With `w` = 1 for column 0 and the middle one, which have no mirror image, and 2 for the others,
/// the signal is `y[m, n] = Σ_j Σ_k w_k · Re(X[j, k] · exp(2πi (jm/M + kn/N))) / (MN)`.
final class InverseFourierRules {
    /// Longer signals would need larger matrices than the model is likely to have otherwise.
    private static final long LARGEST_MATRIX = 1L << 22;

    private InverseFourierRules() {}

    static Map<String, Rule> rules() {
        return Map.of("IRFFT", InverseFourierRules::lines, "IRFFT2D", InverseFourierRules::images);
    }

    private static List<Value> lines(Call call) {
        int length = call.integer(1, "length");
        Shape x = call.shape(0);
        int columns = side(x, 1);
        Value parts = parts(call);
        if (x.rank() == 1) {
            parts = call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.FLOAT32, parts, call.ints(1, 2 * columns));
        }
        Value y = product(call, parts, columnWaves(call, columns, length, 1.0 / length, true));
        return List.of(
                x.rank() == 1
                        ? call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.FLOAT32, y, call.ints(length))
                        : y);
    }

    private static List<Value> images(Call call) {
        int[] lengths = call.ints(1, "lengths");
        Shape x = call.shape(0);
        if (lengths.length != 2 || x.rank() < 2) {
            throw new NotLowerable("it transforms " + lengths.length + " dimensions of " + x);
        }
        int rows = side(x, 2);
        int columns = side(x, 1);
        double scale = 1.0 / lengths[0] / lengths[1];
        Value parts = parts(call);
        Value real = product(call, parts, columnWaves(call, columns, lengths[1], scale, true));
        Value imaginary = product(call, parts, columnWaves(call, columns, lengths[1], scale, false));
        ConcatenationOptions below = new ConcatenationOptions(x.rank() - 2, ActivationFunctionType.NONE);
        Value both = call.emitAs(BuiltinOperator.CONCATENATION, below, TensorType.FLOAT32, real, imaginary);
        return List.of(product(call, rowWaves(call, rows, lengths[0]), both));
    }

    private static int side(Shape shape, int fromBack) {
        int size = shape.rank() < fromBack ? Shape.UNKNOWN : shape.dimension(-fromBack);
        if (size == Shape.UNKNOWN) {
            throw new NotLowerable("its spectrum has the shape " + shape + "; give the inputs fixed shapes");
        }
        return size;
    }

    /// The real parts and then the imaginary parts of each row.
    private static Value parts(Call call) {
        if (call.type(0) != TensorType.COMPLEX64) {
            throw new NotLowerable("it transforms " + call.type(0) + ", COMPLEX64 is needed");
        }
        Value real = call.emitAs(BuiltinOperator.REAL, null, TensorType.FLOAT32, call.input(0));
        Value imaginary = call.emitAs(BuiltinOperator.IMAG, null, TensorType.FLOAT32, call.input(0));
        int last = call.shape(0).rank() - 1;
        ConcatenationOptions behind = new ConcatenationOptions(last, ActivationFunctionType.NONE);
        return call.emitAs(BuiltinOperator.CONCATENATION, behind, TensorType.FLOAT32, real, imaginary);
    }

    private static Value product(Call call, Value a, Value b) {
        BatchMatMulOptions options = new BatchMatMulOptions(false, false, false);
        return call.emitAs(BuiltinOperator.BATCH_MATMUL, options, TensorType.FLOAT32, a, b);
    }

    /// Turns `[real | imaginary]` of the columns into the real (or imaginary) part of their sum at each
    /// of `length` places.
    private static Value columnWaves(Call call, int columns, int length, double scale, boolean real) {
        float[] waves = matrix(2L * columns, length);
        for (int k = 0; k < Math.min(columns, length / 2 + 1); k++) {
            double weight = scale * (k == 0 || 2 * k == length ? 1 : 2);
            for (int n = 0; n < length; n++) {
                double angle = angle(k, n, length);
                double cosine = weight * Math.cos(angle);
                double sine = weight * Math.sin(angle);
                waves[k * length + n] = (float) (real ? cosine : sine);
                waves[(columns + k) * length + n] = (float) (real ? -sine : cosine);
            }
        }
        return Value.Known.of(call.name(), Tensor.of(Shape.of(2 * columns, length), waves));
    }

    /// Adds the rows of real parts and then of imaginary parts up to the real part at each of `length` places.
    private static Value rowWaves(Call call, int rows, int length) {
        float[] waves = matrix(2L * rows, length);
        for (int m = 0; m < length; m++) {
            for (int j = 0; j < Math.min(rows, length); j++) {
                double angle = angle(j, m, length);
                waves[m * 2 * rows + j] = (float) Math.cos(angle);
                waves[m * 2 * rows + rows + j] = (float) -Math.sin(angle);
            }
        }
        return Value.Known.of(call.name(), Tensor.of(Shape.of(length, 2 * rows), waves));
    }

    private static float[] matrix(long rows, int columns) {
        if (columns < 1 || rows * columns > LARGEST_MATRIX) {
            throw new NotLowerable("it gives " + columns + " elements from " + rows / 2
                    + ", for which its matrix of waves would be too large");
        }
        return new float[(int) (rows * columns)];
    }

    /// The product is reduced before it is scaled, so that large signals lose no accuracy.
    private static double angle(int frequency, int place, int length) {
        return 2 * Math.PI * ((long) frequency * place % length) / length;
    }
}
