package dev.lithe.importers.internal.raw;

/// Output `index` of a node.
public record RawPort(RawNode node, int index) {}
