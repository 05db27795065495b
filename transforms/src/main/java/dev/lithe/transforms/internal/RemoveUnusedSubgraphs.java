package dev.lithe.transforms.internal;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CallOnceOptions;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.WhileOptions;
import dev.lithe.transforms.Pass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Removes subgraphs that neither a signature enters nor an operator runs, the first one excepted. Models with
/// operators that name subgraphs in ways that are not known here are left as they are.
public final class RemoveUnusedSubgraphs implements Pass {
    @Override
    public String name() {
        return "remove unused subgraphs";
    }

    @Override
    public Model apply(Model model) {
        boolean known = model.subgraphs().stream()
                .flatMap(subgraph -> subgraph.nodes().stream())
                .noneMatch(node -> isForeign(node.code().builtin()));
        TreeSet<Integer> used = known ? used(model) : new TreeSet<>();
        if (!known || used.size() == model.subgraphs().size()) {
            return model;
        }
        List<Integer> kept = List.copyOf(used);
        List<Subgraph> subgraphs = new ArrayList<>();
        for (int index : kept) {
            Subgraph before = model.subgraphs().get(index);
            List<Node> nodes =
                    before.nodes().stream().map(node -> renumbered(node, kept)).toList();
            subgraphs.add(new Subgraph(before.name(), before.tensors(), nodes, before.inputs(), before.outputs()));
        }
        List<SignatureDef> signatures = model.signatures().stream()
                .map(s -> new SignatureDef(s.key(), kept.indexOf(s.subgraph()), s.inputs(), s.outputs()))
                .toList();
        return model.withSubgraphs(subgraphs).withSignatures(signatures);
    }

    private static boolean isForeign(BuiltinOperator code) {
        return code == BuiltinOperator.CALL || code.name().startsWith("STABLEHLO");
    }

    private static TreeSet<Integer> used(Model model) {
        TreeSet<Integer> used = new TreeSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(0));
        model.signatures().forEach(signature -> open.add(signature.subgraph()));
        while (!open.isEmpty()) {
            int index = open.pop();
            if (used.add(index)) {
                for (Node node : model.subgraphs().get(index).nodes()) {
                    calls(node).forEach(open::add);
                }
            }
        }
        return used;
    }

    private static IntStream calls(Node node) {
        return switch (node.options().builtin()) {
            case WhileOptions o -> IntStream.of(o.condSubgraphIndex(), o.bodySubgraphIndex());
            case IfOptions o -> IntStream.of(o.thenSubgraphIndex(), o.elseSubgraphIndex());
            case CallOnceOptions o -> IntStream.of(o.initSubgraphIndex());
            case null, default -> IntStream.empty();
        };
    }

    private static Node renumbered(Node node, List<Integer> kept) {
        return switch (node.options().builtin()) {
            case WhileOptions o ->
                node.withOptions(Options.of(
                        new WhileOptions(kept.indexOf(o.condSubgraphIndex()), kept.indexOf(o.bodySubgraphIndex()))));
            case IfOptions o ->
                node.withOptions(Options.of(
                        new IfOptions(kept.indexOf(o.thenSubgraphIndex()), kept.indexOf(o.elseSubgraphIndex()))));
            case CallOnceOptions o ->
                node.withOptions(Options.of(new CallOnceOptions(kept.indexOf(o.initSubgraphIndex()))));
            case null, default -> node;
        };
    }
}
