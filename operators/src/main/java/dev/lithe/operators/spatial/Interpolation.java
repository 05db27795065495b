package dev.lithe.operators.spatial;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;

/// The loops of RESIZE_BILINEAR, equal to LiteRT's reference kernels.
record Interpolation(boolean alignCorners, boolean halfPixelCenters) {
    /// The fixed-point kernel counts places with 10 fractional bits.
    private static final int ONE = 1 << 10;

    /// The weighted mean of four pixels for one pixel of the output.
    private interface Pixel {
        /// @param upperLeft the index of the first channel of the pixel, and so on
        void run(int upperLeft, int lowerLeft, int upperRight, int lowerRight, int row, int column, int output);
    }

    /// FLOAT32; and UINT8, interpolated as floats and rounded to nearest.
    void reals(Tensor x, Tensor y) {
        Places rows = places(x.shape().dimension(1), y.shape().dimension(1));
        Places columns = places(x.shape().dimension(2), y.shape().dimension(2));
        int channels = x.shape().dimension(3);
        boolean bytes = x.type() == TensorType.UINT8;
        walk(x, rows, columns, (upperLeft, lowerLeft, upperRight, lowerRight, row, column, output) -> {
            float down = rows.beyond[row];
            float across = columns.beyond[column];
            for (int c = 0; c < channels; c++) {
                // In this order, which decides the last bit.
                float value = real(x, upperLeft + c) * (1 - down) * (1 - across)
                        + real(x, lowerLeft + c) * down * (1 - across)
                        + real(x, upperRight + c) * (1 - down) * across
                        + real(x, lowerRight + c) * down * across;
                if (bytes) {
                    y.bytes()[output + c] = (byte) (value + 0.5f);
                } else {
                    y.floats()[output + c] = value + 0f; // -0 becomes 0
                }
            }
        });
    }

    /// INT8 and INT16: the stored integers are weighted, with 20 fractional bits, and rounded half away from zero.
    void integers(Tensor x, Tensor y) {
        FixedPlaces rows = fixedPlaces(x.shape().dimension(1), y.shape().dimension(1));
        FixedPlaces columns = fixedPlaces(x.shape().dimension(2), y.shape().dimension(2));
        int channels = x.shape().dimension(3);
        walk(
                x,
                new Places(rows.low, rows.high, new float[0]),
                new Places(columns.low, columns.high, new float[0]),
                (upperLeft, lowerLeft, upperRight, lowerRight, row, column, output) -> {
                    long down = rows.beyond[row];
                    long across = columns.beyond[column];
                    for (int c = 0; c < channels; c++) {
                        long sum = integer(x, upperLeft + c) * (ONE - down) * (ONE - across)
                                + integer(x, lowerLeft + c) * down * (ONE - across)
                                + integer(x, upperRight + c) * (ONE - down) * across
                                + integer(x, lowerRight + c) * down * across;
                        put((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20), y, output + c);
                    }
                });
    }

    private static void walk(Tensor x, Places rows, Places columns, Pixel pixel) {
        int width = x.shape().dimension(2);
        int channels = x.shape().dimension(3);
        int output = 0;
        for (int batch = 0; batch < x.shape().dimension(0); batch++) {
            int image = batch * x.shape().dimension(1);
            for (int r = 0; r < rows.low.length; r++) {
                int upper = (image + rows.low[r]) * width;
                int lower = (image + rows.high[r]) * width;
                for (int c = 0; c < columns.low.length; c++, output += channels) {
                    int left = columns.low[c];
                    int right = columns.high[c];
                    pixel.run(
                            (upper + left) * channels,
                            (lower + left) * channels,
                            (upper + right) * channels,
                            (lower + right) * channels,
                            r,
                            c,
                            output);
                }
            }
        }
    }

    /// The two nearest places for each place of an output dimension, and how far beyond the lower one it lies.
    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    private record Places(int[] low, int[] high, float[] beyond) {}

    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    private record FixedPlaces(int[] low, int[] high, int[] beyond) {}

    private Places places(int inputs, int outputs) {
        float scale = alignCorners && outputs > 1 ? (float) (inputs - 1) / (outputs - 1) : (float) inputs / outputs;
        Places places = new Places(new int[outputs], new int[outputs], new float[outputs]);
        for (int i = 0; i < outputs; i++) {
            float place = halfPixelCenters ? (i + 0.5f) * scale - 0.5f : i * scale;
            places.low[i] = Math.max((int) Math.floor(place), 0);
            places.high[i] = Math.min((int) Math.ceil(place), inputs - 1);
            places.beyond[i] = place - places.low[i];
        }
        return places;
    }

    private FixedPlaces fixedPlaces(int inputs, int outputs) {
        int scale = alignCorners && outputs > 1
                ? (ONE * (inputs - 1) + (outputs - 1) / 2) / (outputs - 1)
                : (ONE * inputs + outputs / 2) / outputs;
        FixedPlaces places = new FixedPlaces(new int[outputs], new int[outputs], new int[outputs]);
        for (int i = 0; i < outputs; i++) {
            int place = halfPixelCenters ? i * scale + scale / 2 - ONE / 2 : i * scale;
            places.low[i] = Math.max(place / ONE, 0);
            places.high[i] = Math.min((place + ONE - 1) / ONE, inputs - 1);
            places.beyond[i] = place - ONE * places.low[i];
        }
        return places;
    }

    private static float real(Tensor x, int i) {
        return switch (x.array()) {
            case float[] a -> a[i];
            default -> Byte.toUnsignedInt(x.bytes()[i]);
        };
    }

    private static long integer(Tensor x, int i) {
        return switch (x.array()) {
            case byte[] a -> a[i];
            default -> x.shorts()[i];
        };
    }

    private static void put(long value, Tensor y, int i) {
        switch (y.array()) {
            case byte[] a -> a[i] = (byte) value;
            default -> y.shorts()[i] = (short) value;
        }
    }
}
