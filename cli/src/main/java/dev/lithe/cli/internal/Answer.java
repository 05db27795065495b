package dev.lithe.cli.internal;

import java.util.List;
import java.util.Map;

/// What a command found out, for people and for scripts.
///
/// @param text lines for people; printed on standard output
/// @param json the document that `--json` prints instead
/// @param exitCode 0, or 3 where a bound that the user stated is not met
record Answer(List<String> text, Map<String, Object> json, int exitCode) {
    Answer {
        text = List.copyOf(text);
    }

    Answer(List<String> text, Map<String, Object> json) {
        this(text, json, ExitCodes.DONE);
    }
}
