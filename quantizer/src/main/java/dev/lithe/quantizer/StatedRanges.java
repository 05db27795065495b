package dev.lithe.quantizer;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.transforms.FloatPipeline;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Ranges that a model states itself: each pair of QUANTIZE and DEQUANTIZE around an activation, as models have them
/// that were trained with fake quantization or quantized elsewhere (ONNX's QDQ files), says what the quantized
/// activation can hold.
///
/// @param model the model without these pairs
/// @param table the range of each activation that had one
public record StatedRanges(Model model, CalibrationTable table) {
    /// The ranges of 8-bit pairs with one scale; `model` itself and no ranges where there are none.
    public static StatedRanges of(Model model) {
        if (!isIn(model)) {
            return none(model);
        }
        Collector collector = new Collector(model);
        for (int s = 0; s < model.subgraphs().size(); s++) {
            collector.collect(s);
        }
        if (collector.ranges.isEmpty()) {
            return none(model);
        }
        Model plain = FloatPipeline.standard()
                .apply(collector.patch.removeUnusedTensors().apply());
        Map<TensorKey, TensorStatistics> table = new LinkedHashMap<>();
        TensorKey.of(plain).forEach((id, key) -> {
            TensorStatistics range = collector.ranges.get(id);
            if (range != null) {
                table.put(key, range);
            }
        });
        return new StatedRanges(plain, new CalibrationTable("", table));
    }

    /// Whether `model` states any ranges itself.
    public static boolean isIn(Model model) {
        for (Subgraph subgraph : model.subgraphs()) {
            Map<TensorId, Node> producers = subgraph.producers();
            for (Node node : subgraph.nodes()) {
                Node before = node.inputs().isEmpty() ? null : producers.get(node.input(0));
                if (node.code().builtin() == BuiltinOperator.DEQUANTIZE
                        && before != null
                        && before.code().builtin() == BuiltinOperator.QUANTIZE) {
                    return true;
                }
            }
        }
        return false;
    }

    public static StatedRanges none(Model model) {
        return new StatedRanges(model, CalibrationTable.EMPTY);
    }

    public boolean isEmpty() {
        return table.byTensor().isEmpty();
    }

    /// `recipe`, with what would need other ranges than these left in float.
    public Recipe within(Recipe recipe) {
        Map<TensorKey, TensorId> ids = new HashMap<>();
        TensorKey.of(model).forEach((id, key) -> ids.put(key, id));
        Recipe current = recipe;
        while (true) {
            Set<String> excluded = new LinkedHashSet<>();
            for (TensorKey key : Quantizer.requires(model, current)) {
                if (table.get(key).isEmpty()) {
                    excluded.addAll(neighbours(key.subgraph(), Objects.requireNonNull(ids.get(key))));
                }
            }
            List<Pattern> more = excluded.stream()
                    .map(name -> Pattern.compile("^" + Pattern.quote(name) + "$"))
                    .toList();
            Recipe next = current.withExcluded(current.excludedOperators(), joined(current.excludedLayers(), more));
            if (next.excludedLayers().size() == current.excludedLayers().size()) {
                return current;
            }
            current = next;
        }
    }

    private static List<Pattern> joined(List<Pattern> some, List<Pattern> more) {
        Map<String, Pattern> all = new LinkedHashMap<>();
        some.forEach(p -> all.put(p.pattern(), p));
        more.forEach(p -> all.putIfAbsent(p.pattern(), p));
        return List.copyOf(all.values());
    }

    /// What the operators that write or read a tensor are called.
    private List<String> neighbours(int index, TensorId id) {
        Subgraph subgraph = model.subgraphs().get(index);
        return subgraph.nodes().stream()
                .filter(n -> n.outputs().contains(id) || n.inputs().contains(id))
                .filter(n -> !n.outputs().isEmpty())
                .map(n -> subgraph.tensor(n.output(0)).name())
                .toList();
    }

    /// Takes the pairs away.
    private static final class Collector {
        private final GraphPatch patch;
        private final Map<TensorId, TensorStatistics> ranges = new HashMap<>();

        Collector(Model model) {
            this.patch = GraphPatch.on(model);
        }

        void collect(int subgraph) {
            for (Node node : List.copyOf(patch.nodes(subgraph))) {
                if (node.code().builtin() == BuiltinOperator.DEQUANTIZE) {
                    Node quantize = patch.producer(node.input(0));
                    if (quantize != null && quantize.code().builtin() == BuiltinOperator.QUANTIZE) {
                        remove(quantize, node);
                    }
                }
            }
        }

        private void remove(Node quantize, Node dequantize) {
            TensorId from = quantize.input(0);
            TensorId to = dequantize.output(0);
            TensorSpec integers = patch.tensor(quantize.output(0));
            TensorStatistics range = range(integers);
            if (range == null
                    || patch.tensor(from).type() != TensorType.FLOAT32
                    || patch.tensor(from).isConstant()) {
                return;
            }
            TensorId kept = from;
            if (patch.isOutput(to)) {
                Node producer = patch.producer(from);
                if (producer == null || patch.isOutput(from)) {
                    return;
                }
                patch.remove(dequantize.id());
                patch.update(
                        producer.id(),
                        p -> p.withOutputs(p.outputs().stream()
                                .map(id -> id.equals(from) ? to : id)
                                .toList()));
                patch.replaceUses(from, to);
                TensorStatistics moved = ranges.remove(from);
                if (moved != null) {
                    ranges.put(to, moved);
                }
                kept = to;
            } else {
                patch.remove(dequantize.id());
                patch.replaceUses(to, from);
            }
            ranges.merge(kept, range, TensorStatistics::merge);
            if (patch.consumers(integers.id()).isEmpty() && !patch.isOutput(integers.id())) {
                patch.remove(quantize.id());
            }
        }

        /// From the lowest to the highest number that the integers stand for.
        private static @Nullable TensorStatistics range(TensorSpec spec) {
            QuantizationParameters quantization = spec.quantization();
            boolean signed = spec.type() == TensorType.INT8;
            if ((!signed && spec.type() != TensorType.UINT8)
                    || !quantization.isPresent()
                    || quantization.scales().size() != 1) {
                return null;
            }
            double low = (signed ? Byte.MIN_VALUE : 0) - quantization.zeroPoint();
            double high = (signed ? Byte.MAX_VALUE : 255) - quantization.zeroPoint();
            double scale = quantization.scale();
            return new TensorStatistics((float) (low * scale), (float) (high * scale), 1);
        }
    }
}
