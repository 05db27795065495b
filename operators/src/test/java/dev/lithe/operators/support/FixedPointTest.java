package dev.lithe.operators.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.operators.support.FixedPoint.Multiplier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Against exact arithmetic: BigDecimal rounding HALF_UP is "halves away from zero".
class FixedPointTest {
    private static final BigInteger TWO = BigInteger.TWO;

    @Test
    void knownMultipliers() {
        assertThat(Multiplier.of(1)).isEqualTo(new Multiplier(1 << 30, 1));
        assertThat(Multiplier.of(0.25)).isEqualTo(new Multiplier(1 << 30, -1));
        assertThat(Multiplier.of(0)).isEqualTo(new Multiplier(0, 0));
        // 0.75 = 0.75 * 2^0
        assertThat(Multiplier.of(0.75)).isEqualTo(new Multiplier(3 << 29, 0));
        // Rounds up to 2^31, which is halved.
        assertThat(Multiplier.of(Math.nextDown(1.0))).isEqualTo(new Multiplier(1 << 30, 1));
    }

    @Test
    void tinyMultipliersAreFlushedToZero() {
        // 2^-32 is 0.5 * 2^-31, the smallest that is kept.
        assertThat(Multiplier.of(0x1p-32)).isEqualTo(new Multiplier(1 << 30, -31));
        assertThat(Multiplier.of(0x1p-33)).isEqualTo(new Multiplier(0, 0));
        // Rounds up to 2^-32 and stays.
        assertThat(Multiplier.of(Math.nextDown(0x1p-32))).isEqualTo(new Multiplier(1 << 30, -31));
        assertThat(Multiplier.of(Double.MIN_VALUE)).isEqualTo(new Multiplier(0, 0));
    }

