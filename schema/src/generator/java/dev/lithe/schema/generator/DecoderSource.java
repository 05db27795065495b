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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Writes the class that turns tables into records: one method per table and union, and one per kind of list.
final class DecoderSource {

    private final Schema schema;
    private final SourceText out = new SourceText();

    private DecoderSource(Schema schema) {
        this.schema = schema;
    }

    static String of(Schema schema) {
        DecoderSource source = new DecoderSource(schema);
        source.write();
        return source.out.toString();
    }

    private void write() {
        out.line("package dev.lithe.schema.internal;");
        out.line("");
        out.line("import dev.lithe.schema.*;");
        out.line("import java.util.ArrayList;");
        out.line("import java.util.List;");
        out.line("import org.jspecify.annotations.Nullable;");
        out.line("");
        out.line("/// Turns verified tables into records.");
        out.line("public final class Decoder {");
        out.line("");
        out.line("    /// The identifier of the format, at byte 4 of a file.");
        out.line("    public static final String IDENTIFIER = \"%s\";", schema.identifier());
        out.line("");
        out.line("    private Decoder() {}");
        schema.tables().values().forEach(this::tableMethod);
        schema.unions().values().forEach(this::unionMethod);
        listedTables().forEach(this::listMethod);
        singleTables().forEach(this::nullableMethod);
        listedEnums().forEach(this::enumListMethod);
        out.line("}");
    }

    private void tableMethod(TableDef table) {
        String record = Names.record(table.name());
        out.line("");
        out.line(
                "    %sstatic %s %s(TableView t) {",
                table.name().equals(schema.root()) ? "public " : "", record, Names.uncapitalized(table.name()));
        out.line("        if (t.known() instanceof %s known) {", record);
        out.line("            return known;");
        out.line("        }");
        out.line("        t.as(\"%s\", %d);", table.name(), table.slots());
        if (table.components().isEmpty()) {
            out.line("        return t.remember(%s.DEFAULT);", record);
        } else {
            out.line("        return t.remember(new %s(", record);
            List<Field> components = table.components();
            for (Field c : components) {
                out.line("                %s%s", value(table, c), c == components.getLast() ? "));" : ",");
            }
        }
        out.line("    }");
    }

    private String value(TableDef table, Field f) {
        String place = "t, %d, \"%s\"".formatted(f.slot(), f.name());
        return switch (f.type()) {
            case Scalar s ->
                "t.%s(%d, \"%s\", %s)".formatted(scalarReader(s, f), f.slot(), f.name(), JavaTypes.defaultValue(f));
            case StringType() -> "Vectors.string(%s)".formatted(place);
            case EnumType(var e) -> {
                int absent = Math.max(0, e.constants().indexOf(f.defaultValue()));
                yield "%s.of(t.enumCode(%d, \"%s\", %d, %d, \"%s\", %d))"
                        .formatted(
                                e.name(),
                                f.slot(),
                                f.name(),
                                e.bytes(),
                                absent,
                                e.name(),
                                e.constants().size());
            }
            case TableType(var name) -> "%sOrNull(%s)".formatted(Names.uncapitalized(name), place);
            case UnionType(var name) ->
                "%s(t, %d, %d, \"%s\")".formatted(Names.uncapitalized(name), f.typeSlot(), f.slot(), f.name());
            case VectorType(var element) -> vectorReader(table, f, element, place);
        };
    }

    private static String scalarReader(Scalar scalar, Field field) {
        return switch (scalar) {
            case BYTE -> "int8";
            case BOOL -> "bool";
            case INT -> "int32";
            case UINT -> field.index() ? "index" : "uint32";
            case LONG -> "int64";
            case ULONG -> "uint64";
            case FLOAT -> "float32";
            case UBYTE, USHORT -> throw new IllegalArgumentException("no field of type " + scalar);
        };
    }

