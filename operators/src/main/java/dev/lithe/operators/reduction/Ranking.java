package dev.lithe.operators.reduction;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.KernelTypes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Orders the elements of a row from the largest on; of equal ones the first comes first.
interface Ranking {
    /// The places of the first `k` elements of the row that starts at `row`.
    int[] first(int row, int k);

    /// @param depth the elements of a row
    static Ranking of(Tensor x, int depth) {
        return switch (x.array()) {
            case float[] values -> byKey(depth, i -> key(values[i]));
            case int[] values -> byKey(depth, i -> ~values[i]);
            case short[] values -> byKey(depth, i -> ~values[i]);
            case byte[] values -> {
                int mask = KernelTypes.byteMask(x.type());
                yield byKey(depth, i -> ~(values[i] & mask));
            }
            case long[] values ->
                (row, k) -> IntStream.range(0, depth)
                        .boxed()
                        .sorted(Comparator.comparing((Integer i) -> values[row + i])
                                .reversed())
                        .mapToInt(Integer::intValue)
                        .limit(k)
                        .toArray();
            default -> throw KernelTypes.unsupported("TOPK_V2", x.type());
        };
    }

    /// Gives the smaller number to the larger element.
    @FunctionalInterface
    interface Key {
        int of(int index);
    }

    private static Ranking byKey(int depth, Key key) {
        return (row, k) -> {
            long[] keys = new long[depth];
            for (int i = 0; i < depth; i++) {
                keys[i] = (long) key.of(row + i) << 32 | i;
            }
            Arrays.sort(keys);
            int[] places = new int[k];
            for (int i = 0; i < k; i++) {
                places[i] = (int) keys[i];
            }
            return places;
        };
    }

    /// The bits of a float are ordered like an integer's, but that those below 0 run backwards; 0 and -0 are equal.
    private static int key(float value) {
        if (Float.isNaN(value)) {
            return Integer.MAX_VALUE;
        }
        int bits = Float.floatToIntBits(value + 0.0f);
        return ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
    }
}
