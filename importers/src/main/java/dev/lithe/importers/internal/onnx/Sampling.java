package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How the elements of a resized dimension are made of the old ones: each is a weighted sum.
///
/// @param weights [to, from], row by row
/// @param nearest which single element each is, null where it is a mixture
record Sampling(int from, int to, float[] weights, int @Nullable [] nearest) {
    /// Which place of the old dimension belongs to each place of the new one.
    record Coordinates(String mode, double scale, float start, float end) {
        double of(int i, int from, int to) {
            return switch (mode) {
                case "half_pixel" -> (i + 0.5) / scale - 0.5;
                case "half_pixel_symmetric" -> {
                    double adjustment = to / (scale * from);
                    yield from / 2.0 * (1 - adjustment) + (i + 0.5) / scale - 0.5;
                }
                case "pytorch_half_pixel" -> to > 1 ? (i + 0.5) / scale - 0.5 : 0;
                case "align_corners" -> to == 1 ? 0 : i * (double) (from - 1) / (to - 1);
                case "asymmetric" -> i / scale;
                case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
                case "tf_crop_and_resize" ->
                    to > 1
                            ? start * (from - 1) + i * (double) (end - start) * (from - 1) / (to - 1)
                            : 0.5 * (start + end) * (from - 1);
                default -> throw new NotLowerable("coordinate transformation " + mode + " is not known");
            };
        }
    }

    static Sampling identity(int size) {
        int[] same = IntStream.range(0, size).toArray();
        return new Sampling(size, size, new float[0], same);
    }

    static Sampling of(OnnxNode node, String mode, boolean old, Coordinates places, int from, int to) {
        if (to < 1 || (long) from * to > 1 << 26) {
            throw new NotLowerable("it resizes " + from + " to " + to + " elements");
        }
        if (mode.equals("nearest")) {
            String rounding = node.text("nearest_mode", old ? "floor" : "round_prefer_floor");
            int[] nearest = IntStream.range(0, to)
                    .map(i -> Math.clamp((long) rounded(places.of(i, from, to), rounding), 0, from - 1))
                    .toArray();
            boolean inside = IntStream.range(0, to).noneMatch(i -> isOutside(places, i, from, to));
            if (!inside) {
                throw new NotLowerable("it reaches out of its input with mode nearest, which is not supported");
            }
            return new Sampling(from, to, new float[0], nearest);
        }
        float[] weights = new float[from * to];
        for (int i = 0; i < to; i++) {
            if (isOutside(places, i, from, to)) {
                if (node.real("extrapolation_value", 0) != 0) {
                    throw new NotLowerable("it fills what lies outside of its input with "
                            + node.real("extrapolation_value", 0) + ", only 0 is supported");
                }
                continue;
            }
            Filter filter = new Filter(mode, node, places.scale);
            filter.add(weights, i * from, from, places.of(i, from, to));
        }
        return new Sampling(from, to, weights, null);
    }

    private static boolean isOutside(Coordinates places, int i, int from, int to) {
        double place = places.of(i, from, to);
        return places.mode.equals("tf_crop_and_resize") && (place < 0 || place > from - 1);
    }

    private static double rounded(double place, String mode) {
        return switch (mode) {
            case "round_prefer_floor" -> Math.ceil(place - 0.5);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            default -> throw new NotLowerable("nearest mode " + mode + " is not known");
        };
    }

    /// Weights of the neighbours of a place.
    private record Filter(String mode, OnnxNode node, double scale) {
        void add(float[] weights, int row, int from, double place) {
            boolean antialias = node.flag("antialias", false) && scale < 1;
            double width = antialias ? 1 / scale : 1;
            int reach = mode.equals("linear") ? 1 : 2;
            double support = reach * width;
            int low = (int) Math.floor(place - support) + 1;
            int high = (int) Math.ceil(place + support) - 1;
            if (!antialias) {
                low = (int) Math.floor(place) - reach + 1;
                high = (int) Math.floor(place) + reach;
            }
            double[] own = new double[from];
            double sum = 0;
            boolean exclude = node.flag("exclude_outside", false) || antialias;
            for (int i = low; i <= high; i++) {
                double weight = kernel((i - place) / width);
                if (i >= 0 && i < from || !exclude) {
                    own[Math.clamp(i, 0, from - 1)] += weight;
                    sum += weight;
                }
            }
            for (int i = 0; i < from; i++) {
                weights[row + i] = (float) (own[i] / sum);
            }
        }

        private double kernel(double distance) {
            double d = Math.abs(distance);
            if (mode.equals("linear")) {
                return Math.max(0, 1 - d);
            }
            if (!mode.equals("cubic")) {
                throw new NotLowerable("mode " + mode + " is not known");
            }
            double a = node.real("cubic_coeff_a", -0.75f);
            if (d <= 1) {
                return ((a + 2) * d - (a + 3)) * d * d + 1;
            }
            return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
        }
    }

    // ---- what LiteRT's operators do

    private float liteScale(boolean align) {
        return align && to > 1 ? (from - 1) / (float) (to - 1) : from / (float) to;
    }

    boolean isLiteNearest(boolean align, boolean half) {
        int[] own = nearest;
        if (own == null) {
            return false;
        }
        float scale = liteScale(align);
        float offset = half ? 0.5f : 0;
        for (int i = 0; i < to; i++) {
            float place = (i + offset) * scale;
            int index = Math.min(align ? Math.round(place) : (int) Math.floor(place), from - 1);
            if (half) {
                index = Math.max(0, index);
            }
            if (index != own[i]) {
                return false;
            }
        }
        return true;
    }

    boolean isLiteBilinear(boolean align, boolean half) {
        float scale = liteScale(align);
        for (int i = 0; i < to; i++) {
            float place = half ? (i + 0.5f) * scale - 0.5f : i * scale;
            int low = Math.max((int) Math.floor(place), 0);
            int high = Math.min((int) Math.ceil(place), from - 1);
            double[] row = new double[from];
            row[Math.min(low, from - 1)] += 1 - (place - low);
            row[high] += place - low;
            for (int j = 0; j < from; j++) {
                float own = nearest == null ? weights[i * from + j] : nearest[i] == j ? 1 : 0;
                if (Math.abs(own - row[j]) > 1e-5) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sampling that
                && from == that.from
                && to == that.to
                && Arrays.equals(weights, that.weights)
                && Arrays.equals(nearest, that.nearest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights) + 31 * Arrays.hashCode(nearest);
    }
}
