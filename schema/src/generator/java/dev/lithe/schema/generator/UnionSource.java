package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.UnionDef;
import java.util.Collection;
import java.util.List;

/// Writes the sealed interface of a union, and the one that joins the unions of operator options.
final class UnionSource {

    private UnionSource() {}

    static String of(UnionDef union) {
        SourceText out = new SourceText();
        out.line("package dev.lithe.schema;");
        out.line("");
        out.line("/// Union `%s` of the file format: exactly one of these tables.", union.name());
        out.line("public sealed interface %s%s", union.name(), isOptions(union) ? " extends OperatorOptions" : "");
        out.line("        permits");
        List<String> members = union.members();
        for (int i = 0; i < members.size(); i++) {
            out.line("                %s%s", Names.record(members.get(i)), i == members.size() - 1 ? " {}" : ",");
        }
        return out.toString();
    }

    static String operatorOptions(Collection<UnionDef> unions) {
        List<String> names = unions.stream()
                .filter(UnionSource::isOptions)
                .map(UnionDef::name)
                .toList();
        SourceText out = new SourceText();
        out.line("package dev.lithe.schema;");
        out.line("");
        out.line(
                "/// The options of a builtin operator. The format keeps them in two unions, since the first one is full.");
        out.line("public sealed interface OperatorOptions permits %s {}", String.join(", ", names));
        return out.toString();
    }

    private static boolean isOptions(UnionDef union) {
        return union.name().startsWith("BuiltinOptions");
    }
}
