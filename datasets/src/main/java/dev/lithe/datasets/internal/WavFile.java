package dev.lithe.datasets.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A RIFF WAVE file with uncompressed samples: PCM of 8, 16, 24 or 32 bits, or 32-bit or 64-bit floats.
///
/// @param channels how many samples stand side by side in `data`
record WavFile(String location, int sampleRate, int channels, int bits, boolean floating, MemorySegment data) {
    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static WavFile open(Path path) {
        String location = path.toString();
        MemorySegment file = MappedFile.map(path);
        return MappedFile.guarded(location, () -> {
            if (file.byteSize() < 12 || !"RIFF".equals(tag(file, 0)) || !"WAVE".equals(tag(file, 8))) {
                throw damaged(location, "this is no RIFF WAVE file");
            }
            return chunks(location, file);
        });
    }

    private static WavFile chunks(String location, MemorySegment file) {
        MemorySegment format = null;
        MemorySegment data = null;
        long at = 12;
        while (at + 8 <= file.byteSize() && data == null) {
            String tag = tag(file, at);
            long size = Integer.toUnsignedLong(file.get(INT, at + 4));
            if (size > file.byteSize() - at - 8) {
                throw damaged(location, "its part '" + tag + "' is cut off");
            }
            MemorySegment chunk = file.asSlice(at + 8, size);
            format = tag.equals("fmt ") ? chunk : format;
            data = tag.equals("data") ? chunk : data;
            at += 8 + size + (size & 1);
        }
        if (format == null || data == null || format.byteSize() < 16) {
            throw damaged(location, "it lacks its format or its samples");
        }
        return of(location, format, data);
    }

    private static WavFile of(String location, MemorySegment format, MemorySegment data) {
        int code = Short.toUnsignedInt(format.get(SHORT, 0));
        if (code == EXTENSIBLE && format.byteSize() >= 26) {
            code = Short.toUnsignedInt(format.get(SHORT, 24));
        }
        int channels = Short.toUnsignedInt(format.get(SHORT, 2));
        int rate = format.get(INT, 4);
        int bits = Short.toUnsignedInt(format.get(SHORT, 14));
        boolean pcm = code == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
        boolean floating = code == FLOAT && (bits == 32 || bits == 64);
        if (!pcm && !floating) {
            throw DataErrors.sound(
                    location,
                    "its samples have format " + code + " with " + bits + " bits",
                    "save it as 16-bit PCM or 32-bit float.");
        }
        if (channels == 0 || data.byteSize() % (channels * (bits / 8L)) != 0) {
            throw damaged(location, "its samples do not divide into " + channels + " channels of " + bits + " bits");
        }
        if (data.byteSize() > Integer.MAX_VALUE) {
            throw DataErrors.sound(location, "it holds more than 2 GB of samples", "cut it into shorter files.");
        }
        return new WavFile(location, rate, channels, bits, floating, data);
    }

    /// Samples in all channels.
    long length() {
        return data.byteSize() / (bits / 8);
    }

    /// The samples, those of the channels side by side; PCM is divided by its largest power of two: -1 to below
    /// 1.
    float[] samples() {
        return MappedFile.guarded(location, () -> {
            float[] samples = new float[Math.toIntExact(length())];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = sample(i);
            }
            return samples;
        });
    }

    private float sample(int i) {
        return switch (bits) {
            case 8 -> (Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, i)) - 128) / 128f;
            case 16 -> data.get(SHORT, 2L * i) / 32768f;
            case 24 -> {
                int low = Short.toUnsignedInt(data.get(SHORT, 3L * i));
                yield (data.get(ValueLayout.JAVA_BYTE, 3L * i + 2) << 16 | low) / 0x1p23f;
            }
            case 32 -> {
                int raw = data.get(INT, 4L * i);
                yield floating ? Float.intBitsToFloat(raw) : raw / 0x1p31f;
            }
            default -> (float) Double.longBitsToDouble(data.get(LONG, 8L * i));
        };
    }

    private static String tag(MemorySegment file, long at) {
        return new String(file.asSlice(at, 4).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    private static RuntimeException damaged(String location, String what) {
        return DataErrors.sound(location, what, "the file is truncated or damaged: write it again.");
    }
}
