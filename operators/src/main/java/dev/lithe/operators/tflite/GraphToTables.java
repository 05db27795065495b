package dev.lithe.operators.tflite;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOptions;
import dev.lithe.schema.BuiltinOptions2;
import dev.lithe.schema.CustomOptionsFormat;
import dev.lithe.schema.Ints;
import dev.lithe.schema.MetadataTable;
import dev.lithe.schema.ModelTable;
import dev.lithe.schema.OperatorTable;
import dev.lithe.schema.QuantizationParametersTable;
import dev.lithe.schema.SignatureDefTable;
import dev.lithe.schema.SubGraphTable;
import dev.lithe.schema.TensorMapTable;
import dev.lithe.schema.TensorTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a [Model] into the tables of a file: ids become positions, constants become buffers.
final class GraphToTables {
    private static final int FORMAT_VERSION = 3;

    private final Model model;
    private final OperatorCodes codes;
    private final BufferPool buffers = new BufferPool();

    GraphToTables(Model model) {
        this.model = model;
        this.codes = new OperatorCodes(model);
    }

    ModelTable convert() {
        List<SubGraphTable> subgraphs =
                model.subgraphs().stream().map(this::subgraph).toList();
        List<Metadata> entries = allMetadata();
        List<MetadataTable> metadata = entries.stream()
                .filter(entry -> !entry.name().isEmpty())
                .map(entry -> new MetadataTable(entry.name(), buffer(entry)))
                .toList();
        int[] unnamed = entries.stream()
                .filter(entry -> entry.name().isEmpty())
                .mapToInt(this::buffer)
                .toArray();
        return ModelTable.DEFAULT
                .withVersion(FORMAT_VERSION)
                .withOperatorCodes(codes.tables())
                .withSubgraphs(subgraphs)
                .withDescription(model.description())
                .withBuffers(buffers.tables())
                .withMetadataBuffer(Ints.of(unnamed))
                .withMetadata(metadata)
                .withSignatureDefs(
                        model.signatures().stream().map(this::signature).toList());
    }

    private int buffer(Metadata entry) {
        return buffers.add(new Constant.Inline(entry.content()));
    }

    /// The model's metadata with the runtime version at hand in the old one's place, or at the end.
    private List<Metadata> allMetadata() {
        Metadata version = RuntimeVersion.of(model, codes.codes());
        List<Metadata> all = new ArrayList<>(model.metadata());
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).name().equals(RuntimeVersion.METADATA)) {
                all.set(i, version);
                return all;
            }
        }
        all.add(version);
        return all;
    }

    private SubGraphTable subgraph(Subgraph subgraph) {
        Map<TensorId, Integer> positions = positions(subgraph);
        return SubGraphTable.DEFAULT
                .withName(subgraph.name())
                .withTensors(subgraph.tensors().values().stream()
                        .map(spec -> tensor(spec, positions))
                        .toList())
                .withInputs(ints(subgraph.inputs(), positions))
                .withOutputs(ints(subgraph.outputs(), positions))
                .withOperators(subgraph.nodes().stream()
                        .map(node -> operator(node, positions))
                        .toList());
    }

    private static Map<TensorId, Integer> positions(Subgraph subgraph) {
        Map<TensorId, Integer> positions = new HashMap<>();
        subgraph.tensors().keySet().forEach(id -> positions.put(id, positions.size()));
        positions.put(TensorId.NONE, -1);
        return positions;
    }

    private OperatorTable operator(Node node, Map<TensorId, Integer> positions) {
        return new OperatorTable(
                codes.positionOf(node),
                ints(node.inputs(), positions),
                ints(node.outputs(), positions),
                node.options().builtin() instanceof BuiltinOptions first ? first : null,
                node.options().custom(),
                CustomOptionsFormat.FLEXBUFFERS,
                List.of(),
                ints(node.intermediates(), positions),
                node.options().builtin() instanceof BuiltinOptions2 second ? second : null,
                OperatorTable.DEFAULT.debugMetadataIndex());
    }

    /// Tensors that are computed refer to buffer 0. The signature of the shape is written only where it says
    /// more than the shape.
    private TensorTable tensor(TensorSpec spec, Map<TensorId, Integer> positions) {
        Constant constant = spec.constant();
        return new TensorTable(
                spec.shape().dimensions(),
                spec.type(),
                constant == null ? 0 : buffers.add(constant),
                spec.name(),
                quantization(spec.quantization().mapDetailTensors(id -> position(new TensorId(id), positions))),
                spec.variable(),
                spec.sparsity(),
                spec.shapeSignature() == null
                        ? Ints.EMPTY
                        : spec.shapeSignature().dimensions(),
                spec.isRanked(),
                spec.variantTensors(),
                TensorTable.DEFAULT.externalBuffer());
    }

    private static @Nullable QuantizationParametersTable quantization(QuantizationParameters parameters) {
        return parameters.equals(QuantizationParameters.NONE)
                ? null
                : new QuantizationParametersTable(
                        parameters.min(),
                        parameters.max(),
                        parameters.scales(),
                        parameters.zeroPoints(),
                        parameters.details(),
                        parameters.quantizedDimension());
    }

    private SignatureDefTable signature(SignatureDef signature) {
        Map<TensorId, Integer> positions = positions(model.subgraphs().get(signature.subgraph()));
        return new SignatureDefTable(
                tensorMap(signature.inputs(), positions),
                tensorMap(signature.outputs(), positions),
                signature.key(),
                "",
                signature.subgraph());
    }

    private static List<TensorMapTable> tensorMap(Map<String, TensorId> map, Map<TensorId, Integer> positions) {
        return map.entrySet().stream()
                .map(entry -> new TensorMapTable(entry.getKey(), position(entry.getValue(), positions)))
                .toList();
    }

    private static Ints ints(List<TensorId> ids, Map<TensorId, Integer> positions) {
        return Ints.of(ids.stream().mapToInt(id -> position(id, positions)).toArray());
    }

    private static int position(TensorId id, Map<TensorId, Integer> positions) {
        Integer position = positions.get(id);
        if (position == null) {
            throw new IllegalStateException(id + " stands in another subgraph than its user");
        }
        return position;
    }
}
