package dev.lithe.graph;

import java.util.List;

/// Something was used after it had been closed, or closed while it was in use (codes LQ07xx).
public final class ClosedException extends LitheException {
    private static final long serialVersionUID = 1L;

    public ClosedException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }
}
