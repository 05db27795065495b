package dev.lithe.graph;

import dev.lithe.schema.Ints;
import java.util.Arrays;

/// The dimensions of a tensor, outermost first. `-1` stands for a dimension that is unknown until run time.
public record Shape(Ints dimensions) {
    public static final int UNKNOWN = -1;
    public static final Shape SCALAR = of();

    public Shape {
        for (int i = 0; i < dimensions.size(); i++) {
            if (dimensions.get(i) < UNKNOWN) {
                throw new IllegalArgumentException("dimension " + i + " is " + dimensions.get(i)
                        + "; a dimension is at least 0, or -1 for unknown");
            }
        }
    }

    public static Shape of(int... dimensions) {
        return new Shape(Ints.of(dimensions));
    }

    public int rank() {
        return dimensions.size();
    }

    /// The size of dimension `index`; a negative index counts from the end (`-1` is the innermost).
    public int dimension(int index) {
        return dimensions.get(index < 0 ? index + rank() : index);
    }

    public boolean isKnown() {
        for (int i = 0; i < rank(); i++) {
            if (dimensions.get(i) == UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /// The product of all dimensions (1 for a scalar).
    ///
    /// @throws ArithmeticException where a dimension is unknown or the product passes 2^63
    public long elementCount() {
        long count = 1;
        for (int i = 0; i < rank(); i++) {
            if (dimensions.get(i) == UNKNOWN) {
                throw new ArithmeticException("shape " + this + " has an unknown dimension");
            }
            count = Math.multiplyExact(count, (long) dimensions.get(i));
        }
        return count;
    }

    /// The product of the dimensions `from` (inclusive) to `to` (exclusive), as an int.
    public int flatSize(int from, int to) {
        int count = 1;
        for (int i = from; i < to; i++) {
            count = Math.multiplyExact(count, dimensions.get(i));
        }
        return count;
    }

    /// The element count as an int: kernels index Java arrays.
    public int flatSize() {
        return flatSize(0, rank());
    }

    public Shape withDimension(int index, int size) {
        int[] changed = toArray();
        changed[index < 0 ? index + changed.length : index] = size;
        return of(changed);
    }

    /// This shape with 1s in front until it has `rank` dimensions.
    public Shape extendedTo(int rank) {
        int[] extended = new int[rank];
        Arrays.fill(extended, 1);
        System.arraycopy(toArray(), 0, extended, rank - rank(), rank());
        return of(extended);
    }

    /// This shape with every unknown dimension set to `size`.
    public Shape withUnknown(int size) {
        int[] known = toArray();
        for (int i = 0; i < known.length; i++) {
            known[i] = known[i] == UNKNOWN ? size : known[i];
        }
        return of(known);
    }

    public int[] toArray() {
        return dimensions.toArray();
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }
}
