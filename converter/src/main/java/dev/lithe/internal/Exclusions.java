package dev.lithe.internal;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds exclusions that hit nothing: most likely a slip of the pen.
public final class Exclusions {
    private Exclusions() {}

    /// A warning for each of them.
    public static List<String> withoutEffect(Model model, Recipe recipe) {
        List<String> warnings = new ArrayList<>();
        for (BuiltinOperator operator :
                recipe.excludedOperators().stream().sorted().toList()) {
            if (model.subgraphs().stream()
                    .flatMap(s -> s.nodes().stream())
                    .noneMatch(n -> n.code().builtin() == operator)) {
                warnings.add("the model has no " + operator + ", so excluding it had no effect");
            }
        }
        for (Pattern layer : recipe.excludedLayers()) {
            if (model.subgraphs().stream().noneMatch(s -> s.nodes().stream().anyMatch(n -> matches(layer, s, n)))) {
                warnings.add("no layer's name contains a match of '" + layer + "', so excluding it had no effect");
            }
        }
        return warnings;
    }

    private static boolean matches(Pattern layer, Subgraph subgraph, Node node) {
        return node.outputs().stream()
                .anyMatch(id -> layer.matcher(subgraph.tensor(id).name()).find());
    }
}