    @Test
    void multiplierIsTheRealNumberTo31Bits() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double real = (0.5 + random.nextDouble() / 2) * Math.pow(2, random.nextInt(60) - 30);
            Multiplier multiplier = Multiplier.of(real);
            BigDecimal scaled = new BigDecimal(real).multiply(power(31 - multiplier.shift()));
            assertThat(BigDecimal.valueOf(multiplier.value())).isEqualByComparingTo(rounded(scaled));
            assertThat(multiplier.value()).isGreaterThanOrEqualTo(1 << 30);
        }
    }

    @Test
    void refusesWhatIsNoMultiplier() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Multiplier.of(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> FixedPoint.smallerThanOne(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FixedPoint.smallerThanOne(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FixedPoint.greaterThanOne(1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(FixedPoint.greaterThanOne(1.5)).isEqualTo(new Multiplier(3 << 29, 1));
    }

    @Test
    void highMulIsTheRoundedProduct() {
        assertThat(FixedPoint.saturatingRoundingDoublingHighMul(Integer.MIN_VALUE, Integer.MIN_VALUE))
                .isEqualTo(Integer.MAX_VALUE);
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            int a = edge(random);
            int b = edge(random);
            if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
                continue;
            }
            // (ab + nudge) / 2^31 truncated: halves go up for positive products, and up (towards 0) for negative ones.
            BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
            BigInteger expected = floorHalfUp(product, 31);
            assertThat(FixedPoint.saturatingRoundingDoublingHighMul(a, b)).isEqualTo(expected.intValueExact());
        }
    }

    @Test
    void highMul16IsTheRoundedProduct() {
        assertThat(FixedPoint.saturatingRoundingDoublingHighMul(Short.MIN_VALUE, Short.MIN_VALUE))
                .isEqualTo(Short.MAX_VALUE);
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            short a = (short) random.nextInt();
            short b = (short) random.nextInt(-32767, 32768);
            BigInteger expected = floorHalfUp(BigInteger.valueOf((long) a * b), 15);
            assertThat(FixedPoint.saturatingRoundingDoublingHighMul(a, b)).isEqualTo(expected.shortValueExact());
        }
    }

    @Test
    void divisionByPowersOfTwoRoundsHalvesAwayFromZero() {
        assertThat(FixedPoint.roundingDivideByPowerOfTwo(3, 1)).isEqualTo(2);
        assertThat(FixedPoint.roundingDivideByPowerOfTwo(-3, 1)).isEqualTo(-2);
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            int x = edge(random);
            int exponent = random.nextInt(32);
            BigDecimal exact = BigDecimal.valueOf(x).divide(power(exponent));
            assertThat(FixedPoint.roundingDivideByPowerOfTwo(x, exponent))
                    .isEqualTo(rounded(exact).intValueExact());
        }
    }

    @Test
    void multiplicationRoundsTwice() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            int shift = random.nextInt(-31, 8);
            int x = random.nextInt() >> random.nextInt(32) >> Math.max(shift, 0);
            int q = random.nextInt(1 << 30, Integer.MAX_VALUE);
            BigInteger shifted = BigInteger.valueOf(x).shiftLeft(Math.max(shift, 0));
            BigInteger high = floorHalfUp(shifted.multiply(BigInteger.valueOf(q)), 31);
            BigDecimal exact = new BigDecimal(high).divide(power(Math.max(-shift, 0)));
            assertThat(FixedPoint.multiply(x, q, shift))
                    .isEqualTo(rounded(exact).intValueExact());
            if (shift <= 0) {
                assertThat(FixedPoint.multiplySmallerThanOne(x, q, shift)).isEqualTo(FixedPoint.multiply(x, q, shift));
            } else {
                assertThat(FixedPoint.multiplyGreaterThanOne(x, q, shift)).isEqualTo(FixedPoint.multiply(x, q, shift));
            }
        }
    }

    @Test
    void wideMultiplicationKeeps15BitsOfTheMultiplier() {
        Random random = new Random(6);
        for (int i = 0; i < 100_000; i++) {
            int shift = random.nextInt(-31, 1);
            long x = random.nextLong() >> 17 + random.nextInt(30) >> Math.max(0, 16 + shift);
            int q = i % 10 == 0
                    ? random.nextInt(0x7FFE0000, Integer.MAX_VALUE)
                    : random.nextInt(1 << 30, Integer.MAX_VALUE);
            BigInteger reduced = BigInteger.valueOf(q).add(TWO.pow(15)).shiftRight(16);
            BigInteger limited = reduced.min(BigInteger.valueOf(0x7FFF));
            BigInteger expected = floorHalfUp(BigInteger.valueOf(x).multiply(limited), 15 - shift);
            assertThat(FixedPoint.multiply(x, q, shift)).isEqualTo(expected.intValueExact());
        }
    }

    @Test
    void roundingIsHalvesAwayFromZero() {
        assertThat(Rounding.halfAway(2.5)).isEqualTo(3);
        assertThat(Rounding.halfAway(-2.5)).isEqualTo(-3);
        assertThat(Rounding.halfAway(-0.4)).isEqualTo(-0.0);
        // Adding 0.5 and truncating would give 1.
        assertThat(Rounding.halfAway(Math.nextDown(0.5))).isZero();
        assertThat(Rounding.halfAway(0x1p60)).isEqualTo(0x1p60);
        assertThat(Rounding.halfAway(Double.NaN)).isNaN();
        assertThat(Rounding.halfAway(0x1.8p0f)).isEqualTo(2f);
    }

    private static int edge(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Integer.MIN_VALUE + random.nextInt(3);
            case 1 -> Integer.MAX_VALUE - random.nextInt(3);
            case 2 -> random.nextInt(5) - 2;
            default -> random.nextInt() >> random.nextInt(32);
        };
    }

    /// `value / 2^bits` to the nearest, halves upwards.
    private static BigInteger floorHalfUp(BigInteger value, int bits) {
        return value.add(TWO.pow(bits - 1)).shiftRight(bits);
    }

    private static BigDecimal power(int exponent) {
        return exponent >= 0
                ? new BigDecimal(TWO.pow(exponent))
                : BigDecimal.ONE.divide(new BigDecimal(TWO.pow(-exponent)));
    }

    private static BigDecimal rounded(BigDecimal value) {
        return value.setScale(0, RoundingMode.HALF_UP);
    }
}
