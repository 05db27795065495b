package dev.lithe.oracle.internal;

/// The runtime returned an error; it has written why to standard error.
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String where) {
        super(where);
    }
}
