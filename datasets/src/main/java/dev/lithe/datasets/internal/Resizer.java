package dev.lithe.datasets.internal;

import dev.lithe.datasets.ImageOptions.Interpolation;
import dev.lithe.datasets.ImageOptions.ResizeMode;

/// Resizes images as `tf.image.resize` of TensorFlow 2 does without antialiasing: pixel centres at half, in
/// float32.
final class Resizer {
    private Resizer() {}

    static Pixels resize(Pixels image, int height, int width, ResizeMode mode, Interpolation interpolation) {
        return switch (mode) {
            case STRETCH -> stretch(image, height, width, interpolation);
            case CROP -> {
                int cropHeight = Math.min(image.height(), (int) ((long) image.width() * height / width));
                int cropWidth = Math.min(image.width(), (int) ((long) image.height() * width / height));
                cropHeight = Math.max(cropHeight, 1);
                cropWidth = Math.max(cropWidth, 1);
                int top = (image.height() - cropHeight) / 2;
                int left = (image.width() - cropWidth) / 2;
                yield stretch(image.crop(top, left, cropHeight, cropWidth), height, width, interpolation);
            }
            case PAD -> {
                double ratio = Math.max((double) image.height() / height, (double) image.width() / width);
                double innerHeight = image.height() / ratio;
                double innerWidth = image.width() / ratio;
                Pixels inner = stretch(image, atLeastOne(innerHeight), atLeastOne(innerWidth), interpolation);
                yield inner.pad((int) ((height - innerHeight) / 2), (int) ((width - innerWidth) / 2), height, width);
            }
        };
    }

    private static int atLeastOne(double size) {
        return Math.max((int) size, 1);
    }

    private static Pixels stretch(Pixels image, int height, int width, Interpolation interpolation) {
        if (height == image.height() && width == image.width()) {
            return image;
        }
        Taps rows = Taps.of(interpolation, image.height(), height);
        Taps columns = Taps.of(interpolation, image.width(), width);
        return down(across(image, columns), rows);
    }

    private static Pixels across(Pixels image, Taps columns) {
        int channels = image.channels();
        int width = columns.outputs();
        float[] values = new float[image.height() * width * channels];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int k = columns.first(x); k < columns.first(x + 1); k++) {
                        sum += columns.weight(k)
                                * image.values()[(y * image.width() + columns.index(k)) * channels + c];
                    }
                    values[(y * width + x) * channels + c] = sum;
                }
            }
        }
        return new Pixels(image.height(), width, channels, values);
    }

    private static Pixels down(Pixels image, Taps rows) {
        int rowLength = image.width() * image.channels();
        float[] values = new float[rows.outputs() * rowLength];
        for (int y = 0; y < rows.outputs(); y++) {
            for (int k = rows.first(y); k < rows.first(y + 1); k++) {
                int from = rows.index(k) * rowLength;
                float weight = rows.weight(k);
                for (int i = 0; i < rowLength; i++) {
                    values[y * rowLength + i] += weight * image.values()[from + i];
                }
            }
        }
        return new Pixels(rows.outputs(), image.width(), image.channels(), values);
    }
}
