package dev.lithe.graph;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The base of all typed errors: what is wrong, where, how to fix it, and a stable code (`LQ0412`).
///
/// Where several things are wrong at once they are all in [#offenders()].
public abstract sealed class LitheException extends RuntimeException
        permits MalformedModelException,
                InvalidModelException,
                UnsupportedException,
                QuantizationException,
                DatasetException,
                OutputException,
                ClosedException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String what;
    private final String fix;
    private final transient List<Offender> offenders;

    /// @param code stable, `LQ` and four digits
    /// @param what what is wrong, without the location
    /// @param fix what the reader can do about it
    /// @param offenders every place where it is wrong; may be empty
    protected LitheException(
            String code, String what, String fix, List<Offender> offenders, @Nullable Throwable cause) {
        super(text(code, what, fix, offenders), cause);
        this.code = code;
        this.what = what;
        this.fix = fix;
        this.offenders = List.copyOf(offenders);
    }

    public String code() {
        return code;
    }

    public String what() {
        return what;
    }

    public String fix() {
        return fix;
    }

    public List<Offender> offenders() {
        return offenders;
    }

    private static String text(String code, String what, String fix, List<Offender> offenders) {
        String list = offenders.stream().map(o -> "\n  " + o).collect(Collectors.joining());
        return what + list + "\nFix: " + fix + " [" + code + "]";
    }

    /// `LOCATION: what`, for errors about one place.
    protected static String at(Location location, String what) {
        String where = location.toString();
        return where.isEmpty() ? what : where + ": " + what;
    }
}
