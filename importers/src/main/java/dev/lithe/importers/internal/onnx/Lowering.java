package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxFunction;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import dev.lithe.operators.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the nodes of a graph into operators, in order: what is known is computed, the rest is lowered
/// by the rule of its kind. What cannot be lowered is collected; of the nodes that depend on it those
/// are reported too whose kind is not supported at all.
final class Lowering {
    private static final int FUNCTION_DEPTH = 50;
    private static final String UNKNOWN = "is not supported";

    private final ModelContext model;
    private final SubgraphBuilder graph;
    private final int functionDepth;

    Lowering(ModelContext model, SubgraphBuilder graph) {
        this(model, graph, 0);
    }

    private Lowering(ModelContext model, SubgraphBuilder graph, int functionDepth) {
        this.model = model;
        this.graph = graph;
        this.functionDepth = functionDepth;
    }

    ModelContext model() {
        return model;
    }

    SubgraphBuilder graph() {
        return graph;
    }

    /// Lowers what the outputs of `proto` need; its inputs are defined in `scope` already.
    void run(OnnxGraph proto, Scope scope, Map<String, Integer> opsets) {
        proto.getInitializerList()
                .forEach(t ->
                        scope.define(t.getName(), Laid.plain(model.tensors().value(t.getName(), t))));
        for (var sparse : proto.getSparseInitializerList()) {
            String name = sparse.getValues().getName();
            offend("initializer '" + name + "'", "is sparse, which is not supported; export it as a dense tensor");
            scope.define(name, Laid.MISSING);
        }
        List<String> outputs =
                proto.getOutputList().stream().map(o -> o.getName()).toList();
        NodeOrder.of(model.file(), proto.getNodeList(), outputs).forEach(n -> lower(n, scope, opsets, Map.of()));
    }

    private void lower(
            OnnxNodeProto proto, Scope scope, Map<String, Integer> opsets, Map<String, OnnxAttribute> arguments) {
        Map<String, OnnxAttribute> attributes = new HashMap<>();
        for (OnnxAttribute attribute : proto.getAttributeList()) {
            OnnxAttribute actual =
                    attribute.getRefAttrName().isEmpty() ? attribute : arguments.get(attribute.getRefAttrName());
            if (actual != null) {
                attributes.put(attribute.getName(), actual);
            }
        }
        String domain = proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
        OnnxNode node = new OnnxNode(proto, attributes, opsets.getOrDefault(domain, 1));
        List<Laid> results = results(node, scope);
        noteSign(node, scope, results);
        for (int i = 0; i < proto.getOutputCount(); i++) {
            scope.define(proto.getOutput(i), i < results.size() ? results.get(i) : Laid.MISSING);
        }
    }

    private List<Laid> results(OnnxNode node, Scope scope) {
        List<Laid> inputs = new ArrayList<>();
        for (String name : node.proto().getInputList()) {
            Laid value = name.isEmpty() ? Laid.ABSENT : scope.find(name);
            if (value == null) {
                throw model.broken(node.title(), "reads '" + name + "', which nothing defines");
            }
            inputs.add(value);
        }
        OnnxFunction function = model.function(node);
        Rule rule = Rules.find(node.qualifiedOp());
        if (function == null && rule == null) {
            offend(node.title(), UNKNOWN);
            return List.of();
        }
        if (inputs.contains(Laid.MISSING)) {
            return List.of();
        }
        try {
            return function == null ? apply(node, rule, inputs, scope) : call(node, function, inputs);
        } catch (NotLowerable | ShapeException e) {
            offend(node.title(), String.valueOf(e.getMessage()));
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Sizes and attributes that contradict each other or pass what a tensor can have.
            offend(node.title(), "its attributes and inputs do not fit together: " + e.getMessage());
        }
        return List.of();
    }

