package dev.lithe.graph;

import dev.lithe.schema.Bytes;

/// A named blob that travels with the file, such as `min_runtime_version`.
public record Metadata(String name, Bytes content) {}