    private static String vectorReader(TableDef table, Field f, Type element, String place) {
        return switch (element) {
            case TableType(var name) -> "%sList(%s)".formatted(Names.uncapitalized(name), place);
            case EnumType(var e) -> "%sList(%s)".formatted(Names.uncapitalized(e.name()), place);
            default -> {
                List<Field> locators = table.locatorsOf(f);
                if (!locators.isEmpty()) {
                    String located = "Vectors.locatedBytes(t, %d, %d, %d, \"%s\")"
                            .formatted(
                                    f.slot(),
                                    locators.getFirst().slot(),
                                    locators.getLast().slot(),
                                    f.name());
                    yield f.optional() ? located : "Vectors.orEmpty(%s)".formatted(located);
                }
                yield "Vectors.%s(%s)".formatted(JavaTypes.vectorMethod(element), place);
            }
        };
    }

    private void unionMethod(UnionDef union) {
        String method = Names.uncapitalized(union.name());
        out.line("");
        out.line(
                "    private static @Nullable %s %s(TableView t, int typeSlot, int slot, String field) {",
                union.name(), method);
        out.line(
                "        int code = t.unionCode(typeSlot, slot, field, %d);",
                union.members().size());
        out.line("        TableView value = code == 0 ? null : Vectors.table(t, slot, field);");
        out.line("        if (value == null) {");
        out.line("            return null;");
        out.line("        }");
        out.line("        return switch (code) {");
        for (int i = 0; i < union.members().size(); i++) {
            out.line(
                    "            case %d -> %s(value);",
                    i + 1, Names.uncapitalized(union.members().get(i)));
        }
        out.line("            default -> throw new IllegalStateException(\"unchecked code \" + code);");
        out.line("        };");
        out.line("    }");
    }

    private void listMethod(String table) {
        String record = Names.record(table);
        String method = Names.uncapitalized(table);
        out.line("");
        out.line("    private static List<%s> %sList(TableView t, int slot, String field) {", record, method);
        out.line("        List<%s> list = new ArrayList<>();", record);
        out.line("        for (TableView element : Vectors.tables(t, slot, field)) {");
        out.line("            list.add(%s(element));", method);
        out.line("        }");
        out.line("        return list;");
        out.line("    }");
    }

    private void nullableMethod(String table) {
        String record = Names.record(table);
        String method = Names.uncapitalized(table);
        out.line("");
        out.line("    private static @Nullable %s %sOrNull(TableView t, int slot, String field) {", record, method);
        out.line("        TableView value = Vectors.table(t, slot, field);");
        out.line("        return value == null ? null : %s(value);", method);
        out.line("    }");
    }

    private void enumListMethod(String name) {
        EnumDef definition = schema.enums().get(name);
        out.line("");
        out.line(
                "    private static List<%s> %sList(TableView t, int slot, String field) {",
                name, Names.uncapitalized(name));
        out.line("        List<%s> list = new ArrayList<>();", name);
        out.line("        for (int code : Vectors.codes(t, slot, field)) {");
        out.line(
                "            list.add(%s.of(t.checkedCode(code, field, \"%s\", %d)));",
                name, name, definition.constants().size());
        out.line("        }");
        out.line("        return list;");
        out.line("    }");
    }

    private Stream<Field> fields() {
        return schema.tables().values().stream().flatMap(t -> t.components().stream());
    }

    private Set<String> listedTables() {
        Set<String> names = new TreeSet<>();
        fields().forEach(f -> {
            if (f.type() instanceof VectorType(TableType(var name))) {
                names.add(name);
            }
        });
        return names;
    }

    private Set<String> singleTables() {
        Set<String> names = new TreeSet<>();
        fields().forEach(f -> {
            if (f.type() instanceof TableType(var name)) {
                names.add(name);
            }
        });
        return names;
    }

    private Set<String> listedEnums() {
        Set<String> names = new TreeSet<>();
        fields().forEach(f -> {
            if (f.type() instanceof VectorType(EnumType(var definition))) {
                names.add(definition.name());
            }
        });
        return names;
    }
}
