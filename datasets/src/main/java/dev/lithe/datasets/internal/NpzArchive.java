package dev.lithe.datasets.internal;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The `.npy` entries of a mapped zip archive.
public final class NpzArchive {
    private static final String SUFFIX = ".npy";

    private final String location;
    private final Map<String, ZipEntry> entries;
    private final List<String> names;

    private NpzArchive(String location, Map<String, ZipEntry> entries) {
        this.location = location;
        this.entries = entries;
        this.names = entries.keySet().stream()
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .toList();
    }

    public static NpzArchive read(String location, MemorySegment file) {
        return new NpzArchive(location, ZipIndex.read(location, file));
    }

    public List<String> names() {
        return names;
    }

    public String location(String name) {
        return location + "[" + name + "]";
    }

    public MemorySegment content(String name) {
        return Objects.requireNonNull(entries.get(name + SUFFIX)).content();
    }
}
