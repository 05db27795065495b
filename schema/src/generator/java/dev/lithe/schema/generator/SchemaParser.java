package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.EnumDef;
import dev.lithe.schema.generator.Schema.EnumType;
import dev.lithe.schema.generator.Schema.Field;
import dev.lithe.schema.generator.Schema.Scalar;
import dev.lithe.schema.generator.Schema.StringType;
import dev.lithe.schema.generator.Schema.TableDef;
import dev.lithe.schema.generator.Schema.TableType;
import dev.lithe.schema.generator.Schema.Type;
import dev.lithe.schema.generator.Schema.UnionDef;
import dev.lithe.schema.generator.Schema.UnionType;
import dev.lithe.schema.generator.Schema.VectorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads the line-based description; `tflite.schema` begins with its grammar.
final class SchemaParser {

    /// A heading such as `table Conv2DOptions` and the indented lines below it.
    private record Section(String kind, String name, List<String> words, List<String[]> lines) {}

    private final List<Section> sections = new ArrayList<>();
    private final Map<String, EnumDef> enums = new LinkedHashMap<>();
    private final Map<String, UnionDef> unions = new LinkedHashMap<>();
    private final Map<String, TableDef> tables = new LinkedHashMap<>();
    private String root = "";
    private String identifier = "";

    static Schema parse(List<String> lines) {
        return new SchemaParser().read(lines);
    }

    private Schema read(List<String> lines) {
        split(lines);
        for (Section section : sections) {
            switch (section.kind()) {
                case "enum" -> enums.put(section.name(), enumDef(section));
                case "union" -> unions.put(section.name(), unionDef(section));
                case "root" -> root = section.name();
                case "identifier" -> identifier = section.name();
                case "table" -> {}
                default -> throw new IllegalArgumentException("unknown section " + section.kind());
            }
        }
        for (Section section : sections) {
            if (section.kind().equals("table")) {
                tables.put(section.name(), tableDef(section));
            }
        }
        return new Schema(enums, unions, tables, root, identifier);
    }

    private void split(List<String> lines) {
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            if (line.startsWith(" ")) {
                sections.getLast().lines().add(words);
            } else {
                sections.add(new Section(words[0], words[1], List.of(words), new ArrayList<>()));
            }
        }
    }

    private static EnumDef enumDef(Section section) {
        List<String> constants = names(section, 0);
        int bytes = section.words().get(2).equals("byte") ? 1 : 4;
        return new EnumDef(section.name(), bytes, constants);
    }

    private static UnionDef unionDef(Section section) {
        return new UnionDef(section.name(), names(section, 1));
    }

    /// The first word of each line; the second must count up from `first`, so that a code is a position.
    private static List<String> names(Section section, int first) {
        List<String> names = new ArrayList<>();
        for (String[] words : section.lines()) {
            if (Integer.parseInt(words[1]) != first + names.size()) {
                throw new IllegalArgumentException("codes of " + section.name() + " have a gap before " + words[0]);
            }
            names.add(words[0]);
        }
        return List.copyOf(names);
    }

    private TableDef tableDef(Section section) {
        List<Field> fields = new ArrayList<>();
        for (String[] words : section.lines()) {
            fields.add(field(words));
        }
        return new TableDef(section.name(), List.copyOf(fields));
    }

    private Field field(String[] words) {
        String[] slots = words[0].split("/");
        int slot = Integer.parseInt(slots[slots.length - 1]);
        int typeSlot = slots.length == 2 ? Integer.parseInt(slots[0]) : -1;
        List<String> rest = List.of(words).subList(3, words.length);
        String defaultValue = "";
        if (!rest.isEmpty() && rest.getFirst().equals("=")) {
            defaultValue = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        int alignment = 0;
        Optional<String> locates = Optional.empty();
        for (String flag : rest) {
            if (flag.startsWith("align")) {
                alignment = Integer.parseInt(flag.substring("align".length()));
            } else if (flag.startsWith("locates:")) {
                locates = Optional.of(flag.substring("locates:".length()));
            } else if (!List.of("keep", "optional", "index", "deprecated").contains(flag)) {
                throw new IllegalArgumentException("unknown flag " + flag + " of field " + words[1]);
            }
        }
        return new Field(
                words[1],
                type(words[2]),
                typeSlot,
                slot,
                defaultValue,
                rest.contains("keep"),
                rest.contains("optional"),
                rest.contains("index"),
                alignment,
                locates,
                rest.contains("deprecated"));
    }

    private Type type(String word) {
        if (word.startsWith("[")) {
            return new VectorType(type(word.substring(1, word.length() - 1)));
        }
        if (word.equals("string")) {
            return new StringType();
        }
        if (enums.containsKey(word)) {
            return new EnumType(enums.get(word));
        }
        if (unions.containsKey(word)) {
            return new UnionType(word);
        }
        if (Character.isUpperCase(word.charAt(0))) {
            return new TableType(word);
        }
        return Scalar.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
