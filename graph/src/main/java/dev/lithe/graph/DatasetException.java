package dev.lithe.graph;

import java.util.List;

/// Data that do not fit the model: names, types, shapes, values, or nothing at all (codes LQ05xx).
public final class DatasetException extends LitheException {
    private static final long serialVersionUID = 1L;

    public DatasetException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public DatasetException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public DatasetException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
