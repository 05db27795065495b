package dev.lithe.graph;

import java.util.List;

/// Something that this version has not been taught yet (codes LQ03xx).
public final class UnsupportedException extends LitheException {
    private static final long serialVersionUID = 1L;

    public UnsupportedException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public UnsupportedException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public UnsupportedException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
