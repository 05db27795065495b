package dev.lithe.internal;

import dev.lithe.schema.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `CONVERSION_METADATA` entry that TensorFlow's tools look for: where a model came from and which
/// optimizations it went through. A small FlatBuffer of its own.
///
/// @param tensorflowVersion of the TensorFlow that made the source; empty where none did
/// @param apiVersion of TensorFlow's converter; 0 where it had no part in it
/// @param modelType a [ModelType] code
/// @param modes codes of the optimizations, such as 1003 for full integer
public record ConversionMetadata(
        String tensorflowVersion,
        int apiVersion,
        int modelType,
        long modelHash,
        List<Integer> modes,
        boolean allowCustomOps,
        boolean enableSelectTfOps,
        boolean forceSelectTfOps) {
    public static final String NAME = "CONVERSION_METADATA";

    public static final int PTQ_FLOAT16 = 1001;
    public static final int PTQ_DYNAMIC_RANGE = 1002;
    public static final int PTQ_FULL_INTEGER = 1003;
    public static final int PTQ_INT16 = 1004;

    /// Kinds of source, as the format numbers them.
    public static final class ModelType {
        public static final int NONE = 0;
        public static final int TF_SAVED_MODEL = 1;

        private ModelType() {}
    }

    private static final int METADATA_VTABLE = 4;
    private static final int METADATA_TABLE = 12;
    private static final int ENVIRONMENT_VTABLE = 24;
    private static final int ENVIRONMENT_TABLE = 36;

    public ConversionMetadata {
        modes = List.copyOf(modes);
    }

    /// What is known of a model that no other tool has described.
    public static ConversionMetadata of(int modelType, long modelHash) {
        return new ConversionMetadata("", 0, modelType, modelHash, List.of(), false, false, false);
    }

    /// With one more optimization.
    public ConversionMetadata withMode(int mode) {
        List<Integer> all = new ArrayList<>(modes);
        if (!all.contains(mode)) {
            all.add(mode);
        }
        return new ConversionMetadata(
                tensorflowVersion,
                apiVersion,
                modelType,
                modelHash,
                all,
                allowCustomOps,
                enableSelectTfOps,
                forceSelectTfOps);
    }

    /// Reads an entry; empty where the bytes are something else, or say more than this record can keep.
    public static Optional<ConversionMetadata> decode(Bytes bytes) {
        try {
            return new Decoder(ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN)).metadata();
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /// Tables stand in front of what they refer to, vtables in front of tables; the hash stands at a multiple
    /// of 8. What is zero or empty takes no room.
    public Bytes encode() {
        byte[] version = tensorflowVersion.getBytes(StandardCharsets.UTF_8);
        boolean bare = version.length == 0 && apiVersion == 0;
        boolean flags = allowCustomOps || enableSelectTfOps || forceSelectTfOps;
        int optionsVtable = ENVIRONMENT_TABLE + (bare ? 16 : 24);
        int optionsFields = flags ? 4 : modes.isEmpty() ? 0 : 1;
        int optionsTable = optionsVtable + 4 + 2 * (optionsFields + optionsFields % 2);
        int vector = optionsTable + (flags ? 12 : modes.isEmpty() ? 4 : 8);
        int text = optionsFields == 0 ? vector : vector + 4 + 4 * modes.size();
        int size = version.length == 0 ? text : (text + 4 + version.length + 1 + 3) / 4 * 4;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, METADATA_TABLE);
        vtable(out, METADATA_VTABLE, 12, 4, 8);
        out.putInt(METADATA_TABLE, METADATA_TABLE - METADATA_VTABLE);
        reference(out, METADATA_TABLE + 4, ENVIRONMENT_TABLE);
        reference(out, METADATA_TABLE + 8, optionsTable);
        environment(out, version, bare, text);
        out.putInt(optionsTable, optionsTable - optionsVtable);
        if (optionsFields == 0) {
            vtable(out, optionsVtable, 4);
        } else {
            options(out, flags, optionsVtable, optionsTable, vector);
        }
        return Bytes.of(out.array());
    }

    private void environment(ByteBuffer out, byte[] version, boolean bare, int text) {
        int typeField = bare ? 12 : 20;
        vtable(out, ENVIRONMENT_VTABLE, typeField + 4, version.length == 0 ? 0 : 12, bare ? 0 : 16, typeField, 4);
        out.putInt(ENVIRONMENT_TABLE, ENVIRONMENT_TABLE - ENVIRONMENT_VTABLE);
        out.putLong(ENVIRONMENT_TABLE + 4, modelHash);
        out.putInt(ENVIRONMENT_TABLE + typeField, modelType);
        if (!bare) {
            out.putInt(ENVIRONMENT_TABLE + 16, apiVersion);
        }
        if (version.length > 0) {
            reference(out, ENVIRONMENT_TABLE + 12, text);
            out.putInt(text, version.length);
            out.put(text + 4, version);
        }
    }

    private void options(ByteBuffer out, boolean flags, int vtable, int table, int vector) {
        if (flags) {
            vtable(out, vtable, 12, 4, 8, 9, 10);
            out.put(table + 8, (byte) (allowCustomOps ? 1 : 0));
            out.put(table + 9, (byte) (enableSelectTfOps ? 1 : 0));
            out.put(table + 10, (byte) (forceSelectTfOps ? 1 : 0));
        } else {
            vtable(out, vtable, 8, 4);
        }
        reference(out, table + 4, vector);
        out.putInt(vector, modes.size());
        for (int i = 0; i < modes.size(); i++) {
            out.putInt(vector + 4 + 4 * i, modes.get(i));
        }
    }

    private static void vtable(ByteBuffer out, int position, int tableSize, int... fields) {
        out.putShort(position, (short) (4 + 2 * fields.length));
        out.putShort(position + 2, (short) tableSize);
        for (int i = 0; i < fields.length; i++) {
            out.putShort(position + 4 + 2 * i, (short) fields[i]);
        }
    }

    private static void reference(ByteBuffer out, int position, int target) {
        out.putInt(position, target - position);
    }

    /// Walks the buffer; a position outside it ends in an [IndexOutOfBoundsException].
    private record Decoder(ByteBuffer in) {
        Optional<ConversionMetadata> metadata() {
            int root = in.getInt(0);
            int environment = child(root, 0);
            int options = child(root, 1);
            if (environment == 0 || options == 0 || field(options, 4) != 0) {
                return Optional.empty();
            }
            int hash = field(environment, 3);
            return Optional.of(new ConversionMetadata(
                    text(child(environment, 0)),
                    number(environment, 1),
                    number(environment, 2),
                    hash == 0 ? 0 : in.getLong(hash),
                    numbers(child(options, 0)),
                    flag(options, 1),
                    flag(options, 2),
                    flag(options, 3)));
        }

        /// Where field `slot` of the table stands, 0 where it is absent.
        private int field(int table, int slot) {
            int vtable = table - in.getInt(table);
            int entry = 4 + 2 * slot;
            int offset = entry + 2 <= in.getShort(vtable) ? in.getShort(vtable + entry) : 0;
            return offset == 0 ? 0 : table + offset;
        }

        private int child(int table, int slot) {
            int field = field(table, slot);
            return field == 0 ? 0 : field + in.getInt(field);
        }

        private int number(int table, int slot) {
            int field = field(table, slot);
            return field == 0 ? 0 : in.getInt(field);
        }

        private boolean flag(int table, int slot) {
            int field = field(table, slot);
            return field != 0 && in.get(field) != 0;
        }

        private String text(int position) {
            if (position == 0) {
                return "";
            }
            byte[] characters = new byte[length(position, 1)];
            in.get(position + 4, characters);
            return new String(characters, StandardCharsets.UTF_8);
        }

        private List<Integer> numbers(int position) {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; position != 0 && i < length(position, 4); i++) {
                numbers.add(in.getInt(position + 4 + 4 * i));
            }
            return numbers;
        }

        private int length(int position, int elementSize) {
            int length = in.getInt(position);
            if (length < 0 || length > (in.capacity() - position) / elementSize) {
                throw new IndexOutOfBoundsException(position);
            }
            return length;
        }
    }
}
