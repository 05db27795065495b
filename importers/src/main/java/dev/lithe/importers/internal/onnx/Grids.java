package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Images that are sampled at places which are computed: GridSample and AffineGrid, in two dimensions.
final class Grids {
    private Grids() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("GridSample", c -> Call.one(new Sampler(c).lower())), entry("AffineGrid", Grids::affine));
    }

    /// The places of the pixels, from -1 to 1, under an affine map.
    private static List<Laid> affine(Call call) {
        Formula f = Formula.of(call);
        int[] size = call.ints(1, "size");
        boolean absurd = size.length == 4 && (long) size[2] * size[3] > Numbers.LIMIT;
        if (size.length != 4 || size[2] < 1 || size[3] < 1 || absurd) {
            throw new NotLowerable("its grid is " + java.util.Arrays.toString(size)
                    + ", two dimensions of a known size are supported");
        }
        int height = size[2];
        int width = size[3];
        boolean corners = call.node().flag("align_corners", false);
        float[] places = new float[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                places[at] = place(x, width, corners);
                places[height * width + at] = place(y, height, corners);
                places[2 * height * width + at] = 1;
            }
        }
        Laid grid = f.matMul(call.input(0), f.reals(Shape.of(3, height * width), places));
        return Call.one(f.reshape(f.transpose(grid, 0, 2, 1), 0, height, width, 2));
    }

    private static float place(int i, int size, boolean corners) {
        return corners ? size == 1 ? -1 : -1 + 2f * i / (size - 1) : (2f * i + 1) / size - 1;
    }

    /// One GridSample.
    private static final class Sampler {
        private final Call call;
        private final Formula f;
        private final boolean corners;
        private final String padding;
        private final int height;
        private final int width;
        private final Laid pixels;

        Sampler(Call call) {
            this.call = call;
            this.f = Formula.of(call);
            this.corners = call.node().flag("align_corners", false);
            this.padding = call.node().text("padding_mode", "zeros");
            if (call.rank(0) != 4) {
                throw new NotLowerable("its image has " + (call.rank(0) - 2) + " dimensions, two are supported");
            }
            this.height = call.shape(0).dimension(2);
            this.width = call.shape(0).dimension(3);
            int channels = call.shape(0).dimension(1);
            if (height < 1 || width < 1 || channels < 1) {
                throw new NotLowerable("the size of its image is unknown; give the inputs fixed shapes");
            }
            this.pixels = f.reshape(f.transpose(call.input(0), 0, 2, 3, 1), -1, channels);
        }

        Laid lower() {
            Laid x = coordinate(0, width);
            Laid y = coordinate(1, height);
            String mode = call.node().text("mode", "linear");
            Laid sampled = switch (mode) {
                case "nearest" -> pixel(f.op("Round", y), f.op("Round", x));
                case "linear", "bilinear" -> mixed(y, x);
                default -> throw new NotLowerable("its mode " + mode + " is not supported");
            };
            return f.transpose(sampled, 0, 3, 1, 2);
        }

        /// Where the pixels lie along one dimension: [batch, height, width].
        private Laid coordinate(int index, int size) {
            Laid given = f.op("Squeeze", f.slice(call.input(1), 3, index, index + 1L), f.longs(3));
            Laid place = corners
                    ? f.mul(f.add(given, f.real(1)), f.real((size - 1) / 2.0))
                    : f.sub(f.mul(f.add(given, f.real(1)), f.real(size / 2.0)), f.real(0.5));
            return switch (padding) {
                case "zeros" -> place;
                case "border" -> f.op("Clip", place, f.real(0), f.real(size - 1.0));
                case "reflection" -> reflected(place, size);
                default -> throw new NotLowerable("its padding " + padding + " is not known");
            };
        }

        /// Mirrored at the borders, which lie on the outer pixels' centres or around them.
        private Laid reflected(Laid place, int size) {
            double low = corners ? 0 : -0.5;
            double span = corners ? size - 1.0 : size;
            if (span == 0) {
                return f.mul(place, f.real(0));
            }
            Laid from = f.sub(place, f.real(low));
            Laid period = f.op("Mod", f.op("Abs", from), f.real(2 * span));
            Laid folded = f.op("Min", period, f.sub(f.real(2 * span), period));
            return f.op("Clip", f.add(folded, f.real(low)), f.real(0), f.real(size - 1.0));
        }

        private Laid mixed(Laid y, Laid x) {
            Laid top = f.op("Floor", y);
            Laid left = f.op("Floor", x);
            Laid bottom = f.add(top, f.real(1));
            Laid right = f.add(left, f.real(1));
            Laid down = f.sub(y, top);
            Laid across = f.sub(x, left);
            Laid up = f.sub(f.real(1), down);
            Laid back = f.sub(f.real(1), across);
            Laid upper = f.add(weighted(top, left, f.mul(up, back)), weighted(top, right, f.mul(up, across)));
            Laid lower = f.add(weighted(bottom, left, f.mul(down, back)), weighted(bottom, right, f.mul(down, across)));
            return f.add(upper, lower);
        }

        private Laid weighted(Laid y, Laid x, Laid weight) {
            return f.mul(pixel(y, x), f.op("Unsqueeze", weight, f.longs(3)));
        }

        /// The pixels at whole places, zeros outside of the image.
        private Laid pixel(Laid y, Laid x) {
            Laid row = f.op("Clip", y, f.real(0), f.real(height - 1.0));
            Laid column = f.op("Clip", x, f.real(0), f.real(width - 1.0));
            Laid index = f.add(f.mul(integer(row), number(width)), integer(column));
            int batch = call.shape(0).dimension(0);
            if (batch != 1) {
                index = f.add(index, starts(batch));
            }
            Laid found = f.op("Gather", Formula.with("axis", 0), pixels, index);
            if (!padding.equals("zeros")) {
                return found;
            }
            Laid inside = f.op("And", f.op("Equal", row, y), f.op("Equal", column, x));
            return f.mul(found, f.op("Unsqueeze", f.cast(inside, TensorType.FLOAT32), f.longs(3)));
        }

        private Laid integer(Laid x) {
            return f.cast(x, TensorType.INT32);
        }

        private Laid number(int value) {
            return Laid.plain(f.graph().scalar(TensorType.INT32, value));
        }

        /// The first pixel of each image of the batch.
        private Laid starts(int batch) {
            if (batch < 1 || batch > Numbers.LIMIT) {
                throw new NotLowerable("its batch is " + batch + "; give the inputs fixed shapes");
            }
            int[] starts = new int[batch];
            java.util.Arrays.setAll(starts, i -> i * height * width);
            return Laid.plain(f.graph().ints(Shape.of(batch, 1, 1), starts));
        }
    }
}
