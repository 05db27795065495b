package dev.lithe.cli.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A model as the page that `inspect` prints.
final class ModelText {
    private static final int LONGEST_OPERATOR = 28;
    private static final int LONGEST_METADATA = 60;

    private final Model model;
    private final List<String> lines = new ArrayList<>();

    private ModelText(Model model) {
        this.model = model;
    }

    static List<String> of(Model model) {
        ModelText text = new ModelText(model);
        text.signatures();
        text.subgraphs();
        text.constants();
        text.metadata();
        return text.lines;
    }

    private void signatures() {
        if (model.signatures().isEmpty()) {
            Table table = new Table("", "", "", "");
            edge(table, "in", names(model.main().inputs()));
            edge(table, "out", names(model.main().outputs()));
            section("No signatures; the main subgraph has", table);
        }
        for (SignatureDef signature : model.signatures()) {
            Table table = new Table("", "", "", "");
            edge(table, "in", signature.inputs());
            edge(table, "out", signature.outputs());
            section("Signature " + signature.key(), table);
        }
    }

    private Map<String, TensorId> names(List<TensorId> ids) {
        return ids.stream()
                .collect(Collectors.toMap(
                        id -> model.tensor(id).name(), id -> id, (first, _) -> first, LinkedHashMap::new));
    }

    private void edge(Table table, String direction, Map<String, TensorId> names) {
        names.forEach((name, id) -> {
            TensorSpec spec = model.tensor(id);
            String kind = Text.type(spec.type()) + " " + Text.shape(spec.declaredShape());
            table.row("  " + direction, Text.shortened(name, 40), kind, quantization(spec.quantization()));
        });
    }

    private void subgraphs() {
        for (int i = 0; i < model.subgraphs().size(); i++) {
            Subgraph subgraph = model.subgraphs().get(i);
            Table table = new Table(">  #", "operator", ">v", "output", "type", "scale, zero", "weights");
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                operator(table, subgraph, subgraph.nodes().get(n), n);
            }
            lines.add("");
            lines.add("Subgraph " + i + (subgraph.name().isEmpty() ? "" : " '" + subgraph.name() + "'") + ": "
                    + Text.count(subgraph.nodes().size(), "operator") + ", "
                    + Text.count(subgraph.tensors().size(), "tensor"));
            lines.addAll(table.lines());
        }
    }

    private void operator(Table table, Subgraph subgraph, Node node, int index) {
        String name = Text.shortened(node.code().toString(), LONGEST_OPERATOR);
        String weights = node.inputs().stream()
                .filter(TensorId::isPresent)
                .map(subgraph::tensor)
                .filter(TensorSpec::isConstant)
                .max(Comparator.comparingLong(ModelText::bytes))
                .map(ModelText::weights)
                .orElse("");
        if (node.outputs().isEmpty()) {
            table.row(index, name, node.code().version(), "", "", "", weights);
            return;
        }
        TensorSpec output = subgraph.tensor(node.output(0));
        table.row(
                index,
                name,
                node.code().version(),
                Text.shape(output.declaredShape()),
                Text.type(output.type()),
                quantization(output.quantization()),
                weights);
    }

    private static String weights(TensorSpec spec) {
        return Text.type(spec.type()) + " " + Text.grouped(spec.shape().elementCount())
                + (spec.quantization().isPerChannel() ? " per channel" : "");
    }

    private static long bytes(TensorSpec spec) {
        Constant constant = spec.constant();
        return constant == null ? 0 : constant.byteSize();
    }

    static String quantization(QuantizationParameters parameters) {
        if (parameters.details() != null && parameters.scales().isEmpty()) {
            return "blockwise";
        }
        if (parameters.scales().isEmpty()) {
            return "";
        }
        return parameters.isPerChannel()
                ? parameters.scales().size() + " scales"
                : Text.format("%.6g, %d", parameters.scale(), parameters.zeroPoint());
    }

    /// Constants that several tensors share are counted once.
    private void constants() {
        Map<TensorType, Long> byType = new EnumMap<>(TensorType.class);
        Set<Constant> seen = new HashSet<>();
        model.subgraphs().stream()
                .flatMap(subgraph -> subgraph.tensors().values().stream())
                .forEach(spec -> {
                    Constant constant = spec.constant();
                    if (constant != null && seen.add(constant)) {
                        byType.merge(spec.type(), constant.byteSize(), Long::sum);
                    }
                });
        Table table = new Table("", ">", "");
        byType.forEach((type, bytes) -> table.row("  " + Text.type(type), Text.grouped(bytes), "bytes"));
        section("Constants", table);
    }

    private void metadata() {
        Table table = new Table("", "");
        for (Metadata metadata : model.metadata()) {
            String text = ModelJson.text(metadata.content());
            table.row(
                    "  " + metadata.name(),
                    text == null
                            ? Text.grouped(metadata.content().byteSize()) + " bytes"
                            : Text.shortened(text, LONGEST_METADATA));
        }
        if (!model.trailing().isEmpty()) {
            table.row(
                    "  (appended after the model)",
                    Text.grouped(model.trailing().byteSize()) + " bytes");
        }
        section("Metadata", table);
    }

    private void section(String title, Table table) {
        List<String> rows = table.lines();
        if (!rows.isEmpty()) {
            lines.add("");
            lines.add(title);
            lines.addAll(rows);
        }
    }
}
