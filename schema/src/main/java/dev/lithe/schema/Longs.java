package dev.lithe.schema;

import java.util.Arrays;
import java.util.stream.LongStream;

/// An immutable list of `long` without boxes.
public final class Longs {

    /// No elements.
    public static final Longs EMPTY = new Longs(new long[0]);

    private final long[] values;

    private Longs(long[] values) {
        this.values = values;
    }

    /// A list of these elements; the array is copied.
    public static Longs of(long... values) {
        return values.length == 0 ? EMPTY : new Longs(values.clone());
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    /// @throws IndexOutOfBoundsException unless `0 <= index < size()`
    public long get(int index) {
        return values[index];
    }

    /// A fresh array of the elements.
    public long[] toArray() {
        return values.clone();
    }

    public LongStream stream() {
        return Arrays.stream(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Longs that && Arrays.equals(values, that.values);
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