    private void noteSign(OnnxNode node, Scope scope, List<Laid> results) {
        if (results.isEmpty()) {
            return;
        }
        List<String> inputs = node.proto().getInputList();
        Set<Laid> known = model.notNegative();
        boolean kept = Rules.keepsSign(node.op()) && !inputs.isEmpty() && isIn(known, scope.find(inputs.getFirst()));
        boolean joined = (node.op().equals("Concat") || node.op().equals("Add"))
                && inputs.stream().allMatch(name -> isIn(known, scope.find(name)));
        if (kept || joined || Rules.isNotNegative(node.op())) {
            known.add(results.getFirst());
        }
    }

    private static boolean isIn(Set<Laid> values, @Nullable Laid value) {
        return value != null && values.contains(value);
    }

    void offend(String title, String why) {
        model.offenders().add(new Offender(Location.operator(model.file(), 0, -1, title, null), why));
    }

    // ---- what is known

    private List<Laid> apply(OnnxNode node, @Nullable Rule rule, List<Laid> inputs, Scope scope) {
        if (rule == null) {
            throw new NotLowerable(UNKNOWN);
        }
        return apply(node, rule, inputs, scope, graph);
    }

    private List<Laid> apply(OnnxNode node, Rule rule, List<Laid> inputs, Scope scope, SubgraphBuilder target) {
        Numbers sizes = sizes(node, rule, inputs, scope);
        if (sizes != null) {
            return List.of(
                    sizes.hasUnknown()
                            ? Laid.partial(
                                    sizes,
                                    () -> byRule(node, rule, inputs, scope, target)
                                            .getFirst())
                            : Laid.plain(sizes.toValue(node.outputName(0))));
        }
        List<Laid> folded = fold(node, rule, inputs, scope);
        return folded != null ? folded : byRule(node, rule, inputs, scope, target);
    }

    /// One more node, whose operators go into `target`.
    List<Laid> expand(OnnxNode node, List<Laid> inputs, Scope scope, SubgraphBuilder target) {
        Rule rule = Rules.find(node.qualifiedOp());
        if (rule == null) {
            throw new IllegalStateException(node.qualifiedOp());
        }
        if (inputs.contains(Laid.MISSING)) {
            throw new NotLowerable("it reads a result that inference does not have");
        }
        return apply(node, rule, inputs, scope, target);
    }

    private List<Laid> byRule(OnnxNode node, Rule rule, List<Laid> inputs, Scope scope, SubgraphBuilder target) {
        Emitter emitter = new Emitter(target, node.outputName(0));
        return rule.lower(new Call(node, inputs, emitter, new BodyBuilder(this, scope)));
    }

    /// Sizes that are computed from shapes, some of them unknown; null for anything else.
    private @Nullable Numbers sizes(OnnxNode node, Rule rule, List<Laid> inputs, Scope scope) {
        if (!node.domain().isEmpty() || inputs.isEmpty()) {
            return null;
        }
        if (node.op().equals("Shape") || node.op().equals("Size")) {
            return Partials.ofShape(node, inputs.getFirst().shape());
        }
        if (inputs.stream().noneMatch(Laid::isPartial)) {
            return null;
        }
        List<Numbers> numbers = new ArrayList<>();
        for (Laid input : inputs) {
            Numbers of = input.isAbsent() ? null : input.numbers();
            if (of == null) {
                return null;
            }
            numbers.add(of);
        }
        if (!Partials.MOVING.contains(node.op()) || node.proto().getOutputCount() > 1) {
            return Partials.fold(node, numbers);
        }
        List<Laid> marked = numbers.stream().map(Lowering::marked).toList();
        List<Laid> moved = fold(node, rule, marked, scope);
        return moved == null ? null : moved.getFirst().numbers();
    }

    /// The numbers as if all were known; unknown ones keep their mark.
    private static Laid marked(Numbers numbers) {
        if (!numbers.hasUnknown()) {
            return Laid.plain(numbers.toValue("sizes"));
        }
        return Laid.plain(Value.Known.of("sizes", Tensor.of(numbers.shape(), numbers.longs())));
    }

