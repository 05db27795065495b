package dev.lithe.datasets;

import org.jspecify.annotations.Nullable;

/// How DATA are read, as far as the files do not say it themselves.
///
/// @param images for folders of images
/// @param labelColumn the column of a `.csv` that holds the labels: its name, `first` or `last`; null takes the
///     one that the header calls `labels` or `label`, if any
/// @param seed of random data
public record DataOptions(ImageOptions images, @Nullable String labelColumn, long seed) {
    public static final DataOptions DEFAULT = new DataOptions(ImageOptions.DEFAULT, null, 0);

    public DataOptions withImages(ImageOptions newImages) {
        return new DataOptions(newImages, labelColumn, seed);
    }

    public DataOptions withLabelColumn(@Nullable String newLabelColumn) {
        return new DataOptions(images, newLabelColumn, seed);
    }

    public DataOptions withSeed(long newSeed) {
        return new DataOptions(images, labelColumn, newSeed);
    }
}
