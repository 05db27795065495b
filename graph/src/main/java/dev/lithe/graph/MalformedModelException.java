package dev.lithe.graph;

import java.util.List;

/// The bytes of a model file are damaged: truncated, bit-flipped, or no model at all (codes LQ01xx).
public final class MalformedModelException extends LitheException {
    private static final long serialVersionUID = 1L;

    public MalformedModelException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public MalformedModelException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public MalformedModelException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