    /// The results where all inputs are known and small.
    private @Nullable List<Laid> fold(OnnxNode node, Rule rule, List<Laid> inputs, Scope scope) {
        long bytes = 0;
        for (Laid input : inputs) {
            if (input.isAbsent()) {
                continue;
            }
            Value.Known known = input.isSequence() ? null : input.known();
            if (known == null) {
                return null;
            }
            bytes += known.constant().byteSize();
        }
        if (bytes > Numbers.LIMIT || Rules.isNeverFolded(node.op())) {
            return null;
        }
        if (node.op().startsWith("Sequence") || node.op().equals("SplitToSequence")) {
            return null;
        }
        SubgraphBuilder scratch = new SubgraphBuilder(new SubgraphBuilder.Ids());
        Emitter emitter = new Emitter(scratch, node.outputName(0));
        List<Laid> results = rule.lower(new Call(node, inputs, emitter, new BodyBuilder(this, scope)));
        return evaluated(node, results, emitter);
    }

    private static @Nullable List<Laid> evaluated(OnnxNode node, List<Laid> results, Emitter scratch) {
        List<Value> values = new ArrayList<>();
        Map<String, TensorId> outputs = new LinkedHashMap<>();
        for (Laid result : results) {
            Value value = result.isMissing() ? Value.MISSING : result.plain(scratch);
            values.add(value);
            if (value instanceof Value.Dynamic dynamic) {
                outputs.put("result" + values.size(), dynamic.id());
            }
        }
        Subgraph subgraph = scratch.builder().build("fold", outputs);
        boolean large = subgraph.tensors().values().stream()
                .anyMatch(t -> !t.isConstant() && t.shape().elementCount() > Numbers.LIMIT);
        if (large) {
            return null;
        }
        List<Tensor> computed = new ArrayList<>(outputs.isEmpty() ? List.of() : Evaluation.run(subgraph));
        List<Laid> folded = new ArrayList<>();
        for (Value value : values) {
            if (value instanceof Value.Dynamic) {
                Tensor tensor = computed.removeFirst();
                folded.add(Laid.plain(Value.Known.of(node.outputName(folded.size()), tensor)));
            } else {
                folded.add(value instanceof Value.Missing ? Laid.MISSING : Laid.plain(value));
            }
        }
        return folded;
    }

    // ---- functions

    private List<Laid> call(OnnxNode node, OnnxFunction function, List<Laid> inputs) {
        if (functionDepth >= FUNCTION_DEPTH) {
            throw new NotLowerable("functions call each other without end");
        }
        Scope scope = new Scope();
        for (int i = 0; i < function.getInputCount(); i++) {
            scope.define(function.getInput(i), i < inputs.size() ? inputs.get(i) : Laid.ABSENT);
        }
        Map<String, OnnxAttribute> arguments = new HashMap<>();
        function.getAttributeProtoList().forEach(a -> arguments.put(a.getName(), a));
        arguments.putAll(node.attributes());
        Map<String, Integer> opsets = new HashMap<>(model.opsets());
        function.getOpsetImportList().forEach(o -> opsets.put(o.getDomain(), (int) o.getVersion()));
        Lowering inner = new Lowering(model, graph, functionDepth + 1);
        NodeOrder.of(model.file(), function.getNodeList(), function.getOutputList())
                .forEach(n -> inner.lower(n, scope, opsets, arguments));
        List<Laid> results = new ArrayList<>();
        for (String output : function.getOutputList()) {
            Laid result = scope.find(output);
            results.add(result == null ? Laid.MISSING : result);
        }
        return results;
    }

    /// A graph without anything around it but `scope`, lowered into `target`.
    Lowering into(SubgraphBuilder target) {
        return new Lowering(model, target, functionDepth);
    }
}
