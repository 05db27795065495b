package dev.lithe.datasets;

import dev.lithe.datasets.internal.DataErrors;
import dev.lithe.schema.Floats;
import org.jspecify.annotations.Nullable;

/// How image files become tensors: decoded, brought to `channels`, resized, then `(pixel − mean) / std` over
/// pixels of 0 to 255.
///
/// @param size what to resize to; null leaves images as they are
/// @param mean one for all channels or one a channel
/// @param std likewise, none of them 0
public record ImageOptions(
        @Nullable Size size,
        ResizeMode resizeMode,
        Interpolation interpolation,
        Channels channels,
        Floats mean,
        Floats std) {
    /// Width and height in pixels.
    public record Size(int width, int height) {
        public Size {
            if (width < 1 || height < 1 || width > MOST_PIXELS || height > MOST_PIXELS) {
                throw DataErrors.option(
                        "an image size of " + width + "x" + height + " pixels is out of range",
                        "give a width and a height of 1 to " + MOST_PIXELS + ".");
            }
        }

        private static final int MOST_PIXELS = 1 << 15;

        /// Reads `WxH`, such as `96x96`.
        ///
        /// @throws dev.lithe.graph.DatasetException where it is anything else (LQ0516)
        public static Size parse(String text) {
            String[] parts = text.split("x", -1);
            try {
                if (parts.length == 2) {
                    return new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                }
            } catch (NumberFormatException e) {
                throw unreadable(text);
            }
            throw unreadable(text);
        }

        private static RuntimeException unreadable(String text) {
            return DataErrors.option("'" + text + "' is no image size", "give WIDTHxHEIGHT in pixels, such as 96x96.");
        }
    }

    /// What happens to an image whose sides stand in another proportion than the target's.
    public enum ResizeMode {
        /// The proportion is given up.
        STRETCH,
        /// The largest centred part of the target's proportion is used.
        CROP,
        /// The whole image is used; the rest is black (0 before normalization), about half of it on either side,
        /// as `tf.image.resize_with_pad` places it.
        PAD
    }

    /// As `tf.image.resize` has them in TensorFlow 2: pixel centres at half, no antialiasing.
    public enum Interpolation {
        BILINEAR,
        NEAREST,
        BICUBIC,
        AREA
    }

    public enum Channels {
        RGB(3),
        BGR(3),
        /// Luma: 0.2989 R + 0.587 G + 0.114 B.
        GRAY(1);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        public int count() {
            return count;
        }
    }

    /// Pixels as they are: no resizing, RGB, 0 to 255.
    public static final ImageOptions DEFAULT = new ImageOptions(
            null, ResizeMode.STRETCH, Interpolation.BILINEAR, Channels.RGB, Floats.of(0), Floats.of(1));

    public ImageOptions {
        checkCount("mean", mean, channels);
        checkCount("std", std, channels);
        for (float value : std.toArray()) {
            if (value == 0) {
                throw DataErrors.option("a standard deviation of 0 divides by zero", "give std values other than 0.");
            }
        }
    }

    private static void checkCount(String what, Floats values, Channels channels) {
        if (values.size() != 1 && values.size() != channels.count()) {
            throw DataErrors.option(
                    what + " has " + values.size() + " values for " + channels.count() + " channels",
                    "give one value for all channels, or one a channel.");
        }
        for (float value : values.toArray()) {
            if (!Float.isFinite(value)) {
                throw DataErrors.option(what + " is " + value, "give a finite number.");
            }
        }
    }

    public ImageOptions withSize(@Nullable Size newSize) {
        return new ImageOptions(newSize, resizeMode, interpolation, channels, mean, std);
    }

    public ImageOptions withResizeMode(ResizeMode newMode) {
        return new ImageOptions(size, newMode, interpolation, channels, mean, std);
    }

    public ImageOptions withInterpolation(Interpolation newInterpolation) {
        return new ImageOptions(size, resizeMode, newInterpolation, channels, mean, std);
    }

    public ImageOptions withChannels(Channels newChannels) {
        return new ImageOptions(size, resizeMode, interpolation, newChannels, mean, std);
    }

    public ImageOptions withNormalization(Floats newMean, Floats newStd) {
        return new ImageOptions(size, resizeMode, interpolation, channels, newMean, newStd);
    }
}
