package dev.lithe.operators.math;

/// The complementary error function, to about 13 digits.
final class ErrorFunction {
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
    private static final double FAR = 3;

    /// Up to here there are polynomials, this many for each unit, of this degree. Between two neighbours a term of the
    /// next degree is below 1e-12 of the value.
    private static final int FARTHEST = 6;

    private static final int PER_UNIT = 32;
    private static final int DEGREE = 8;

    /// More than the polynomials and the sums below differ from each other, relative to the value.
    private static final double MARGIN = 4e-10;

    private static final double[] POLYNOMIALS = polynomials();

    private ErrorFunction() {}

    /// `1 - erf(x)` in single precision: what [#complement] gives, rounded, in a fraction of the time. A polynomial
    /// serves where all that it may be off leaves the rounding as it is.
    static float complementInSinglePrecision(float x) {
        double distance = Math.abs((double) x);
        if (!(distance < FARTHEST)) {
            return (float) complement(x);
        }
        int nearest = (int) (distance * PER_UNIT + 0.5);
        double h = distance - nearest / (double) PER_UNIT;
        int at = nearest * (DEGREE + 1);
        double value = POLYNOMIALS[at + DEGREE];
        for (int k = DEGREE - 1; k >= 0; k--) {
            value = value * h + POLYNOMIALS[at + k];
        }
        value = x < 0 ? 2 - value : value;
        float low = (float) (value * (1 - MARGIN));
        float high = (float) (value * (1 + MARGIN));
        return low == high ? low : (float) complement(x);
    }

    /// Taylor's coefficients around each point. With `g = e^(-x^2)`, `erfc' = -2/sqrt(pi) g` and `g' = -2 x g`.
    private static double[] polynomials() {
        int points = FARTHEST * PER_UNIT + 1;
        double[] coefficients = new double[points * (DEGREE + 1)];
        for (int point = 0; point < points; point++) {
            double x = point / (double) PER_UNIT;
            int at = point * (DEGREE + 1);
            coefficients[at] = complement(x);
            double before = 0;
            double g = Math.exp(-x * x);
            for (int n = 0; n < DEGREE; n++) {
                coefficients[at + n + 1] = -TWO_OVER_ROOT_PI * g / (n + 1);
                double next = -2 * (x * g + before) / (n + 1);
                before = g;
                g = next;
            }
        }
        return coefficients;
    }

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

    /// `erfc(x) = e^(-x^2)/sqrt(pi) * 1/(x + 1/2/(x + 1/(x + 3/2/(x + 2/(x + …)))))`, from the inside out
    /// (Abramowitz and Stegun, 7.1.14).
    private static double fraction(double x) {
        double tail = x;
        for (int k = 40; k > 0; k--) {
            tail = x + k / 2.0 / tail;
        }
        return TWO_OVER_ROOT_PI / 2 * Math.exp(-x * x) / tail;
    }
}
