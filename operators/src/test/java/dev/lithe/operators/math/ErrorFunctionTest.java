package dev.lithe.operators.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorFunctionTest {
    /// Abramowitz and Stegun, tables 7.1 and 7.3.
    @Test
    void hasTheValuesOfTheTables() {
        assertThat(ErrorFunction.complement(0)).isEqualTo(1);
        assertThat(ErrorFunction.complement(0.5)).isCloseTo(0.4795001222, within(1e-10));
        assertThat(ErrorFunction.complement(1)).isCloseTo(0.1572992071, within(1e-10));
        assertThat(ErrorFunction.complement(-1)).isCloseTo(1.8427007929, within(1e-10));
        assertThat(ErrorFunction.complement(2)).isCloseTo(0.0046777349810, within(1e-12));
    }

    @Test
    void inSinglePrecisionIsTheSameRounded() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            float x = (random.nextFloat() - 0.5f) * 14;
            check(i % 7 == 0 ? x * 0.01f : x);
        }
        for (float x : new float[] {0, -0f, 3, -3, 6, -6, 5.999f, 30, -30, Float.MIN_VALUE, Float.MAX_VALUE}) {
            check(x);
        }
        assertThat(ErrorFunction.complementInSinglePrecision(Float.POSITIVE_INFINITY))
                .isZero();
        assertThat(ErrorFunction.complementInSinglePrecision(Float.NEGATIVE_INFINITY))
                .isEqualTo(2);
    }

    private static void check(float x) {
        float exact = (float) ErrorFunction.complement(x);
        if (exact != ErrorFunction.complementInSinglePrecision(x)) {
            assertThat(ErrorFunction.complementInSinglePrecision(x))
                    .as("at " + x)
                    .isEqualTo(exact);
        }
    }
}
