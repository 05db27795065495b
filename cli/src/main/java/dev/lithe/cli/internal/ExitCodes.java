package dev.lithe.cli.internal;

/// What the process says to the script that called it.
final class ExitCodes {
    static final int DONE = 0;
    /// Bad or missing files or data, an impossible conversion, an output that exists.
    static final int FAILED = 1;
    /// Unknown or conflicting options, a required one missing.
    static final int USAGE = 2;
    /// A bound that the user stated is not met.
    static final int BOUND_NOT_MET = 3;

    private ExitCodes() {}
}
