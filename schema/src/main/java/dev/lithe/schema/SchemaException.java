package dev.lithe.schema;

/// Bytes that are no `.tflite` model, or a model that cannot be put into bytes.
///
/// The message says what is wrong and where, in one sentence without the remedy, which [#fix()] gives.
public final class SchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SchemaError error;
    private final long position;

    /// @param position the byte of the file where the fault lies, -1 where no single byte is to blame
    public SchemaException(SchemaError error, long position, String message) {
        super(position < 0 ? message : "byte " + position + ": " + message);
        this.error = error;
        this.position = position;
    }

    /// The same fault with the error that brought it to light.
    public SchemaException(SchemaError error, long position, String message, Throwable cause) {
        this(error, position, message);
        initCause(cause);
    }

    /// A number that names no constant of an enumeration.
    static SchemaException unknownCode(String enumeration, int code, int last) {
        return new SchemaException(
                SchemaError.NEWER_FORMAT,
                -1,
                "%s has no value %d (the last one known is %d)".formatted(enumeration, code, last));
    }

    public SchemaError error() {
        return error;
    }

    /// The stable code, `LQ01xx`.
    public String code() {
        return error.code();
    }

    /// What the user can do about it.
    public String fix() {
        return error.fix();
    }

    /// The byte of the file where the fault lies, -1 where no single byte is to blame.
    public long position() {
        return position;
    }
}
