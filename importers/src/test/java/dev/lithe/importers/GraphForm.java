package dev.lithe.importers;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.WhileOptions;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// What a model computes, without names and without the order in which its nodes happen to stand: a line for
/// each operator, with its options, the types and shapes that it gives, and its inputs (other lines, or
/// constants by their content), in the order in which they are met from the outputs on. Two models have the
/// same lines exactly when their graphs are the same.
final class GraphForm {
    private final Model model;
    private final List<String> lines = new ArrayList<>();
    private final Map<Integer, Integer> subgraphs = new HashMap<>();

    private GraphForm(Model model) {
        this.model = model;
    }

    static List<String> of(Model model) {
        GraphForm form = new GraphForm(model);
        form.subgraph(0);
        return form.lines;
    }

    /// The number of the subgraph in the order in which they are met.
    private int subgraph(int index) {
        Integer known = subgraphs.get(index);
        if (known != null) {
            return known;
        }
        int number = subgraphs.size();
        subgraphs.put(index, number);
        new Walk(model.subgraphs().get(index), number).run();
        return number;
    }

    private final class Walk {
        private final Subgraph graph;
        private final int number;
        private final Map<TensorId, Node> producers;
        private final Map<TensorId, String> values = new HashMap<>();
        private int visited;

        Walk(Subgraph graph, int number) {
            this.graph = graph;
            this.number = number;
            producers = graph.producers();
        }

        void run() {
            List<String> inputs = new ArrayList<>();
            for (int i = 0; i < graph.inputs().size(); i++) {
                TensorId id = graph.inputs().get(i);
                values.put(id, "in" + i);
                inputs.add(described(id));
            }
            List<String> outputs = graph.outputs().stream().map(this::value).toList();
            lines.add(number + ": " + graph.nodes().size() + " operators, inputs " + inputs + ", outputs " + outputs);
        }

        private String described(TensorId id) {
            TensorSpec spec = graph.tensor(id);
            return spec.type() + spec.declaredShape().toString();
        }

        private String value(TensorId id) {
            if (!id.isPresent()) {
                return "-";
            }
            String known = values.get(id);
            if (known != null) {
                return known;
            }
            Constant constant = graph.tensor(id).constant();
            Node producer = producers.get(id);
            if (constant != null) {
                values.put(id, described(id) + "#" + digest(constant));
            } else if (producer == null) {
                values.put(id, described(id) + (graph.tensor(id).variable() ? " state" : " nothing"));
            } else {
                line(producer);
            }
            return values.get(id);
        }

        private void line(Node node) {
            List<String> inputs = node.inputs().stream().map(this::value).toList();
            String name = "n" + visited++;
            List<String> results = new ArrayList<>();
            for (int i = 0; i < node.outputs().size(); i++) {
                values.put(node.outputs().get(i), i == 0 ? name : name + "." + i);
                results.add(described(node.outputs().get(i)));
            }
            lines.add(number + ": " + name + results + " = " + node.code() + " " + options(node.options()) + inputs);
        }
    }

    private String options(Options options) {
        OperatorOptions builtin = options.builtin();
        return switch (builtin) {
            case WhileOptions loop ->
                "while " + subgraph(loop.condSubgraphIndex()) + ", " + subgraph(loop.bodySubgraphIndex());
            case IfOptions choice ->
                "if " + subgraph(choice.thenSubgraphIndex()) + ", " + subgraph(choice.elseSubgraphIndex());
            case null -> HexFormat.of().formatHex(options.custom().toArray());
            default -> builtin.toString();
        };
    }

    private static String digest(Constant constant) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] content = constant.bytes().segment().toArray(ValueLayout.JAVA_BYTE);
            return HexFormat.of().formatHex(digest.digest(content), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
