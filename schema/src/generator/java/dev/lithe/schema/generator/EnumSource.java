package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.EnumDef;
import java.util.List;

/// Writes one Java enum.
final class EnumSource {

    private EnumSource() {}

    static String of(EnumDef definition) {
        String name = definition.name();
        SourceText out = new SourceText();
        out.line("package dev.lithe.schema;");
        out.line("");
        out.line("import java.util.List;");
        out.line("");
        out.line("/// Enumeration `%s` of the file format.", name);
        out.line("public enum %s {", name);
        List<String> constants = definition.constants();
        for (int i = 0; i < constants.size(); i++) {
            out.line("    %s%s", constants.get(i), i == constants.size() - 1 ? ";" : ",");
        }
        out.line("");
        out.line("    private static final List<%s> BY_CODE = List.of(values());", name);
        out.line("");
        out.line("    /// The number that stands for this constant in a file.");
        out.line("    public int code() {");
        out.line("        return ordinal();");
        out.line("    }");
        out.line("");
        out.line("    /// The constant with this number.");
        out.line("    ///");
        out.line("    /// @throws SchemaException where the format, as known here, has none");
        out.line("    public static %s of(int code) {", name);
        out.line("        if (code < 0 || code >= BY_CODE.size()) {");
        out.line("            throw SchemaException.unknownCode(\"%s\", code, BY_CODE.size() - 1);", name);
        out.line("        }");
        out.line("        return BY_CODE.get(code);");
        out.line("    }");
        out.line("}");
        return out.toString();
    }
}
