package dev.lithe.schema.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Generates the Java sources of the file format: `Main.java DESCRIPTION OUTPUT_FOLDER`.
///
/// A file whose text does not change is left alone, so that the compiler has nothing to do after a build without
/// changes.
final class Main {

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        Schema schema = SchemaParser.parse(Files.readAllLines(Path.of(arguments[0])));
        Path folder = Path.of(arguments[1]);
        Map<Path, String> files = new LinkedHashMap<>();
        sources(schema).forEach((name, text) -> files.put(folder.resolve("dev/lithe/schema/" + name + ".java"), text));
        for (Map.Entry<Path, String> file : files.entrySet()) {
            writeIfChanged(file.getKey(), file.getValue());
        }
        deleteOthers(folder, files);
    }

    private static Map<String, String> sources(Schema schema) {
        Map<String, String> sources = new LinkedHashMap<>();
        schema.enums().values().forEach(e -> sources.put(e.name(), EnumSource.of(e)));
        schema.unions().values().forEach(u -> sources.put(u.name(), UnionSource.of(u)));
        sources.put(
                "OperatorOptions", UnionSource.operatorOptions(schema.unions().values()));
        schema.tables().values().forEach(t -> sources.put(Names.record(t.name()), RecordSource.of(t, schema)));
        sources.put("internal/Decoder", DecoderSource.of(schema));
        sources.put("internal/Encoder", EncoderSource.of(schema));
        return sources;
    }

    private static void writeIfChanged(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /// Removes what an earlier description generated and this one does not.
    private static void deleteOthers(Path folder, Map<Path, String> files) throws IOException {
        List<Path> others;
        try (Stream<Path> all = Files.walk(folder)) {
            others = all.filter(Files::isRegularFile)
                    .filter(f -> !files.containsKey(f))
                    .toList();
        }
        for (Path file : others) {
            Files.delete(file);
        }
    }
}
