package dev.lithe.schema;

/// What can be wrong with the bytes of a `.tflite` file. The codes are stable.
public enum SchemaError {
    /// An offset, length or size leads out of the file.
    OUT_OF_BOUNDS("LQ0101", "The file is truncated or damaged: fetch or export it again."),
    /// The file does not begin as a LiteRT model does.
    NOT_A_MODEL("LQ0102", "Give a .tflite file (a FlatBuffer with the identifier TFL3)."),
    /// The schema version is not 3.
    VERSION("LQ0103", "Export the model again with TensorFlow 1.14 or newer."),
    /// Something stands at an address that its type does not allow.
    MISALIGNED("LQ0104", "The file is damaged or was written by a faulty tool: fetch or export it again."),
    /// An enumeration value, union member or field that this version does not know.
    NEWER_FORMAT("LQ0105", "The file is damaged, or its format is newer than this version of Lithe: update Lithe."),
    /// Parts overlap, so that reading them would take far more memory than the file has bytes.
    OVERLAPPING("LQ0107", "The file is damaged: fetch or export it again."),
    /// A string without its end or not in UTF-8.
    STRING("LQ0108", "The file is damaged or was written by a faulty tool: fetch or export it again."),
    /// A number outside the range of its field.
    VALUE("LQ0109", "The file is damaged or was written by a faulty tool: fetch or export it again."),
    /// The file shrank or its device failed while it was read.
    CHANGED("LQ0110", "Another program changed the file, or the disk failed, while it was read: try again."),
    /// The model does not fit into the format.
    TOO_LARGE("LQ0111", "The part of the model besides its constants must stay below 2 GB: split the model.");

    private final String code;
    private final String fix;

    SchemaError(String code, String fix) {
        this.code = code;
        this.fix = fix;
    }

    /// The stable code, `LQ01xx`.
    public String code() {
        return code;
    }

    /// What the user can do about it.
    public String fix() {
        return fix;
    }
}
