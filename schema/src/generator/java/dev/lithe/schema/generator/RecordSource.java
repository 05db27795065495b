package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.Field;
import dev.lithe.schema.generator.Schema.TableDef;
import dev.lithe.schema.generator.Schema.UnionDef;
import java.util.List;
import java.util.stream.Collectors;

/// Writes the record of a table, with its default and a `with` method for each component.
final class RecordSource {

    private final TableDef table;
    private final String name;
    private final List<Field> components;
    private final SourceText out = new SourceText();

    private RecordSource(TableDef table) {
        this.table = table;
        this.name = Names.record(table.name());
        this.components = table.components();
    }

    static String of(TableDef table, Schema schema) {
        RecordSource source = new RecordSource(table);
        source.write(schema);
        return source.out.toString();
    }

    private void write(Schema schema) {
        out.line("package dev.lithe.schema;");
        out.line("");
        imports();
        out.line("/// Table `%s` of the file format.", table.name());
        parameters();
        String interfaces = schema.unions().values().stream()
                .filter(union -> union.members().contains(table.name()))
                .map(UnionDef::name)
                .collect(Collectors.joining(", "));
        String list = components.stream()
                .map(c -> JavaTypes.of(c) + " " + c.javaName())
                .collect(Collectors.joining(", "));
        out.line("public record %s(%s)%s {", name, list, interfaces.isEmpty() ? "" : " implements " + interfaces);
        defaultConstant();
        compactConstructor();
        components.forEach(this::withMethod);
        out.line("}");
    }

    private void imports() {
        boolean lists = components.stream().anyMatch(JavaTypes::isList);
        boolean nullable = components.stream().anyMatch(JavaTypes::isNullable);
        if (lists) {
            out.line("import java.util.List;");
        }
        if (nullable) {
            out.line("import org.jspecify.annotations.Nullable;");
        }
        if (lists || nullable) {
            out.line("");
        }
    }

    private void parameters() {
        if (!components.isEmpty()) {
            out.line("///");
        }
        for (Field c : components) {
            out.line(
                    "/// @param %s `%s`, slot %d%s%s",
                    c.javaName(),
                    c.name(),
                    c.slot(),
                    c.defaultValue().isEmpty() ? "" : ", default " + c.defaultValue(),
                    c.deprecated() ? "; of no meaning any more" : "");
        }
    }

    private void defaultConstant() {
        String values = components.stream().map(JavaTypes::defaultValue).collect(Collectors.joining(", "));
        out.line("");
        out.line("    /// The format's defaults: what a table without any field means.");
        out.line("    public static final %s DEFAULT = new %s(%s);", name, name, values);
    }

    private void compactConstructor() {
        List<Field> lists = components.stream().filter(JavaTypes::isList).toList();
        if (lists.isEmpty()) {
            return;
        }
        out.line("");
        out.line("    public %s {", name);
        for (Field c : lists) {
            out.line("        %s = List.copyOf(%s);", c.javaName(), c.javaName());
        }
        out.line("    }");
    }

    private void withMethod(Field component) {
        String values = components.stream().map(Field::javaName).collect(Collectors.joining(", "));
        out.line("");
        out.line("    /// This record with another `%s`.", component.javaName());
        out.line(
                "    public %s with%s(%s %s) {",
                name, Names.capitalized(component.javaName()), JavaTypes.of(component), component.javaName());
        out.line("        return new %s(%s);", name, values);
        out.line("    }");
    }
}
