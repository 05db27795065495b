package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.support.Broadcasting;
import java.util.Arrays;

/// Walks two inputs that broadcast to one output, row by row, in the order of the output. Neighbouring
/// dimensions that both inputs pass alike are merged, so that rows are long. Kept from run to run: walking
/// allocates nothing.
final class BroadcastRows {
    private final Shape left;
    private final Shape right;
    private final Shape output;
    private final int[] sizes;
    private final int[] stridesA;
    private final int[] stridesB;
    private final int[] index;

    /// How many elements a row has.
    final int length;
    /// How far apart a row's elements lie: 1, or 0 where one element stands for all.
    final int stepA;

    final int stepB;
    /// Where the present row begins.
    int a;

    int b;

    BroadcastRows(Shape left, Shape right, Shape output) {
        this.left = left;
        this.right = right;
        this.output = output;
        int[] fromA = Broadcasting.strides(left, output);
        int[] fromB = Broadcasting.strides(right, output);
        int[] merged = new int[output.rank() + 1];
        int[] mergedA = new int[output.rank() + 1];
        int[] mergedB = new int[output.rank() + 1];
        int rank = 0;
        for (int d = 0; d < output.rank(); d++) {
            int size = output.dimension(d);
            if (size == 1) {
                continue;
            }
            boolean joins = rank > 0 && mergedA[rank - 1] == fromA[d] * size && mergedB[rank - 1] == fromB[d] * size;
            rank = joins ? rank : rank + 1;
            merged[rank - 1] = joins ? merged[rank - 1] * size : size;
            mergedA[rank - 1] = fromA[d];
            mergedB[rank - 1] = fromB[d];
        }
        if (rank == 0) {
            merged[rank++] = 1;
        }
        this.length = merged[rank - 1];
        this.stepA = mergedA[rank - 1];
        this.stepB = mergedB[rank - 1];
        this.sizes = Arrays.copyOf(merged, rank - 1);
        this.stridesA = Arrays.copyOf(mergedA, rank - 1);
        this.stridesB = Arrays.copyOf(mergedB, rank - 1);
        this.index = new int[rank - 1];
    }

    boolean isOver(Shape otherLeft, Shape otherRight, Shape otherOutput) {
        return left.equals(otherLeft) && right.equals(otherRight) && output.equals(otherOutput);
    }

    /// Whether there is one row only.
    boolean isFlat() {
        return sizes.length == 0;
    }

    /// Goes to the first row.
    void begin() {
        Arrays.fill(index, 0);
        a = 0;
        b = 0;
    }

    /// Goes to the next row; behind the last one it is at the first one again.
    void advance() {
        for (int d = sizes.length - 1; d >= 0; d--) {
            a += stridesA[d];
            b += stridesB[d];
            if (++index[d] < sizes[d]) {
                return;
            }
            index[d] = 0;
            a -= stridesA[d] * sizes[d];
            b -= stridesB[d] * sizes[d];
        }
    }
}
