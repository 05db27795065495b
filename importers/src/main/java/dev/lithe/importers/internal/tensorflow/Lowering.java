package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// Turns a flat TensorFlow graph into operators, node by node in execution order: what is known is
/// computed, the rest is lowered by the rule of its kind. What cannot be lowered is collected; of
/// the nodes that depend on it those are reported too whose kind is not supported at all.
public final class Lowering {
    private static final String UNKNOWN = "is not supported yet";

    private final String file;
    private final int subgraph;
    private final SubgraphBuilder graph;
    private final Map<String, Rule> rules = new HashMap<>();
    private final IdentityHashMap<RawNode, List<Value>> values = new IdentityHashMap<>();
    private final List<Offender> offenders = new ArrayList<>();

    /// @param file what messages call the model
    /// @param subgraph its number in messages
    /// @param variables gives the value of a variable by its handle
    public Lowering(String file, int subgraph, SubgraphBuilder graph, Function<RawNode, Checkpoint.Entry> variables) {
        this.file = file;
        this.subgraph = subgraph;
        this.graph = graph;
        Stream.of(
                        new SourceRules(variables).rules(),
                        ConvolutionRules.rules(),
                        DenseRules.rules(),
                        NormalizationRules.rules(),
                        PoolingRules.rules(),
                        ElementwiseRules.rules(),
                        LayoutRules.rules())
                .forEach(rules::putAll);
    }

    /// `value` stands for what `node` gives: an input of the subgraph.
    public void define(RawNode node, Value value) {
        values.put(node, List.of(value));
    }

    /// Lowers all nodes of `raw` but those that were defined.
    public void run(RawGraph raw) {
        for (RawNode node : raw.nodes()) {
            if (!values.containsKey(node)) {
                values.put(node, lower(node));
            }
        }
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
        List<Value> inputs = node.inputs().stream().map(this::value).toList();
        Rule rule = rules.get(node.op());
        if (inputs.contains(Value.MISSING)) {
            if (rule == null && !Folding.knows(node.op())) {
                offend(node, UNKNOWN);
            }
            return List.of();
        }
        Value folded = Folding.fold(node, inputs);
        if (folded != null) {
            return List.of(folded);
        }
        if (rule == null) {
            offend(node, UNKNOWN);
            return List.of();
        }
        try {
            return rule.lower(new Call(node, inputs, graph));
        } catch (NotLowerable | ValueException e) {
            offend(node, String.valueOf(e.getMessage()));
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Sizes and attributes that contradict each other or pass what a tensor can have.
            offend(node, "its attributes and inputs do not fit together: " + e.getMessage());
        }
        return List.of();
    }

    private void offend(RawNode node, String why) {
        offenders.add(new Offender(Location.operator(file, subgraph, -1, node.toString(), null), why));
    }
}
