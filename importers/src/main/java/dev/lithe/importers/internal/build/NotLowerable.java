package dev.lithe.importers.internal.build;

/// A node that cannot be expressed with the operators that there are; the message says why. Caught
/// by [Lowering], which reports all of them together.
public final class NotLowerable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotLowerable(String why) {
        super(why);
    }
}
