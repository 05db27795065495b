package dev.lithe.datasets.internal;

import dev.lithe.datasets.ImageOptions.Interpolation;

/// Along one axis: which pixels make up each new pixel, and with what weight. New pixel `i` is made of the taps
/// from `first(i)` to below `first(i + 1)`.
final class Taps {
    private static final int CUBIC_STEPS = 1024;

    private final int[] first;
    private int[] indices = new int[16];
    private float[] weights = new float[16];
    private int count;

    private Taps(int outputs) {
        first = new int[outputs + 1];
    }

    static Taps of(Interpolation interpolation, int from, int to) {
        Taps taps = new Taps(to);
        float scale = from / (float) to;
        for (int i = 0; i < to; i++) {
            switch (interpolation) {
                case NEAREST -> taps.add(Math.min((int) Math.floor((i + 0.5f) * scale), from - 1), 1);
                case BILINEAR -> taps.addLinear((i + 0.5f) * scale - 0.5f, from);
                case BICUBIC -> taps.addCubic((i + 0.5f) * scale - 0.5f, from);
                case AREA -> taps.addArea(i * scale, (i + 1) * scale, from);
            }
            taps.first[i + 1] = taps.count;
        }
        return taps;
    }

    int outputs() {
        return first.length - 1;
    }

    int first(int output) {
        return first[output];
    }

    int index(int tap) {
        return indices[tap];
    }

    float weight(int tap) {
        return weights[tap];
    }

    private void addLinear(float centre, int from) {
        float floor = (float) Math.floor(centre);
        float upper = centre - floor;
        add(Math.max((int) floor, 0), 1 - upper);
        add(Math.min((int) Math.ceil(centre), from - 1), upper);
    }

    /// Keys' cubic with a = -1/2, its weights taken at 1024ths of a pixel as TensorFlow tabulates them; pixels
    /// beyond the edge do not count.
    private void addCubic(float centre, int from) {
        int floor = (int) Math.floor(centre);
        double offset = Math.rint((centre - floor) * CUBIC_STEPS) / CUBIC_STEPS;
        int start = count;
        float sum = 0;
        for (int k = -1; k <= 2; k++) {
            if (floor + k >= 0 && floor + k < from) {
                float weight = cubic(Math.abs(offset - k));
                sum += weight;
                add(floor + k, weight);
            }
        }
        for (int k = start; k < count; k++) {
            weights[k] /= sum;
        }
    }

    private static float cubic(double distance) {
        double x = distance;
        return (float) (x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2);
    }

    /// Every pixel counts with the share of the interval that it covers.
    private void addArea(float start, float end, int from) {
        int last = Math.min((int) Math.ceil(end), from);
        for (int k = (int) Math.floor(start); k < last; k++) {
            float covered = Math.min(k + 1, end) - Math.max(k, start);
            if (covered > 0) {
                add(k, covered / (end - start));
            }
        }
    }

    private void add(int index, float weight) {
        if (count == indices.length) {
            indices = java.util.Arrays.copyOf(indices, 2 * count);
            weights = java.util.Arrays.copyOf(weights, 2 * count);
        }
        indices[count] = index;
        weights[count++] = weight;
    }
}
