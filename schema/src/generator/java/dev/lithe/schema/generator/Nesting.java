package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.Field;
import dev.lithe.schema.generator.Schema.TableType;
import dev.lithe.schema.generator.Schema.Type;
import dev.lithe.schema.generator.Schema.UnionType;
import dev.lithe.schema.generator.Schema.VectorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which table contains which. No table may contain itself: the reader goes from table to table by recursion without a
/// limit on depth, the official verifier refuses more than 64 levels, and the writer places all tables of a kind before
/// those of the kinds below it.
final class Nesting {

    private final Schema schema;
    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> done = new LinkedHashSet<>();

    private Nesting(Schema schema) {
        this.schema = schema;
    }

    /// All tables that the root leads to, each behind those that contain it.
    static List<String> outermostFirst(Schema schema) {
        Nesting nesting = new Nesting(schema);
        nesting.visit(schema.root());
        return new ArrayList<>(nesting.done).reversed();
    }

    private void visit(String table) {
        if (done.contains(table)) {
            return;
        }
        if (!open.add(table)) {
            throw new IllegalArgumentException("table " + table + " contains itself: " + open);
        }
        for (Field field : schema.tables().get(table).fields()) {
            tablesIn(field.type()).forEach(this::visit);
        }
        open.remove(table);
        done.add(table);
    }

    private List<String> tablesIn(Type type) {
        return switch (type) {
            case TableType(var table) -> List.of(table);
            case UnionType(var union) -> schema.unions().get(union).members();
            case VectorType(var element) -> tablesIn(element);
            default -> List.of();
        };
    }
}
