package dev.lithe.graph;

import java.util.List;

/// A quantization that was asked for and cannot be done (codes LQ04xx).
public final class QuantizationException extends LitheException {
    private static final long serialVersionUID = 1L;

    public QuantizationException(String code, Location location, String what, String fix) {
        super(code, at(location, what), fix, List.of(), null);
    }

    public QuantizationException(String code, Location location, String what, String fix, Throwable cause) {
        super(code, at(location, what), fix, List.of(), cause);
    }

    public QuantizationException(String code, String what, String fix, List<Offender> offenders) {
        super(code, what, fix, offenders, null);
    }
}
