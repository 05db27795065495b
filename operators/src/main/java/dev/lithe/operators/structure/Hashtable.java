package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// HASHTABLE: the handle of a table from INT64 to STRING or from STRING to INT64.
public record Hashtable(int tableId, TensorType keyType, TensorType valueType) implements StructureOperator {
    /// Types of keys and values.
    static final TensorType[] ELEMENTS = {TensorType.INT64, TensorType.STRING};

    public static final Definition<Hashtable> DEFINITION = Definition.of(Hashtable.class, BuiltinOperator.HASHTABLE)
            .options(
                    node -> of(node.options().as(HashtableOptions.class, HashtableOptions.DEFAULT)),
                    op -> Options.of(new HashtableOptions(op.tableId, op.keyType, op.valueType)))
            .inputs()
            .outputs(Operand.of("handle", VarHandle.HANDLES))
            .shapes((op, c) -> List.of(Shape.of(1)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> op.prepare());

    private static Hashtable of(HashtableOptions options) {
        return new Hashtable(options.tableId(), options.keyDtype(), options.valueDtype());
    }

    private Kernel prepare() {
        boolean known = keyType == TensorType.INT64 && valueType == TensorType.STRING
                || keyType == TensorType.STRING && valueType == TensorType.INT64;
        if (!known) {
            throw new IllegalArgumentException("there are no tables from " + keyType + " to " + valueType);
        }
        return context -> {
            context.resources().createTable(tableId, keyType, valueType);
            context.output(0).ints()[0] = tableId;
        };
    }
}
