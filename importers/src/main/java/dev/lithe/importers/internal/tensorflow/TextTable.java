package dev.lithe.importers.internal.tensorflow;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.raw.Attributes;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.schema.TensorType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a text file puts into a hash table: a line for each entry. Keys and values are a column each, the
/// whole line, or the line's number.
///
/// @param lines as Latin-1, so that every byte stays what it is
record TextTable(List<String> lines, Attributes attributes) {
    private static final long LARGEST = 1L << 28;
    private static final int NUMBER = -1;
    private static final int WHOLE = -2;
    private static final String PATH = "lithe_asset";

    /// Whether `fill` reads a file.
    static boolean isRead(RawNode fill) {
        return fill.op().startsWith("InitializeTableFromTextFile");
    }

    /// `fill` with the name of the node that holds the path as an attribute instead of an input, as the path
    /// that stands in the graph is where the file was before.
    static RawNode withFile(RawNode fill, RawNode path) {
        Map<String, AttrValue> attributes = new HashMap<>(fill.attributes().values());
        attributes.put(
                PATH,
                AttrValue.newBuilder()
                        .setS(ByteString.copyFromUtf8(path.name()))
                        .build());
        return new RawNode(fill.name(), fill.op(), new Attributes(attributes), List.of(fill.input(0)));
    }

    /// The table that `fill`, an InitializeTableFromTextFile, reads.
    static TextTable read(RawNode fill, Map<String, Path> files) {
        Attributes attributes = fill.attributes();
        Path file = files.get(attributes.text(PATH, ""));
        if (file == null) {
            throw new NotLowerable("it reads a file that is no part of the model");
        }
        String text = new String(MappedFile.read(file, LARGEST), StandardCharsets.ISO_8859_1);
        // TensorFlow leaves every carriage return out.
        List<String> all = text.replace("\r", "").lines().toList();
        int offset = (int) Math.clamp(attributes.integer("offset", 0), 0L, all.size());
        long size = attributes.integer("vocab_size", -1);
        int end = size < 0 ? all.size() : (int) Math.min(all.size(), offset + size);
        if (size > end - offset) {
            throw new NotLowerable(
                    "its file " + file.getFileName() + " has " + all.size() + " lines instead of " + size);
        }
        return new TextTable(all.subList(offset, end), attributes);
    }

    Value.Known keys(String name, DataType type) {
        return column(name, type, "key_index", WHOLE);
    }

    Value.Known values(String name, DataType type) {
        return column(name, type, "value_index", NUMBER);
    }

    private Value.Known column(String name, DataType type, String attribute, int missing) {
        int index = Math.toIntExact(attributes.integer(attribute, missing));
        Pattern delimiter = Pattern.compile(Pattern.quote(attributes.text("delimiter", "\t")));
        TensorProto.Builder proto = TensorProto.newBuilder().setDtype(type);
        for (int i = 0; i < lines.size(); i++) {
            String field = switch (index) {
                case NUMBER -> String.valueOf(i);
                case WHOLE -> lines.get(i);
                default -> field(delimiter.split(lines.get(i), -1), index, i);
            };
            add(proto, type, field, i);
        }
        Shape shape = Shape.of(lines.size());
        TensorType element =
                DataTypes.tensorType(type).orElseThrow(() -> new NotLowerable("there is no type for " + type));
        Constant constant = new Constant.Inline(TensorValues.bytes(proto.build(), element, shape));
        return new Value.Known(name, element, shape, constant);
    }

    private static String field(String[] fields, int index, int line) {
        if (index < 0 || index >= fields.length) {
            throw new NotLowerable("line " + line + " of its file has no column " + index);
        }
        return fields[index];
    }

    private static void add(TensorProto.Builder proto, DataType type, String field, int line) {
        switch (type) {
            case DT_STRING -> proto.addStringVal(ByteString.copyFrom(field, StandardCharsets.ISO_8859_1));
            case DT_INT64 -> {
                try {
                    proto.addInt64Val(Long.parseLong(field.strip()));
                } catch (NumberFormatException e) {
                    throw new NotLowerable(
                            "line " + line + " of its file has '" + field + "' instead of a whole number");
                }
            }
            default -> throw new NotLowerable("a table of " + type + " is not supported");
        }
    }
}
