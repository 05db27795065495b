package dev.lithe.graph;

import java.util.List;

/// An output that cannot be written: it exists, or its place refuses it (codes LQ06xx).
public final class OutputException extends LitheException {
    private static final long serialVersionUID = 1L;

    public OutputException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public OutputException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public OutputException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
