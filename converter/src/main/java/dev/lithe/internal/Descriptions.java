package dev.lithe.internal;

import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes into a converted model what was done to it. Entries of the source that say something else survive.
public final class Descriptions {
    private static final String PRECISION_SUPPORT = "reduced_precision_support";

    private Descriptions() {}

    /// @param source the model before the conversion
    /// @param converted the model after it
    /// @param data checksum of the representative dataset or of the ranges; null where there is none
    public static Model describe(Model source, Model converted, Recipe recipe, @Nullable String data) {
        byte[] digest = digest(source);
        List<Metadata> entries = new ArrayList<>(converted.metadata());
        conversion(source, recipe, digest).ifPresent(entry -> put(entries, entry));
        switch (recipe.mode()) {
            // Accelerators may compute in float16 and add up in float32.
            case FLOAT16 -> put(entries, new Metadata(PRECISION_SUPPORT, ascii("fp16accfp32")));
            case NONE, DYNAMIC, INT8, INT16X8 -> entries.removeIf(e -> e.name().equals(PRECISION_SUPPORT));
        }
        // Where the source brought an entry of its own, the digest in it is another one.
        String own = source.metadata(ConversionMetadata.NAME).isPresent() ? Checksum.text(digest) : null;
        put(entries, new Provenance(recipe, own, data).metadata());
        return converted.withMetadata(entries);
    }

    /// Nothing where the source carries an entry that this version cannot read: it stays as it is.
    private static Optional<Metadata> conversion(Model source, Recipe recipe, byte[] digest) {
        Optional<Metadata> present = source.metadata(ConversionMetadata.NAME);
        Optional<ConversionMetadata> known = present.isEmpty()
                ? Optional.of(ConversionMetadata.of(
                        sourceType(source), ByteBuffer.wrap(digest).getLong()))
                : ConversionMetadata.decode(present.get().content());
        return known.map(metadata ->
                new Metadata(ConversionMetadata.NAME, withMode(metadata, recipe).encode()));
    }

    /// A checksum over the file that the model would be written as, whatever it was read from.
    private static byte[] digest(Model model) {
        Checksum checksum = new Checksum();
        try {
            TfliteWriter.write(model, checksum);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return checksum.finish();
    }

    private static int sourceType(Model source) {
        boolean tflite = source.source().endsWith(".tflite");
        return tflite ? ConversionMetadata.ModelType.NONE : ConversionMetadata.ModelType.TF_SAVED_MODEL;
    }

    private static ConversionMetadata withMode(ConversionMetadata metadata, Recipe recipe) {
        return switch (recipe.mode()) {
            case NONE -> metadata;
            case DYNAMIC -> metadata.withMode(ConversionMetadata.PTQ_DYNAMIC_RANGE);
            case FLOAT16 -> metadata.withMode(ConversionMetadata.PTQ_FLOAT16);
            case INT8 -> metadata.withMode(ConversionMetadata.PTQ_FULL_INTEGER);
            case INT16X8 -> metadata.withMode(ConversionMetadata.PTQ_INT16);
        };
    }

    private static void put(List<Metadata> entries, Metadata entry) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(entry.name())) {
                entries.set(i, entry);
                return;
            }
        }
        entries.add(entry);
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
