package dev.lithe.quantizer.internal;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Plans the modes with integer activations: which operators get an integer kernel, and every activation's parameters.
public final class IntegerPlanner {
    private final Model model;
    private final Recipe recipe;
    private final Map<TensorId, TensorKey> keys;
    private final Map<NodeId, Decision> decisions = new LinkedHashMap<>();

    public IntegerPlanner(Model model, Recipe recipe) {
        this.model = model;
        this.recipe = recipe;
        this.keys = TensorKey.of(model);
        Eligibility eligibility = new Eligibility(model, recipe);
        Set<Integer> entries = entrySubgraphs(model);
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                Decision decision = eligibility.decide(s, n, entries.contains(s));
                decisions.put(decision.node(), decision);
            }
        }
    }

    /// The tensors whose range [#plan] will ask for.
    public Set<TensorKey> requiredRanges() {
        checkIntegerOnly();
        Set<TensorKey> required = new LinkedHashSet<>();
        for (int s : entrySubgraphs(model)) {
            required.addAll(new RangePropagation(model, s, recipe, decisions, keys).required());
        }
        return required;
    }

    public QuantizationPlan plan(CalibrationTable ranges) {
        checkRanges(ranges);
        Map<TensorId, QuantizationParameters> activations = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        for (int s : entrySubgraphs(model)) {
            RangePropagation propagation = new RangePropagation(model, s, recipe, decisions, keys);
            activations.putAll(propagation.parameters(ranges));
        }
        warnAboutFallback(warnings);
        warnAboutEdge(warnings);
        return new QuantizationPlan(model, recipe, decisions, activations, warnings);
    }

    /// The subgraphs that callers enter; the bodies of control flow stay in float.
    static Set<Integer> entrySubgraphs(Model model) {
        Set<Integer> entries = new LinkedHashSet<>();
        entries.add(0);
        model.signatures().forEach(s -> entries.add(s.subgraph()));
        return entries;
    }

    private void checkIntegerOnly() {
        if (!recipe.integerOnly()) {
            return;
        }
        List<Offender> offenders = decisions.values().stream()
                .filter(d -> d.precision() == Precision.FLOAT32)
                .map(d -> new Offender(d.location(), d.reason()))
                .toList();
        if (!offenders.isEmpty()) {
            throw new QuantizationException(
                    "LQ0410",
                    "integer only was asked for, but " + offenders.size() + " of " + decisions.size() + " operators of "
                            + model.source() + " would stay in float:",
                    "drop --integer-only to leave these in float, or change the model so that it does without them.",
                    offenders);
        }
    }

    private void checkRanges(CalibrationTable ranges) {
        List<Offender> missing = requiredRanges().stream()
                .filter(key -> ranges.get(key).isEmpty())
                .map(key -> new Offender(
                        Location.tensor(model.source(), key.subgraph(), key.name()), "no range was recorded"))
                .toList();
        if (!missing.isEmpty()) {
            throw new QuantizationException(
                    "LQ0405",
                    recipe.mode().word() + " needs the range of every activation, and " + missing.size()
                            + " have none:",
                    "calibrate on data that reach every part of the model, or complete the ranges file.",
                    missing);
        }
    }

    private void warnAboutFallback(List<String> warnings) {
        long floats = decisions.values().stream()
                .filter(d -> d.precision() == Precision.FLOAT32)
                .count();
        if (floats > 0) {
            warnings.add(
                    floats + " of " + decisions.size()
                            + " operators stay in float, with conversions around them (--explain FILE.json says which and why)");
        }
    }

    private void warnAboutEdge(List<String> warnings) {
        boolean floatEdge = recipe.inputType() == TensorType.FLOAT32 || recipe.outputType() == TensorType.FLOAT32;
        if (recipe.integerOnly() && floatEdge) {
            String type = recipe.mode() == QuantizationMode.INT8 ? "int8" : "int16";
            warnings.add("the model's edge is float32, so the file does not run on integer-only devices; for those add"
                    + " --input-type " + type + " --output-type " + type);
        }
    }
}
