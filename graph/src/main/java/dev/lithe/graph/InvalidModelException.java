package dev.lithe.graph;

import java.util.List;

/// A model that can be read but contradicts itself or the rules of the format (codes LQ02xx).
public final class InvalidModelException extends LitheException {
    private static final long serialVersionUID = 1L;

    public InvalidModelException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public InvalidModelException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public InvalidModelException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
