package dev.lithe.schema;

import java.util.Arrays;

/// An immutable list of `float` without boxes. Equality is by bits, with one exception: all NaN are equal.
public final class Floats {

    /// No elements.
    public static final Floats EMPTY = new Floats(new float[0]);

    private final float[] values;

    private Floats(float[] values) {
        this.values = values;
    }

    /// A list of these elements; the array is copied.
    public static Floats of(float... values) {
        return values.length == 0 ? EMPTY : new Floats(values.clone());
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    /// @throws IndexOutOfBoundsException unless `0 <= index < size()`
    public float get(int index) {
        return values[index];
    }

    /// A fresh array of the elements.
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Floats that && Arrays.equals(values, that.values);
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
