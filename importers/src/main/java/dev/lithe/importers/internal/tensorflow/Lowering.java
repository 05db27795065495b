package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Turns a flat TensorFlow graph into operators, node by node in execution order: what is known is
/// computed, the rest is lowered by the rule of its kind. What cannot be lowered is collected; of
/// the nodes that depend on it those are reported too whose kind is not supported at all.
public final class Lowering {
    private static final long SMALL_BYTES = 1 << 16;
    private static final String UNKNOWN = "is not supported yet";

    private final Scope scope;
    private final int subgraph;
    private final SubgraphBuilder graph;
    private final ResourceRules resources;
    private final Map<String, Rule> rules = new HashMap<>();
    private final IdentityHashMap<RawNode, List<Value>> values = new IdentityHashMap<>();
    private final Set<RawPort> read = new HashSet<>();
    private final List<Offender> offenders = new ArrayList<>();

    /// @param subgraph its number
    public Lowering(Scope scope, int subgraph, SubgraphBuilder graph) {
        this.scope = scope;
        this.subgraph = subgraph;
        this.graph = graph;
        this.resources = new ResourceRules(this);
        Stream.of(
                        SourceRules.rules(),
                        resources.rules(),
                        new ControlRules(this).rules(),
                        ListRules.rules(),
                        ArrayRules.rules(),
                        ConvolutionRules.rules(),
                        DenseRules.rules(),
                        NormalizationRules.rules(),
                        PoolingRules.rules(),
                        ElementwiseRules.rules(),
                        LayoutRules.rules(),
                        FunctionRules.rules(),
                        ReductionRules.rules(),
                        IndexingRules.rules(),
                        SpatialRules.rules(),
                        ShapeRules.rules(),
                        VolumeRules.rules(),
                        SignalRules.rules(),
                        RandomRules.rules(),
                        MatrixRules.rules(),
                        RollRules.rules(),
                        GradientRules.rules(),
                        PlaceRules.rules(),
                        InverseFourierRules.rules(),
                        EinsumRules.rules(),
                        QuantizationRules.rules())
                .forEach(rules::putAll);
    }

    /// `value` stands for what `node` gives: an input of the subgraph.
    public void define(RawNode node, Value value) {
        values.put(node, List.of(value));
    }

    /// Lowers all nodes of `raw` but those that were defined.
    public void run(RawGraph raw) {
        raw.nodes().forEach(node -> read.addAll(node.inputs()));
        read.addAll(raw.outputs());
        for (RawNode node : raw.nodes()) {
            if (!values.containsKey(node)) {
                values.put(node, lower(node));
            }
        }
    }

    /// Whether anything reads `port`.
    boolean isRead(RawPort port) {
        return read.contains(port);
    }

    Scope scope() {
        return scope;
    }

    SubgraphBuilder graph() {
        return graph;
    }

    /// What could not be lowered.
    public List<Offender> offenders() {
        return offenders;
    }

    /// What a port stands for, after [#run(RawGraph)].
    public Value value(RawPort port) {
        List<Value> results = values.getOrDefault(port.node(), List.of());
        return port.index() < results.size() ? results.get(port.index()) : Value.MISSING;
    }

    private List<Value> lower(RawNode node) {
        List<Value> inputs;
        try {
            inputs = node.inputs().stream()
                    .map(this::value)
                    .map(value -> dereferenced(node, value))
                    .toList();
        } catch (NotLowerable e) {
            offend(node, String.valueOf(e.getMessage()));
            return List.of();
        }
        Rule rule = rules.get(node.op());
        if (inputs.contains(Value.MISSING)) {
            if (rule == null && !Folding.knows(node.op())) {
                offend(node, UNKNOWN);
            }
            return List.of();
        }
        Value folded = Folding.fold(node, inputs);
        if (folded instanceof Value.Partial partial) {
            return List.of(new Value.Partial(partial.numbers(), new Later(rule, node, inputs, graph)));
        }
        if (folded != null) {
            return List.of(folded);
        }
        if (rule == null) {
            return custom(node, inputs, UNKNOWN);
        }
        try {
            int mark = graph.mark();
            List<Value> results = rule.lower(new Call(node, inputs, graph));
            return isSmall(inputs) ? graph.computed(mark, results) : results;
        } catch (Inner.Reported e) {
            return List.of();
        } catch (NotLowerable | ValueException e) {
            return custom(node, inputs, String.valueOf(e.getMessage()));
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Sizes and attributes that contradict each other or pass what a tensor can have.
            offend(node, "its attributes and inputs do not fit together: " + e.getMessage());
        }
        return List.of();
    }

    /// A variable of TensorFlow 1 stands for its value wherever it is not assigned to.
    private Value dereferenced(RawNode node, Value value) {
        boolean reference = value instanceof Value.Variable variable
                && ModelState.isReference(variable.handle())
                && !node.op().startsWith("Assign")
                && !node.op().equals("IsVariableInitialized");
        return reference ? resources.read(((Value.Variable) value).handle(), node.name()) : value;
    }

    /// Gives a variable that changes the value that was saved.
    void initialize(RawNode handle) {
        try {
            resources.initialize(handle);
        } catch (NotLowerable | ValueException e) {
            offend(handle, String.valueOf(e.getMessage()));
        }
    }

    /// The rule for nodes of kind `op`.
    @Nullable
    Rule rule(String op) {
        return rules.get(op);
    }

    /// Computes at run time what is known in part only; nothing is computed that no one asks for.
    private static final class Later implements Supplier<Value> {
        private final @Nullable Rule rule;
        private final Call call;
        private @Nullable Value result;

        Later(@Nullable Rule rule, RawNode node, List<Value> inputs, SubgraphBuilder graph) {
            this.rule = rule;
            this.call = new Call(node, inputs, graph);
        }

        @Override
        public Value get() {
            Value known = result;
            if (known == null) {
                if (rule == null) {
                    throw new NotLowerable("it needs " + call.node() + " at run time, which is not supported yet");
                }
                known = rule.lower(call).getFirst();
                result = known;
            }
            return known;
        }
    }

    void offend(RawNode node, String why) {
        offenders.add(new Offender(Location.operator(scope.file(), subgraph, -1, node.toString(), null), why));
    }

    /// The node as a custom operator where that is allowed and its results are known of their types;
    /// refused otherwise.
    private List<Value> custom(RawNode node, List<Value> inputs, String why) {
        if (scope.allowCustomOps()) {
            int results = read.stream()
                    .filter(port -> port.node() == node)
                    .mapToInt(RawPort::index)
                    .max()
                    .orElse(0);
            try {
                return CustomOperators.keep(new Call(node, inputs, graph), results + 1);
            } catch (NotLowerable e) {
                offend(node, why + "; as a custom operator: " + e.getMessage());
                return List.of();
            }
        }
        offend(node, why);
        return List.of();
    }

    /// Whether all inputs are constants that are no weights.
    private static boolean isSmall(List<Value> inputs) {
        return inputs.stream()
                .allMatch(input -> input instanceof Value.Known known
                        && known.type() != TensorType.STRING
                        && known.constant().byteSize() <= SMALL_BYTES);
    }
}
