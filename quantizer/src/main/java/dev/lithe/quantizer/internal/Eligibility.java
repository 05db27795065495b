package dev.lithe.quantizer.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operators;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides operator by operator whether it can run on integers, from its quantization rule and the user's wishes.
final class Eligibility {
    private final Model model;
    private final Recipe recipe;

    Eligibility(Model model, Recipe recipe) {
        this.model = model;
        this.recipe = recipe;
    }

    Decision decide(int subgraphIndex, int index, boolean entry) {
        Subgraph subgraph = model.subgraphs().get(subgraphIndex);
        Node node = subgraph.nodes().get(index);
        NodeView view = new NodeView(subgraph, node);
        Location location = Graphs.location(model, subgraphIndex, index);
        boolean converts = node.code().builtin() == BuiltinOperator.QUANTIZE
                || node.code().builtin() == BuiltinOperator.DEQUANTIZE;
        if (!Graphs.touchesFloat(view) || converts) {
            return new Decision(node.id(), node.code(), location, Precision.OTHER, "works on no real numbers");
        }
        String obstacle = obstacle(view, entry);
        if (obstacle != null) {
            return new Decision(node.id(), node.code(), location, Precision.FLOAT32, obstacle);
        }
        boolean wide = recipe.mode() == QuantizationMode.INT16X8;
        return new Decision(
                node.id(),
                node.code(),
                location,
                wide ? Precision.INT16X8 : Precision.INT8,
                wide ? "has a kernel for 16-bit activations" : "has an 8-bit integer kernel");
    }

    /// Why the node cannot be quantized, or null where it can.
    private @Nullable String obstacle(NodeView view, boolean entry) {
        Node node = view.node();
        if (!entry) {
            return "stands in the body of a control-flow operator, which stays in float";
        }
        String excluded = exclusion(view, recipe);
        if (excluded != null) {
            return excluded;
        }
        Optional<Definition<?>> definition = Operators.definition(node.code().builtin());
        if (definition.isEmpty() || !definition.get().quantization().isQuantizable()) {
            return "has no integer kernel";
        }
        QuantizationRule rule = definition.get().quantization();
        if (recipe.mode() == QuantizationMode.INT16X8 && !rule.int16()) {
            return "has no kernel for 16-bit activations";
        }
        return operandObstacle(view, rule);
    }

    /// How the user excluded the node, or null where it was not excluded.
    static @Nullable String exclusion(NodeView view, Recipe recipe) {
        if (recipe.excludedOperators().contains(view.node().code().builtin())) {
            return "was excluded by its type (--exclude-op)";
        }
        boolean byName = view.node().outputs().stream()
                .map(id -> view.subgraph().tensor(id).name())
                .anyMatch(name -> recipe.excludedLayers().stream()
                        .anyMatch(p -> p.matcher(name).find()));
        return byName ? "was excluded by its name (--exclude-layer)" : null;
    }

    private static @Nullable String operandObstacle(NodeView view, QuantizationRule rule) {
        List<TensorId> touched = new ArrayList<>(view.node().inputs());
        touched.addAll(view.node().outputs());
        for (TensorId id : touched) {
            if (id.isPresent() && view.subgraph().tensor(id).variable()) {
                return "works on a variable, which stays in float";
            }
        }
        if (rule.weight() >= 0) {
            String obstacle = constantObstacle(view, rule.weight(), "weights");
            if (obstacle != null) {
                return obstacle;
            }
        }
        return rule.bias() >= 0 && view.hasInput(rule.bias()) ? constantObstacle(view, rule.bias(), "bias") : null;
    }

    /// Why the constant input at `position` cannot be quantized, or null where it can.
    static @Nullable String constantObstacle(NodeView view, int position, String what) {
        TensorSpec spec = view.input(position);
        if (!spec.isConstant()) {
            return "its " + what + " '" + spec.name()
                    + "' are computed at run time, the integer kernel needs a constant";
        }
        if (!Graphs.isFloat(spec) || spec.sparsity() != null) {
            return "its " + what + " '" + spec.name() + "' are no dense float32 constant";
        }
        return null;
    }
}
