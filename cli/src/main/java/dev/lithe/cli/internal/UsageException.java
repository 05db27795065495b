package dev.lithe.cli.internal;

/// Options that contradict each other, or one that is missing: exit code 2.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String fix;

    UsageException(String code, String what, String fix) {
        super(what);
        this.code = code;
        this.fix = fix;
    }

    /// Options that do not go together.
    static UsageException conflict(String what, String fix) {
        return new UsageException("LQ0002", what, fix);
    }

    /// Something that the command cannot do without.
    static UsageException missing(String what, String fix) {
        return new UsageException("LQ0003", what, fix);
    }

    /// A value that the option does not take.
    static UsageException value(String what, String fix) {
        return new UsageException("LQ0004", what, fix);
    }

    String code() {
        return code;
    }

    String fix() {
        return fix;
    }
}
