package dev.lithe.cases;

/// What became of a case.
///
/// @param why what is wrong or missing; empty where all is right, or how far an answer is from TensorFlow's that is
///     as far as that of TensorFlow's own file
record Outcome(OperatorCase of, Kind kind, String why) {
    enum Kind {
        /// Converted into builtin operators; the answers are right.
        RIGHT,
        /// Converted into builtin operators; the answers are wrong.
        WRONG,
        /// Converts with `--allow-custom-ops` only.
        CUSTOM,
        /// Does not convert.
        REFUSED
    }

    boolean converts() {
        return kind == Kind.RIGHT || kind == Kind.WRONG;
    }

    boolean isRight() {
        return kind == Kind.RIGHT;
    }
}
