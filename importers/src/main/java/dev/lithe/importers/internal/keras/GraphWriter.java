package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.OpDef;
import dev.lithe.importers.internal.proto.TensorProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Collects the nodes of a TensorFlow graph, or of one of its functions. Nodes are named as
/// TensorFlow names them: by the scopes that are open and their kind, numbered where that is taken.
final class GraphWriter {
    private final @Nullable GraphWriter outer;
    private final List<FunctionDef> functions;
    private final List<NodeDef> nodes = new ArrayList<>();
    private final Map<String, Integer> used = new HashMap<>();
    private final Deque<String> scopes = new ArrayDeque<>();
    private final List<Symbol> arguments = new ArrayList<>();
    private final Map<String, Symbol> captured = new LinkedHashMap<>();
    private final List<Symbol> capturedFrom = new ArrayList<>();

    private GraphWriter(@Nullable GraphWriter outer, List<FunctionDef> functions) {
        this.outer = outer;
        this.functions = functions;
        scopes.push("");
    }

    /// An empty graph.
    static GraphWriter main() {
        return new GraphWriter(null, new ArrayList<>());
    }

    /// An empty function of this graph. Values of this graph that its nodes read become arguments.
    GraphWriter function() {
        GraphWriter function = new GraphWriter(this, functions);
        function.scopes.push(scopes.element());
        return function;
    }

    /// Runs `body` with `name` before the names of all nodes that it adds.
    <T> T scoped(String name, Supplier<T> body) {
        scopes.push(unique(name) + "/");
        try {
            return body.get();
        } finally {
            scopes.pop();
        }
    }

    private String unique(String name) {
        String full = scopes.element() + name;
        int count = used.merge(full, 1, Integer::sum);
        return count == 1 ? full : full + "_" + (count - 1);
    }

    /// An argument of this function.
    Symbol argument(String name, DataType type, Shape shape) {
        Symbol argument = new Symbol(this, "arg" + arguments.size() + "_" + name, type, shape, null);
        arguments.add(argument);
        return argument;
    }

    /// What the function takes beyond its own arguments, as values of the graph around it.
    List<Symbol> captures() {
        return capturedFrom;
    }

    /// `symbol` as this graph sees it.
    Symbol local(Symbol symbol) {
        if (symbol.graph() == this) {
            return symbol;
        }
        GraphWriter around = outer;
        if (around == null) {
            throw new IllegalStateException("'" + symbol + "' is used outside of its function");
        }
        Symbol from = around.local(symbol);
        return captured.computeIfAbsent(from.reference(), key -> {
            capturedFrom.add(from);
            return argument(key.replace(':', '_').replace('/', '_'), from.type(), from.shape());
        });
    }

    /// Adds a node with one result.
    Symbol add(String op, String name, DataType type, Shape shape, Map<String, AttrValue> attributes, Symbol... in) {
        return addAll(op, name, List.of(type), List.of(shape), attributes, List.of(in))
                .getFirst();
    }

    /// Adds a node with several results.
    List<Symbol> addAll(
            String op,
            String name,
            List<DataType> types,
            List<Shape> shapes,
            Map<String, AttrValue> attributes,
            List<Symbol> in) {
        NodeDef.Builder node =
                NodeDef.newBuilder().setName(unique(name)).setOp(op).putAllAttr(attributes);
        in.forEach(symbol -> node.addInput(local(symbol).reference()));
        nodes.add(node.build());
        List<Symbol> results = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            String reference = i == 0 ? node.getName() : node.getName() + ":" + i;
            results.add(new Symbol(this, reference, types.get(i), shapes.get(i), null));
        }
        return results;
    }

    /// The handle of a variable, whatever scopes are open.
    Symbol root(String name, DataType type, Shape shape) {
        scopes.push("");
        try {
            Map<String, AttrValue> attributes =
                    Map.of("dtype", Attr.type(type), "shape", Attr.shape(shape), "shared_name", Attr.text(name));
            return add("VarHandleOp", name, DataType.DT_RESOURCE, shape, attributes);
        } finally {
            scopes.pop();
        }
    }

    /// The value of a variable, read where it is used.
    Symbol read(Symbol handle, DataType type) {
        return add("ReadVariableOp", "ReadVariableOp", type, handle.shape(), Map.of("dtype", Attr.type(type)), handle);
    }

    Symbol constant(TensorProto value, Shape shape) {
        return add(
                "Const",
                "Const",
                value.getDtype(),
                shape,
                Map.of("dtype", Attr.type(value.getDtype()), "value", Attr.tensor(value)));
    }

    /// Ends this function, with `results`, under a name that is free.
    String define(String name, List<Symbol> results) {
        String full = name.replace('/', '_') + "_" + functions.size();
        OpDef.Builder signature = OpDef.newBuilder().setName(full);
        List<Symbol> inside = results.stream().map(this::local).toList();
        for (Symbol argument : arguments) {
            signature.addInputArg(
                    OpDef.ArgDef.newBuilder().setName(argument.reference()).setType(argument.type()));
        }
        FunctionDef.Builder function = FunctionDef.newBuilder().addAllNodeDef(nodes);
        for (int i = 0; i < inside.size(); i++) {
            String result = "result" + i;
            signature.addOutputArg(OpDef.ArgDef.newBuilder()
                    .setName(result)
                    .setType(inside.get(i).type()));
            function.putRet(result, inside.get(i).reference());
        }
        functions.add(function.setSignature(signature).build());
        return full;
    }

    GraphDef graph() {
        GraphDef.Builder graph = GraphDef.newBuilder().addAllNode(nodes);
        graph.getLibraryBuilder().addAllFunction(functions);
        return graph.build();
    }
}
