package dev.lithe.schema;

import java.util.Arrays;

/// An immutable list of `float` without boxes. Equality is by bits: 0 differs from -0, and a NaN equals itself.
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
        return other instanceof Floats that && Arrays.equals(bits(), that.bits());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits());
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }

    private int[] bits() {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
