package dev.lithe.oracle.internal;

/// The request does not fit the model: the caller's fault, not the runtime's refusal.
final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;

    RequestException(String message) {
        super(message);
    }
}
