package dev.lithe.importers.internal.raw;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Offender;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.NameAttrList;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.OpDef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a graph and its functions into one graph without calls that computes given outputs, and
/// nothing else.
public final class Flattener {
    /// Functions that call each other twice over multiply: a small file could unfold without end.
    private static final int SIZE_LIMIT = 1_000_000;

    private static final int DEPTH_LIMIT = 100;
    private static final Set<String> CALLS =
            Set.of("PartitionedCall", "StatefulPartitionedCall", "TPUPartitionedCall", "RemoteCall");
    private static final Set<String> EFFECTS = Set.of(
            "AssignVariableOp",
            "AssignAddVariableOp",
            "AssignSubVariableOp",
            "Assign",
            "AssignAdd",
            "AssignSub",
            "ResourceScatterAdd",
            "ResourceScatterSub",
            "ResourceScatterUpdate",
            "ResourceScatterNdUpdate",
            "ResourceScatterNdAdd",
            "ScatterAdd",
            "ScatterUpdate",
            "LookupTableImportV2",
            "LookupTableImport",
            "InitializeTableV2",
            "InitializeTable",
            "InitializeTableFromTextFileV2",
            "InitializeTableFromTextFile");
    /// The attributes that name the functions of control flow, in the order of [RawNode#functions()].
    private static final Map<String, List<String>> CONTROL = Map.of(
            "If", List.of("then_branch", "else_branch"),
            "StatelessIf", List.of("then_branch", "else_branch"),
            "_If", List.of("then_branch", "else_branch"),
            "While", List.of("cond", "body"),
            "StatelessWhile", List.of("cond", "body"),
            "_While", List.of("cond", "body"),
            "Case", List.of("branches"),
            "StatelessCase", List.of("branches"));

    private final String file;
    private final GraphDef graph;
    private final Map<String, FunctionDef> functions = new HashMap<>();
    // Those of the graph or function that is being unfolded now.
    private List<RawNode> created = new ArrayList<>();
    private List<RawNode> effects = new ArrayList<>();
    private int size;

    private Flattener(String file, GraphDef graph) {
        this.file = file;
        this.graph = graph;
        graph.getLibrary()
                .getFunctionList()
                .forEach(f -> functions.put(f.getSignature().getName(), f));
    }

    /// The graph that computes `fetches` (`node:0`) from `feeds` (the same, with the nodes that
    /// take their place).
    ///
    /// A fetch `^node` asks for what running that node writes: see [RawGraph#effects()].
    ///
    /// @throws MalformedModelException where names lead nowhere or nodes wait for each other
    /// @throws UnsupportedException for loops in the style of TensorFlow 1
    public static RawGraph flatten(String file, GraphDef graph, Map<String, RawNode> feeds, List<String> fetches) {
        return new Flattener(file, graph).run(feeds, fetches);
    }

    private RawGraph run(Map<String, RawNode> feeds, List<String> fetches) {
        Map<String, RawPort> given = new HashMap<>();
        feeds.forEach((name, node) -> {
            given.put(name.endsWith(":0") ? name.substring(0, name.length() - 2) : name, new RawPort(node, 0));
            created.add(node);
        });
        Frame main = new Frame("the main graph", functional(graph.getNodeList()), given, new Attributes(Map.of()), 0);
        List<Reference> references = parse(fetches, main);
        visit(main, references);
        List<RawPort> outputs = new ArrayList<>();
        for (Reference reference : references) {
            if (!reference.control()) {
                outputs.add(value(main, reference));
            }
        }
        return DilatedConvolutions.rewrite(RawGraph.pruned(created, outputs, effects));
    }

    /// The nodes with the control flow of TensorFlow 1 turned into that of TensorFlow 2.
    private Collection<NodeDef> functional(Collection<NodeDef> defs) {
        try {
            Functionalizer.Result result = Functionalizer.functionalize(defs, functions.keySet());
            result.functions().forEach(f -> functions.put(f.getSignature().getName(), f));
            return result.nodes();
        } catch (NumberFormatException e) {
            throw broken("an input name is damaged: " + e.getMessage());
        }
    }

    private void visit(Frame frame, Collection<Reference> roots) {
        List<NodeDef> cyclic = new ArrayList<>();
        List<NodeDef> order;
        try {
            order = frame.order(roots, cyclic);
        } catch (NumberFormatException e) {
            throw broken("an input name in " + frame.what + " is damaged: " + e.getMessage());
        }
        if (!cyclic.isEmpty()) {
            throw cycle(frame, frame.needed(roots), cyclic.getFirst());
        }
        for (NodeDef def : order) {
            create(frame, def);
        }
    }

    private void create(Frame frame, NodeDef def) {
        List<RawPort> inputs = new ArrayList<>();
        for (Reference reference : parse(def.getInputList(), frame)) {
            if (!reference.control()) {
                inputs.add(value(frame, reference));
            }
        }
        if (++size > SIZE_LIMIT) {
            throw broken("its functions unfold to more than " + SIZE_LIMIT + " nodes");
        }
        Attributes attributes = new Attributes(def.getAttrMap()).bind(frame.call);
        NameAttrList callee = callee(def, attributes);
        if (callee != null) {
            frame.putCall(def.getName(), inline(frame, def, callee, inputs));
            return;
        }
        List<RawFunction> bodies = bodies(frame, def, attributes, inputs.size());
        RawNode node = new RawNode(def.getName(), def.getOp(), attributes, inputs, bodies);
        created.add(node);
        if (EFFECTS.contains(def.getOp())
                || bodies.stream().anyMatch(f -> !f.graph().effects().isEmpty())) {
            effects.add(node);
        }
        frame.put(def.getName(), node);
    }

