package dev.lithe.cli.internal;

import dev.lithe.datasets.DataOptions;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.ImageOptions;
import dev.lithe.graph.DatasetException;
import dev.lithe.schema.Floats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How DATA are read: the options for folders of images.
final class DataArguments {
    /// What DATA may be, for the help of the option that takes it.
    static final String DATA = "an npz archive (its keys are input names; 'labels' for labels), a folder of npz or npy "
            + "files, of images (or one folder per class) or of wav files, or a csv; or random[:N]";

    @Option(names = "--resize", paramLabel = "WxH", description = "Resize to this many pixels.")
    @Nullable
    String resize;

    @Option(
            names = "--resize-mode",
            paramLabel = "MODE",
            description = "Where the proportions differ: stretch (default), crop or pad.")
    ImageOptions.@Nullable ResizeMode resizeMode;

    @Option(
            names = "--interpolation",
            paramLabel = "KIND",
            description = "bilinear (default), nearest, bicubic or area.")
    ImageOptions.@Nullable Interpolation interpolation;

    @Option(names = "--channels", paramLabel = "KIND", description = "rgb (default), bgr or gray.")
    ImageOptions.@Nullable Channels channels;

    @Option(
            names = "--normalize",
            paramLabel = "MEAN,STD",
            description = "(pixel - mean) / std; two numbers, or all means and then all stds, one per channel "
                    + "(default: pixels of 0 to 255).")
    @Nullable
    String normalize;

    /// The first of these options that was given, for messages.
    @Nullable
    String given() {
        return resize != null
                ? "--resize"
                : resizeMode != null
                        ? "--resize-mode"
                        : interpolation != null
                                ? "--interpolation"
                                : channels != null ? "--channels" : normalize != null ? "--normalize" : null;
    }

    /// The data that `data` names, not opened yet.
    ///
    /// @throws UsageException where an option's value makes no sense
    DataSource source(String data) {
        try {
            return Dataset.parse(data, DataOptions.DEFAULT.withImages(images()));
        } catch (DatasetException e) {
            throw new UsageException(e.code(), e.what(), e.fix());
        }
    }

    private ImageOptions images() {
        ImageOptions images = ImageOptions.DEFAULT;
        if (channels != null) {
            images = images.withChannels(channels);
        }
        if (resize != null) {
            images = images.withSize(ImageOptions.Size.parse(resize));
        }
        if (resizeMode != null) {
            images = images.withResizeMode(resizeMode);
        }
        if (interpolation != null) {
            images = images.withInterpolation(interpolation);
        }
        if (normalize != null) {
            float[] numbers = numbers(normalize);
            int half = numbers.length / 2;
            images = images.withNormalization(
                    Floats.of(Arrays.copyOf(numbers, half)),
                    Floats.of(Arrays.copyOfRange(numbers, half, numbers.length)));
        }
        return images;
    }

    private static float[] numbers(String text) {
        String[] words = text.split(",", -1);
        float[] numbers = new float[words.length];
        try {
            for (int i = 0; i < words.length; i++) {
                numbers[i] = Float.parseFloat(words[i].strip());
            }
        } catch (NumberFormatException e) {
            throw unreadable(text);
        }
        if (numbers.length < 2 || numbers.length % 2 != 0) {
            throw unreadable(text);
        }
        return numbers;
    }

    private static UsageException unreadable(String text) {
        return UsageException.value(
                "--normalize " + text + " is no MEAN,STD",
                "give two numbers such as 127.5,127.5, or one mean per channel and then one std per channel.");
    }
}
