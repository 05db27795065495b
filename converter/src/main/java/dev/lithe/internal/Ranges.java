package dev.lithe.internal;

import dev.lithe.graph.CalibrationTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ranges of activations, and what is to be said of where they come from.
///
/// @param digest tells the data apart; null where there are none
public record Ranges(CalibrationTable table, @Nullable String digest, List<String> warnings) {
    public static final Ranges NONE = new Ranges(CalibrationTable.EMPTY, null, List.of());

    public Ranges {
        warnings = List.copyOf(warnings);
    }

    /// Ranges that somebody else found.
    public static Ranges given(CalibrationTable table) {
        Checksum checksum = new Checksum();
        table.byTensor().forEach((key, statistics) -> {
            checksum.update((key.subgraph() + "/" + key.ordinal() + "/" + key.name()).getBytes(StandardCharsets.UTF_8));
            checksum.update(ByteBuffer.allocate(8)
                    .putFloat(statistics.min())
                    .putFloat(statistics.max())
                    .array());
        });
        return new Ranges(table, checksum.text(), List.of());
    }
}
