package dev.lithe.datasets.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The data files of a folder, in the order of their names; with sub-folders as classes where it has no files
/// itself.
///
/// @param files each with the number of its class, -1 where there are none
record FolderListing(FileKind kind, List<LabelledFile> files) {
    record LabelledFile(Path path, int label) {}

    /// What a file's name says it holds.
    enum FileKind {
        ARRAY,
        IMAGE,
        SOUND,
        /// Data that are not read: to pass over them would lose samples without a word.
        UNREAD;

        /// The kind of `path`; null for files that are no data, such as a README.
        static @Nullable FileKind of(Path path) {
            String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
            String extension = name.substring(name.lastIndexOf('.') + 1);
            return switch (extension) {
                case "npz", "npy" -> ARRAY;
                case "png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff" -> IMAGE;
                case "wav" -> SOUND;
                case "webp", "heic", "avif", "flac", "mp3", "ogg", "csv", "tfrecord", "parquet" -> UNREAD;
                default -> null;
            };
        }
    }

    static FolderListing of(Path folder) {
        List<Path> all = entries(folder);
        List<LabelledFile> files = dataFiles(all, -1);
        List<Path> folders = all.stream().filter(Files::isDirectory).toList();
        if (files.isEmpty()) {
            for (int i = 0; i < folders.size(); i++) {
                files.addAll(dataFiles(entries(folders.get(i)), i));
            }
        } else if (folders.stream().anyMatch(sub -> !dataFiles(entries(sub), 0).isEmpty())) {
            throw DataErrors.unknownKind(
                    folder.toString(),
                    "it holds data files both itself and in sub-folders",
                    "keep the files in the folder, or all of them in one sub-folder per class.");
        }
        return new FolderListing(kind(folder, files), files);
    }

    private static FileKind kind(Path folder, List<LabelledFile> files) {
        EnumSet<FileKind> kinds = EnumSet.noneOf(FileKind.class);
        for (LabelledFile file : files) {
            FileKind kind = FileKind.of(file.path());
            if (kind == FileKind.UNREAD) {
                throw DataErrors.unknownKind(
                        file.path().toString(),
                        "files of this kind are not read from a folder",
                        "convert them: arrays to .npz or .npy, images to .png or .jpg, sound to .wav.");
            }
            if (kind != null) {
                kinds.add(kind);
            }
        }
        if (kinds.size() > 1) {
            throw DataErrors.unknownKind(
                    folder.toString(),
                    "it holds files of several kinds: arrays, images or sound",
                    "put each kind in a folder of its own.");
        }
        if (kinds.isEmpty()) {
            throw DataErrors.noSamples(
                    folder.toString(),
                    "the folder holds no .npz, .npy, image or .wav files, nor sub-folders with them");
        }
        return kinds.iterator().next();
    }

    private static List<LabelledFile> dataFiles(List<Path> entries, int label) {
        List<LabelledFile> files = new ArrayList<>();
        for (Path path : entries) {
            if (FileKind.of(path) != null && Files.isRegularFile(path)) {
                files.add(new LabelledFile(path, label));
            }
        }
        return files;
    }

    /// What a folder holds, hidden files left out, sorted by name.
    static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw DataErrors.unreadable(folder, e);
        }
    }
}
