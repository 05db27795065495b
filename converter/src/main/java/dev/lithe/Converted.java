package dev.lithe;

import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The outcome of a conversion: a model that is ready to be written, and what was decided on the way.
///
/// @param model the converted model, metadata included
/// @param decisions one for each operator of the source, in execution order
/// @param warnings what the user should know
public record Converted(Model model, QuantizationMode mode, List<Decision> decisions, List<String> warnings) {
    public Converted {
        decisions = List.copyOf(decisions);
        warnings = List.copyOf(warnings);
    }

    /// Bytes of the file. Derived constants are computed for it and not kept: for a large model ask the file.
    public long size() {
        CountingChannel channel = new CountingChannel();
        try {
            TfliteWriter.write(model, channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return channel.written;
    }

    /// The file in memory; for models below 2 GB.
    public byte[] bytes() {
        return TfliteWriter.toBytes(model);
    }

    /// How many operators of the source run in each precision; every precision has an entry.
    public Map<Precision, Integer> operators() {
        Map<Precision, Integer> counts = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            counts.put(precision, 0);
        }
        decisions.forEach(decision -> counts.merge(decision.precision(), 1, Integer::sum));
        return counts;
    }

    /// Writes the file, whole or not at all.
    ///
    /// @throws dev.lithe.graph.OutputException where `path` exists already or cannot be written (LQ06xx)
    public void write(Path path) {
        write(path, false);
    }

    /// Writes the file, whole or not at all.
    ///
    /// @param replace whether an existing file is replaced
    /// @throws dev.lithe.graph.OutputException where `path` may not or cannot be written (LQ06xx)
    public void write(Path path, boolean replace) {
        try (OutputFile file = OutputFile.claim(path, replace)) {
            stage(file);
            file.commit();
        }
    }

    /// Writes the file to where `output` stages it; the caller commits.
    public void stage(OutputFile output) {
        output.stage(channel -> TfliteWriter.write(model, channel));
    }

    private static final class CountingChannel implements WritableByteChannel {
        private long written;

        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            source.position(source.limit());
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
