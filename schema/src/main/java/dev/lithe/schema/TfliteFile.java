package dev.lithe.schema;

/// What a `.tflite` file holds: a model and what is appended to it.
///
/// @param trailing the bytes behind the model, empty in most files. A zip archive there (label files and the like) is
///     given as an archive of its own, whose offsets count from its beginning.
public record TfliteFile(ModelTable model, Bytes trailing) {}
