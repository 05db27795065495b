package dev.lithe.operators;

/// Input shapes that do not fit an operator. Whoever asked for the shapes adds the location.
public final class ShapeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
