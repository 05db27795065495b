package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;

/// Discrete Fourier transforms of two-dimensional signals whose sides are powers of two, in double precision.
public final class Fourier {
    private Fourier() {}

    /// Height and width of a transform.
    ///
    /// @throws ShapeException where `lengths` holds something else than two powers of two
    public static int[] lengths(Tensor lengths) {
        int[] sides = ShapeValues.of(lengths);
        if (sides.length != 2
                || Integer.bitCount(sides[0]) != 1
                || Integer.bitCount(sides[1]) != 1
                || sides[0] < 1
                || sides[1] < 1) {
            throw new ShapeException("a transform has two lengths that are powers of two, not " + lengths);
        }
        return sides;
    }

    /// `shape` with its last two dimensions replaced.
    ///
    /// @throws ShapeException where there are fewer than two
    public static Shape withSides(Shape shape, int height, int width) {
        int rank = shape.rank();
        if (rank < 2) {
            throw new ShapeException("a two-dimensional transform takes at least two dimensions, not " + shape);
        }
        return shape.withDimension(rank - 2, height).withDimension(rank - 1, width);
    }

    /// Transforms `n` values in place: `n` is a power of two, value `i` stands at `start + i * step`.
    /// The inverse is not divided by `n`.
    public static void transform(double[] re, double[] im, int start, int step, int n, boolean inverse) {
        double[] r = new double[n];
        double[] m = new double[n];
        int shift = Integer.numberOfLeadingZeros(n) + 1;
        for (int i = 0; i < n; i++) {
            int to = n == 1 ? 0 : Integer.reverse(i) >>> shift;
            r[to] = re[start + i * step];
            m[to] = im[start + i * step];
        }
        for (int half = 1; half < n; half *= 2) {
            butterflies(r, m, half, inverse);
        }
        for (int i = 0; i < n; i++) {
            re[start + i * step] = r[i];
            im[start + i * step] = m[i];
        }
    }

    private static void butterflies(double[] r, double[] m, int half, boolean inverse) {
        for (int k = 0; k < half; k++) {
            double angle = (inverse ? Math.PI : -Math.PI) * k / half;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            for (int a = k; a < r.length; a += 2 * half) {
                int b = a + half;
                double real = r[b] * cos - m[b] * sin;
                double imaginary = r[b] * sin + m[b] * cos;
                r[b] = r[a] - real;
                m[b] = m[a] - imaginary;
                r[a] += real;
                m[a] += imaginary;
            }
        }
    }
}
