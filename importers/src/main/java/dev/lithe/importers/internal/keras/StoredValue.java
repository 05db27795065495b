package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.Bytes;

/// A weight in a file.
///
/// @param path where it stands in the file
/// @param bytes little-endian, read when they are asked for
record StoredValue(String path, DataType type, Shape shape, Bytes bytes) {}
