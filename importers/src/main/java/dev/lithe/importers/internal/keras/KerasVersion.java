package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The version of Keras that wrote a file. Some settings have the same name in all of them and another meaning.
record KerasVersion(int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,3})(?:\\.(\\d{1,5}))?.*", Pattern.DOTALL);

    /// @param text as in `2.4.0` or `2.2.4-tf`; null where the file does not say
    /// @param unsaid the major version of files that do not say
    /// @throws MalformedModelException (LQ0172) where it is none
    static KerasVersion of(String file, @Nullable String text, int unsaid) {
        if (text == null) {
            return new KerasVersion(unsaid, 0);
        }
        Matcher numbers = NUMBERS.matcher(text.strip());
        if (!numbers.matches() || Integer.parseInt(numbers.group(1)) == 0) {
            throw new MalformedModelException(
                    "LQ0172",
                    Location.file(file),
                    "says that it is of version '" + text + "' of Keras, which is none",
                    "copy or save the model again.");
        }
        String minor = numbers.group(2);
        return new KerasVersion(Integer.parseInt(numbers.group(1)), minor == null ? 0 : Integer.parseInt(minor));
    }

    boolean isBefore(int otherMajor, int otherMinor) {
        return major < otherMajor || (major == otherMajor && minor < otherMinor);
    }
}
