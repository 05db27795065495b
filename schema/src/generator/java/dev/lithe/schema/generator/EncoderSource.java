package dev.lithe.schema.generator;

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

/// Writes the class that lays records out as tables: one method per table, which states the fields, places the table
/// and hands over the tables that it refers to. Kinds of tables are numbered so that containers come first.
final class EncoderSource {

    private final Schema schema;
    private final List<String> kinds;
    private final SourceText out = new SourceText();

    private EncoderSource(Schema schema) {
        this.schema = schema;
        this.kinds = Nesting.outermostFirst(schema);
    }

    static String of(Schema schema) {
        EncoderSource source = new EncoderSource(schema);
        source.write();
        return source.out.toString();
    }

    private void write() {
        out.line("package dev.lithe.schema.internal;");
        out.line("");
        out.line("import dev.lithe.schema.*;");
        out.line("import java.util.List;");
        out.line("import org.jspecify.annotations.Nullable;");
        out.line("");
        out.line("/// Lays records out as tables.");
        out.line("public final class Encoder {");
        out.line("");
        out.line("    /// The number of kinds of tables.");
        out.line("    static final int KINDS = %d;", kinds.size());
        out.line("");
        out.line("    private Encoder() {}");
        dispatchMethod();
        schema.tables().values().forEach(this::tableMethod);
        schema.unions().values().forEach(this::unionMethods);
        out.line("}");
    }

    private void dispatchMethod() {
        out.line("");
        out.line("    /// Lays out one record of a kind, to which these references lead.");
        out.line("    static void table(FlatWriter w, int kind, List<Integer> references, Record r) {");
        out.line("        switch (kind) {");
        for (int i = 0; i < kinds.size(); i++) {
            String kind = kinds.get(i);
            out.line(
                    "            case %d -> %s(w, references, (%s) r);",
                    i, Names.uncapitalized(kind), Names.record(kind));
        }
        out.line("            default -> throw new IllegalArgumentException(\"kind \" + kind);");
        out.line("        }");
        out.line("    }");
    }

    private void tableMethod(TableDef table) {
        String record = Names.record(table.name());
        out.line("");
        out.line(
                "    private static void %s(FlatWriter w, List<Integer> references, %s r) {",
                Names.uncapitalized(table.name()), record);
        out.line("        TableLayout t = w.table(%d);", table.slots());
        table.components().forEach(f -> out.line("        %s", statement(table, f)));
        out.line("        t.place(references);");
        table.components().forEach(this::children);
        out.line("    }");
    }

    private static String statement(TableDef table, Field f) {
        String value = "r." + f.javaName() + "()";
        return switch (f.type()) {
            case Scalar s -> "t.%s(%d, %s, %s);".formatted(scalarWriter(s), f.slot(), value, JavaTypes.defaultValue(f));
            case StringType() -> "t.string(%d, %s, %s);".formatted(f.slot(), value, f.keep());
            case EnumType(var e) -> {
                int absent = Math.max(0, e.constants().indexOf(f.defaultValue()));
                yield "t.%s(%d, %s.code(), %d);".formatted(e.bytes() == 1 ? "int8" : "int32", f.slot(), value, absent);
            }
            case TableType(var _) -> "t.child(%d, %s != null);".formatted(f.slot(), value);
            case UnionType(var union) ->
                "t.union(%d, %d, %sCode(%s));".formatted(f.typeSlot(), f.slot(), Names.uncapitalized(union), value);
            case VectorType(var element) -> vectorStatement(table, f, element, value);
        };
    }

    private static String vectorStatement(TableDef table, Field f, Type element, String value) {
        if (element instanceof TableType) {
            return "t.child(%d, %s);".formatted(f.slot(), f.keep() ? "true" : "!" + value + ".isEmpty()");
        }
        if (element instanceof EnumType) {
            String codes = "%s.stream().mapToInt(e -> e.code()).toArray()".formatted(value);
            return "t.ints(%d, Ints.of(%s), %s);".formatted(f.slot(), codes, f.keep());
        }
        List<Field> locators = table.locatorsOf(f);
        if (!locators.isEmpty()) {
            return "t.locatedBytes(%d, %d, %d, %s, %s, %d);"
                    .formatted(
                            f.slot(),
                            locators.getFirst().slot(),
                            locators.getLast().slot(),
                            value,
                            f.optional(),
                            f.alignment());
        }
        String method = JavaTypes.vectorMethod(element);
        String alignment = method.equals("bytes") || method.equals("ushorts") ? ", " + f.alignment() : "";
        return "t.%s(%d, %s, %s%s);".formatted(method, f.slot(), value, f.keep(), alignment);
    }

    private static String scalarWriter(Scalar scalar) {
        return switch (scalar) {
            case BYTE -> "int8";
            case BOOL -> "bool";
            case INT -> "int32";
            case UINT -> "uint32";
            case LONG -> "int64";
            case ULONG -> "uint64";
            case FLOAT -> "float32";
            case UBYTE, USHORT -> throw new IllegalArgumentException("no field of type " + scalar);
        };
    }

    /// What comes after the table has been placed: handing over the tables that this field refers to.
    private void children(Field f) {
        String value = "r." + f.javaName() + "()";
        switch (f.type()) {
            case TableType(var table) -> {
                out.line("        if (%s != null) {", value);
                out.line("            w.later(%d, %s, t.at(%d));", kinds.indexOf(table), value, f.slot());
                out.line("        }");
            }
            case UnionType(var union) -> {
                out.line("        if (%s != null) {", value);
                out.line("            %s(w, t.at(%d), %s);", Names.uncapitalized(union), f.slot(), value);
                out.line("        }");
            }
            case VectorType(TableType(var table)) -> {
                out.line("        if (t.has(%d)) {", f.slot());
                out.line("            w.allLater(%d, %s, t.at(%d));", kinds.indexOf(table), value, f.slot());
                out.line("        }");
            }
            case Scalar _, StringType _, EnumType _, VectorType _ -> {}
        }
    }

    private void unionMethods(UnionDef union) {
        String method = Names.uncapitalized(union.name());
        out.line("");
        out.line("    private static int %sCode(@Nullable %s r) {", method, union.name());
        out.line("        return switch (r) {");
        out.line("            case null -> 0;");
        for (int i = 0; i < union.members().size(); i++) {
            out.line(
                    "            case %s _ -> %d;", Names.record(union.members().get(i)), i + 1);
        }
        out.line("        };");
        out.line("    }");
        out.line("");
        out.line("    private static void %s(FlatWriter w, int reference, %s r) {", method, union.name());
        out.line("        switch (r) {");
        for (String member : union.members()) {
            out.line(
                    "            case %s o -> w.later(%d, o, reference);", Names.record(member), kinds.indexOf(member));
        }
        out.line("        }");
        out.line("    }");
    }
}
