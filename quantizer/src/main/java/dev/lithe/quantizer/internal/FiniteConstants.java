package dev.lithe.quantizer.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Refuses constants with NaN or infinity where they would be quantized: no scale stands for them.
public final class FiniteConstants {
    private FiniteConstants() {}

    /// @throws QuantizationException listing every such constant
    public static void check(QuantizationPlan plan) {
        Model model = plan.model();
        List<Offender> offenders = new ArrayList<>();
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (TensorId id : quantizedConstants(plan, subgraph)) {
                TensorSpec spec = subgraph.tensor(id);
                int at = firstNotFinite(Graphs.floats(spec));
                if (at >= 0) {
                    offenders.add(new Offender(
                            Location.tensor(model.source(), s, spec.name()), "element " + at + " is not finite"));
                }
            }
        }
        if (!offenders.isEmpty()) {
            throw new QuantizationException(
                    "LQ0406",
                    "constants with NaN or infinity cannot be quantized:",
                    "train or export the model again so that its weights are finite, or keep these layers in float.",
                    offenders);
        }
    }

    private static Set<TensorId> quantizedConstants(QuantizationPlan plan, Subgraph subgraph) {
        Set<TensorId> constants = new LinkedHashSet<>();
        for (Node node : subgraph.nodes()) {
            Precision precision = plan.precision(node.id());
            if (precision == Precision.FLOAT32 || precision == Precision.OTHER || precision == Precision.FLOAT16) {
                continue;
            }
            node.inputs().stream()
                    .filter(TensorId::isPresent)
                    .filter(id -> subgraph.tensor(id).isConstant() && Graphs.isFloat(subgraph.tensor(id)))
                    .forEach(constants::add);
        }
        return constants;
    }

    private static int firstNotFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }
}
