package dev.lithe.operators.math;

/// The complementary error function, to about 13 digits.
final class ErrorFunction {
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
    private static final double FAR = 3;

    private ErrorFunction() {}

    /// `1 - erf(x)`.
    static double complement(double x) {
        if (x < 0) {
            return 2 - complement(-x);
        }
        return x < FAR ? 1 - series(x) : fraction(x);
    }

    /// `erf(x) = 2/sqrt(pi) * e^(-x^2) * sum over n of 2^n x^(2n+1) / (1 * 3 * 5 … (2n+1))`: no term is negative, so
    /// nothing cancels (Abramowitz and Stegun, 7.1.6).
    private static double series(double x) {
        double square = 2 * x * x;
        double term = x;
        double sum = x;
        for (int odd = 3; term > sum * 1e-17; odd += 2) {
            term *= square / odd;
            sum += term;
        }
        return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
    }

    /// `erfc(x) = e^(-x^2)/sqrt(pi) * 1/(x + 1/2/(x + 1/(x + 3/2/(x + 2/(x + …)))))`, from the inside out (Abramowitz
    /// and
    /// Stegun, 7.1.14).
    private static double fraction(double x) {
        double tail = x;
        for (int k = 40; k > 0; k--) {
            tail = x + k / 2.0 / tail;
        }
        return TWO_OVER_ROOT_PI / 2 * Math.exp(-x * x) / tail;
    }
}
