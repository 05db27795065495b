package dev.lithe.datasets.internal;

/// An image: `values` row by row, the channels of a pixel side by side.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pixels(int height, int width, int channels, float[] values) {

    /// The part of `newHeight` by `newWidth` pixels whose upper left corner is at `top`, `left`.
    Pixels crop(int top, int left, int newHeight, int newWidth) {
        Pixels part = new Pixels(newHeight, newWidth, channels, new float[newHeight * newWidth * channels]);
        for (int y = 0; y < newHeight; y++) {
            int from = ((top + y) * width + left) * channels;
            System.arraycopy(values, from, part.values, y * newWidth * channels, newWidth * channels);
        }
        return part;
    }

    /// This image with its upper left corner at `top`, `left` of a black one.
    Pixels pad(int top, int left, int newHeight, int newWidth) {
        Pixels whole = new Pixels(newHeight, newWidth, channels, new float[newHeight * newWidth * channels]);
        for (int y = 0; y < height; y++) {
            int to = ((top + y) * newWidth + left) * channels;
            System.arraycopy(values, y * width * channels, whole.values, to, width * channels);
        }
        return whole;
    }
}
