package dev.lithe.importers.internal.checkpoint;

/// The bytes of a table contradict its format. Whoever knows the file adds its name.
final class BrokenTableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenTableException(String message) {
        super(message);
    }
}
