package dev.lithe.schema;

import java.util.Arrays;
import java.util.stream.IntStream;

/// An immutable list of `int` without boxes.
public final class Ints {

    /// No elements.
    public static final Ints EMPTY = new Ints(new int[0]);

    private final int[] values;

    private Ints(int[] values) {
        this.values = values;
    }

    /// A list of these elements; the array is copied.
    public static Ints of(int... values) {
        return values.length == 0 ? EMPTY : new Ints(values.clone());
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    /// @throws IndexOutOfBoundsException unless `0 <= index < size()`
    public int get(int index) {
        return values[index];
    }

    /// A fresh array of the elements.
    public int[] toArray() {
        return values.clone();
    }

    public IntStream stream() {
        return Arrays.stream(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ints that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
