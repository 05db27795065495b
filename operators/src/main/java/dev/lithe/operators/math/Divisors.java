package dev.lithe.operators.math;

import dev.lithe.graph.Tensor;

/// The guard of the integer divisions.
final class Divisors {
    private Divisors() {}

    /// @throws IllegalArgumentException where one of `divisors` is 0
    static void check(String operator, Tensor divisors) {
        for (int i = 0, n = divisors.elementCount(); i < n; i++) {
            if (isZero(divisors.array(), i)) {
                throw new IllegalArgumentException(operator + " by 0, at element " + i + " of the divisor");
            }
        }
    }

    private static boolean isZero(Object array, int index) {
        return switch (array) {
            case float[] a -> a[index] == 0;
            case byte[] a -> a[index] == 0;
            case short[] a -> a[index] == 0;
            case int[] a -> a[index] == 0;
            default -> ((long[]) array)[index] == 0;
        };
    }
}