    private @Nullable NameAttrList callee(NodeDef def, Attributes attributes) {
        if (CALLS.contains(def.getOp())) {
            NameAttrList function = attributes.function("f");
            if (function == null) {
                throw broken("the call '" + def.getName() + "' does not say of what");
            }
            return function;
        }
        // The older way: the function's name stands as the operator.
        return functions.containsKey(def.getOp())
                ? NameAttrList.newBuilder()
                        .setName(def.getOp())
                        .putAllAttr(def.getAttrMap())
                        .build()
                : null;
    }

    /// What a node of control flow runs; empty for any other.
    private List<RawFunction> bodies(Frame frame, NodeDef def, Attributes attributes, int inputs) {
        List<String> names = CONTROL.getOrDefault(def.getOp(), List.of());
        List<NameAttrList> callees = new ArrayList<>();
        for (String name : names) {
            NameAttrList one = attributes.function(name);
            callees.addAll(one == null ? attributes.functions(name) : List.of(one));
        }
        boolean complete = names.size() < 2 ? callees.isEmpty() == names.isEmpty() : callees.size() == names.size();
        if (!complete) {
            throw broken("'" + def.getName() + "' does not say what it runs");
        }
        // Branches take all inputs but the first, which decides.
        int arguments = names.contains("body") ? inputs : Math.max(0, inputs - 1);
        return callees.stream()
                .map(callee -> body(frame, def, callee, arguments))
                .toList();
    }

    private RawFunction body(Frame frame, NodeDef def, NameAttrList callee, int arguments) {
        List<RawNode> outerCreated = created;
        List<RawNode> outerEffects = effects;
        created = new ArrayList<>();
        effects = new ArrayList<>();
        List<RawNode> parameters = new ArrayList<>();
        for (int i = 0; i < arguments; i++) {
            parameters.add(new RawNode(
                    callee.getName() + "/arg" + i, RawFunction.PARAMETER, new Attributes(Map.of()), List.of()));
        }
        created.addAll(parameters);
        List<RawPort> given =
                parameters.stream().map(node -> new RawPort(node, 0)).toList();
        List<RawPort> results = inline(frame, def, callee, given);
        RawGraph unfolded = DilatedConvolutions.rewrite(RawGraph.pruned(created, results, effects));
        created = outerCreated;
        effects = outerEffects;
        return new RawFunction(callee.getName(), parameters, unfolded);
    }

    private List<RawPort> inline(Frame caller, NodeDef def, NameAttrList callee, List<RawPort> inputs) {
        FunctionDef function = functions.get(callee.getName());
        if (function == null) {
            throw broken("'" + def.getName() + "' calls '" + callee.getName() + "', which is not there");
        }
        if (caller.depth >= DEPTH_LIMIT) {
            throw broken("calls are nested deeper than " + DEPTH_LIMIT + " at '" + callee.getName()
                    + "'; does it call itself?");
        }
        List<OpDef.ArgDef> arguments = function.getSignature().getInputArgList();
        if (arguments.size() != inputs.size()) {
            throw broken("'" + def.getName() + "' passes " + inputs.size() + " values to '" + callee.getName()
                    + "', which takes " + arguments.size());
        }
        Map<String, RawPort> given = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            given.put(arguments.get(i).getName(), inputs.get(i));
        }
        Frame frame = new Frame(
                "function '" + callee.getName() + "'",
                functional(function.getNodeDefList()),
                given,
                new Attributes(callee.getAttrMap()),
                caller.depth + 1);
        List<String> names = new ArrayList<>();
        for (OpDef.ArgDef result : function.getSignature().getOutputArgList()) {
            names.add(function.getRetOrDefault(result.getName(), result.getName()));
        }
        List<Reference> results = parse(names, frame);
        Set<Reference> roots = new HashSet<>(results);
        function.getControlRetMap().values().forEach(name -> roots.add(new Reference(name, "", 0, true)));
        visit(frame, roots);
        return results.stream().map(result -> value(frame, result)).toList();
    }

    private RawPort value(Frame frame, Reference reference) {
        RawPort port = frame.value(reference);
        if (port == null) {
            throw broken("'" + reference.node() + "' is read in " + frame.what + ", which has no such value");
        }
        return port;
    }

    private List<Reference> parse(Collection<String> names, Frame frame) {
        try {
            return names.stream().map(Reference::parse).toList();
        } catch (NumberFormatException e) {
            throw broken("an input name in " + frame.what + " is damaged: " + e.getMessage());
        }
    }

    private RuntimeException cycle(Frame frame, List<NodeDef> needed, NodeDef waiting) {
        List<Offender> loops = needed.stream()
                .filter(def ->
                        def.getOp().equals("NextIteration") || def.getOp().equals("RefNextIteration"))
                .map(def -> new Offender(
                        Location.operator(file, -1, -1, def.getOp() + " '" + def.getName() + "'", null),
                        "a loop in the style of TensorFlow 1"))
                .toList();
        if (loops.isEmpty()) {
            return broken("in " + frame.what + " '" + waiting.getName() + "' waits for its own result");
        }
        return new UnsupportedException(
                "LQ0352",
                "the model has loops that cannot be converted",
                "export the model with TensorFlow 2, or unroll the loop (unroll=True in Keras).",
                loops);
    }

    private MalformedModelException broken(String what) {
        return new MalformedModelException(
                "LQ0155", Location.file(file), "the graph is damaged: " + what, "export the model again.");
    }
}
