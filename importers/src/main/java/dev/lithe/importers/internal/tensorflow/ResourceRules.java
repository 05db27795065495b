package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import dev.lithe.importers.internal.raw.Attributes;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.schema.AssignVariableOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableFindOptions;
import dev.lithe.schema.HashtableImportOptions;
import dev.lithe.schema.HashtableOptions;
import dev.lithe.schema.HashtableSizeOptions;
import dev.lithe.schema.ReadVariableOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.VarHandleOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Variables and hash tables. A variable that no signature writes is the constant that was saved; one that
/// changes is read and assigned through its handle, at the time at which TensorFlow does.
final class ResourceRules {
    /// What puts all entries into a table at once.
    static final Set<String> FILLS = Set.of(
            "LookupTableImportV2",
            "LookupTableImport",
            "InitializeTableV2",
            "InitializeTable",
            "InitializeTableFromTextFileV2",
            "InitializeTableFromTextFile");

    private final Lowering lowering;
    private final Map<String, Value> handles = new HashMap<>();

    /// The handle of a table.
    private record Table(RawNode node) implements Value.Opaque {
        @Override
        public String toString() {
            return "the table '" + node.name() + "'";
        }
    }

    ResourceRules(Lowering lowering) {
        this.lowering = lowering;
    }

    Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("VarHandleOp", call -> List.of(new Value.Variable(call.node()))),
                entry("VariableV2", this::reference),
                entry("Variable", this::reference),
                entry("ReadVariableOp", call -> List.of(read(call))),
                entry("VarIsInitializedOp", call -> List.of(yes(call))),
                entry("IsVariableInitialized", call -> List.of(yes(call))),
                entry("ResourceGather", call -> gather(call, IndexingRules::gatherRows)),
                entry("ResourceGatherNd", call -> gather(call, IndexingRules::gatherNd)),
                entry("HashTableV2", call -> List.of(new Table(call.node()))),
                entry("HashTable", call -> List.of(new Table(call.node()))),
                entry("LookupTableFindV2", this::find),
                entry("LookupTableFind", this::find),
                entry("LookupTableSizeV2", this::size),
                entry("LookupTableSize", this::size)));
        List.of("AssignVariableOp", "Assign").forEach(op -> rules.put(op, call -> assign(call, call.input(1))));
        List.of("AssignAddVariableOp", "AssignAdd").forEach(op -> rules.put(op, call -> change(call, true)));
        List.of("AssignSubVariableOp", "AssignSub").forEach(op -> rules.put(op, call -> change(call, false)));
        List.of("Add", "Sub", "Update").forEach(how -> {
            rules.put("ResourceScatter" + how, call -> scatter(call, how, true));
            rules.put("ResourceScatterNd" + how, call -> scatter(call, how, false));
        });
        FILLS.forEach(op -> rules.put(op, this::fill));
        return rules;
    }

    private List<Value> reference(Call call) {
        boolean changes = lowering.scope().state().changes(call.node());
        return List.of(changes ? new Value.Variable(call.node()) : constant(call.node(), call.name()));
    }

    private static RawNode variable(Call call) {
        if (call.input(0) instanceof Value.Variable variable) {
            return variable.handle();
        }
        throw new NotLowerable("what it reads or writes is no variable");
    }

    private Value read(Call call) {
        return read(variable(call), call.name());
    }

    /// The value of a variable now.
    Value read(RawNode handle, String name) {
        if (!lowering.scope().state().changes(handle)) {
            return constant(handle, name);
        }
        Checkpoint.Entry entry = lowering.scope().variables().apply(handle);
        SubgraphBuilder.Result result = SubgraphBuilder.Result.of(type(entry.type()), shape(handle, entry));
        return lowering.graph()
                .emitAs(
                        BuiltinOperator.READ_VARIABLE,
                        new ReadVariableOptions(),
                        name,
                        List.of(result),
                        List.of(handle(handle)))
                .getFirst();
    }

    /// A variable may be declared with sizes that change from value to value.
    private static Shape shape(RawNode handle, Checkpoint.Entry entry) {
        Shape saved = TensorValues.shape(entry.shape());
        TensorShapeProto declared = handle.attributes().shape("shape");
        if (declared == null) {
            return saved;
        }
        return TensorValues.shape(declared)
                .orElseThrow(() -> new NotLowerable("the shape of variable '" + handle.name() + "' changes"));
    }

    private Value handle(RawNode variable) {
        Attributes attributes = variable.attributes();
        String name = ModelState.name(variable);
        VarHandleOptions options = new VarHandleOptions(attributes.text("container", ""), name);
        return handles.computeIfAbsent(
                name,
                key -> lowering.graph()
                        .emit(BuiltinOperator.VAR_HANDLE, options, name, TensorType.RESOURCE, List.of()));
    }

    /// The value that was saved.
    private Value.Known constant(RawNode handle, String name) {
        Checkpoint.Entry entry = lowering.scope().variables().apply(handle);
        TensorType type = type(entry.type());
        Shape shape = TensorValues.shape(entry.shape());
        long needed = Math.multiplyExact(shape.elementCount(), (long) Tensor.unitBytes(type));
        if (type == TensorType.STRING || needed != entry.bytes().byteSize()) {
            throw new NotLowerable("variable '" + handle.name() + "' has "
                    + entry.bytes().byteSize() + " bytes where " + type + shape + " needs " + needed);
        }
        return new Value.Known(name, type, shape, new Constant.Mapped(entry.bytes()));
    }

    private static TensorType type(DataType type) {
        return DataTypes.tensorType(type).orElseThrow(() -> new NotLowerable("there is no type for " + type));
    }

    private static Value yes(Call call) {
        return call.scalar(TensorType.BOOL, 1);
    }

    private List<Value> gather(Call call, Rule rule) {
        return rule.lower(new Call(call.node(), List.of(read(call), call.input(1)), call.graph()));
    }

    /// Assigning gives the handle, which in TensorFlow 1 stands for the new value.
    private List<Value> assign(Call call, Value value) {
        assign(variable(call), value);
        return List.of(call.input(0));
    }

    private void assign(RawNode handle, Value value) {
        lowering.graph()
                .emitAs(
                        BuiltinOperator.ASSIGN_VARIABLE,
                        new AssignVariableOptions(),
                        handle.name(),
                        List.of(),
                        List.of(handle(handle), value));
    }

    /// The variable gets the value that was saved.
    void initialize(RawNode handle) {
        assign(handle, constant(handle, handle.name()));
    }

    private List<Value> change(Call call, boolean up) {
        Arithmetic f = Arithmetic.of(call);
        Value before = read(call);
        return assign(call, up ? f.add(before, call.input(1)) : f.sub(before, call.input(1)));
    }

    /// @param rows whether indices are those of rows; otherwise each is a vector
    private List<Value> scatter(Call call, String how, boolean rows) {
        Value indices = call.input(1);
        if (rows) {
            int[] sizes = Arrays.copyOf(call.shape(1).toArray(), call.shape(1).rank() + 1);
            sizes[sizes.length - 1] = 1;
            indices = new Vectors(call.graph(), call.name()).reshape(indices, Shape.of(sizes));
        }
        List<Value> inputs = List.of(read(call), indices, call.input(2));
        Rule rule = lowering.rule("TensorScatter" + how);
        if (rule == null) {
            throw new NotLowerable("it changes parts of a variable in a way that is not supported");
        }
        return assign(
                call, rule.lower(new Call(call.node(), inputs, call.graph())).getFirst());
    }

    private Value table(Call call) {
        if (!(call.input(0) instanceof Table table)) {
            throw new NotLowerable("what it reads or fills is no hash table that stays as it is");
        }
        RawNode node = table.node;
        ModelState state = lowering.scope().state();
        if (!state.isFilled(node)) {
            throw new NotLowerable("nothing in the graph says what is in the table '" + node.name()
                    + "'; initialize it from tensors (KeyValueTensorInitializer)");
        }
        TensorType keys = type(node.attributes().type("key_dtype", DataType.DT_INVALID));
        TensorType values = type(node.attributes().type("value_dtype", DataType.DT_INVALID));
        boolean known = keys == TensorType.STRING && values == TensorType.INT64
                || keys == TensorType.INT64 && values == TensorType.STRING;
        if (!known) {
            throw new NotLowerable("LiteRT has tables from STRING to INT64 and from INT64 to STRING, not from " + keys
                    + " to " + values);
        }
        HashtableOptions options = new HashtableOptions(state.tableId(node), keys, values);
        return handles.computeIfAbsent(
                "table " + ModelState.name(node),
                key -> lowering.graph()
                        .emit(BuiltinOperator.HASHTABLE, options, node.name(), TensorType.RESOURCE, List.of()));
    }

    private List<Value> find(Call call) {
        Value table = table(call);
        return List.of(call.emitAs(
                BuiltinOperator.HASHTABLE_FIND,
                new HashtableFindOptions(),
                call.type(2),
                table,
                call.input(1),
                call.input(2)));
    }

    private List<Value> size(Call call) {
        Value table = table(call);
        Value size = call.emitAs(BuiltinOperator.HASHTABLE_SIZE, new HashtableSizeOptions(), TensorType.INT64, table);
        return List.of(new Vectors(call.graph(), call.name()).reshape(size, Shape.SCALAR));
    }

    private List<Value> fill(Call call) {
        List<Value> operands = new ArrayList<>(List.of(table(call)));
        if (TextTable.isRead(call.node())) {
            Attributes table = call.input(0) instanceof Table handle ? handle.node.attributes() : call.attributes();
            TextTable text = TextTable.read(call.node(), lowering.scope().assets());
            operands.add(text.keys(call.name() + "/keys", table.type("key_dtype", DataType.DT_INVALID)));
            operands.add(text.values(call.name() + "/values", table.type("value_dtype", DataType.DT_INVALID)));
        } else {
            operands.add(call.input(1));
            operands.add(call.input(2));
        }
        call.graph()
                .emitAs(
                        BuiltinOperator.HASHTABLE_IMPORT,
                        new HashtableImportOptions(),
                        call.name(),
                        List.of(),
                        operands);
        return List.of();
    }
}
