package dev.lithe.quantizer.internal;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.Subgraph;
import dev.lithe.operators.NodeView;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The mode that leaves everything as it is.
public final class Unquantized {
    private Unquantized() {}

    public static QuantizationPlan plan(Model model, Recipe recipe) {
        Map<NodeId, Decision> decisions = new LinkedHashMap<>();
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                Node node = subgraph.nodes().get(n);
                boolean real = Graphs.touchesFloat(new NodeView(subgraph, node));
                decisions.put(
                        node.id(),
                        new Decision(
                                node.id(),
                                node.code(),
                                Graphs.location(model, s, n),
                                real ? Precision.FLOAT32 : Precision.OTHER,
                                real ? "no quantization was asked for" : "works on no real numbers"));
            }
        }
        return new QuantizationPlan(model, recipe, decisions, Map.of(), List.of());
    }
}
