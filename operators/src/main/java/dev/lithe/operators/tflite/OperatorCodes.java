package dev.lithe.operators.tflite;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Subgraph;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OperatorCodeTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The list of operator codes of a file: each operator once, in order of first use, in the highest version
/// that one of its uses needs.
final class OperatorCodes {
    /// The old field of the code is a byte; newer operators have this number in it.
    private static final int PLACEHOLDER = 127;

    private final Map<OperatorCode, Integer> positions = new LinkedHashMap<>();
    private final List<OperatorCode> codes = new ArrayList<>();

    OperatorCodes(Model model) {
        for (Subgraph subgraph : model.subgraphs()) {
            for (Node node : subgraph.nodes()) {
                add(node.code(), checkedVersion(model, new NodeView(subgraph, node)));
            }
        }
    }

    private static int checkedVersion(Model model, NodeView view) {
        try {
            return version(view);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidModelException(
                    "LQ0211",
                    Location.operator(
                            model.source(),
                            model.subgraphs().indexOf(view.subgraph()),
                            view.subgraph().nodes().indexOf(view.node()),
                            view.node().code().toString(),
                            null),
                    "lacks operands that it needs: " + e.getMessage(),
                    "check the model with OperatorValidator before it is written.",
                    e);
        }
    }

    /// The version that the node needs; the one that it carries where its operator is not understood.
    static int version(NodeView view) {
        Operator operator = Operators.of(view.node());
        return Operators.definitionOf(operator)
                .map(definition -> version(definition, operator, view))
                .orElse(view.node().code().version());
    }

    private static <O extends Operator> int version(Definition<O> definition, Operator operator, NodeView view) {
        return definition.versions().version(definition.type().cast(operator), view);
    }

    private void add(OperatorCode code, int version) {
        OperatorCode key = code.withVersion(0);
        Integer position = positions.putIfAbsent(key, codes.size());
        if (position == null) {
            codes.add(code.withVersion(version));
        } else if (version > codes.get(position).version()) {
            codes.set(position, code.withVersion(version));
        }
    }

    /// The codes with their final versions.
    List<OperatorCode> codes() {
        return codes;
    }

    int positionOf(Node node) {
        Integer position = positions.get(node.code().withVersion(0));
        if (position == null) {
            throw new IllegalStateException(node.code() + " is used by no node of the model");
        }
        return position;
    }

    List<OperatorCodeTable> tables() {
        return codes.stream().map(OperatorCodes::table).toList();
    }

    private static OperatorCodeTable table(OperatorCode code) {
        String custom = code.builtin() == BuiltinOperator.CUSTOM ? code.customName() : "";
        return new OperatorCodeTable(
                Math.min(code.builtin().code(), PLACEHOLDER), custom, code.version(), code.builtin());
    }
}
