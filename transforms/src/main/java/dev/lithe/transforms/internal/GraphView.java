package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A subgraph under change: its nodes, and who writes and who reads each tensor, as they stand now.
final class GraphView {
    private final int index;
    private final GraphPatch patch;

    GraphView(int index, GraphPatch patch) {
        this.index = index;
        this.patch = patch;
    }

    int index() {
        return index;
    }

    /// Another subgraph of the same model, as it stands now.
    GraphView subgraph(int other) {
        return new GraphView(other, patch);
    }

    List<TensorId> inputs() {
        return patch.inputs(index);
    }

    List<TensorId> outputs() {
        return patch.outputs(index);
    }

    List<Node> nodes() {
        return patch.nodes(index);
    }

    TensorSpec tensor(TensorId id) {
        return patch.tensor(id);
    }

    /// The tensor behind input `index` of `node`.
    TensorSpec input(Node node, int index) {
        return patch.tensor(node.input(index));
    }

    TensorSpec output(Node node) {
        return patch.tensor(node.output(0));
    }

    /// The node that writes `id`; null for inputs and constants.
    @Nullable
    Node producer(TensorId id) {
        return id.isPresent() ? patch.producer(id) : null;
    }

    List<Node> consumers(TensorId id) {
        return patch.consumers(id);
    }

    boolean isOutput(TensorId id) {
        return patch.isOutput(id);
    }

    boolean isSignatureOutput(TensorId id) {
        return patch.isSignatureOutput(id);
    }

    boolean isInput(TensorId id) {
        return patch.inputs(index).contains(id);
    }

    /// Whether only one operator reads `id`, and only once, and nobody outside sees it.
    boolean hasSingleUse(TensorId id) {
        List<Node> readers = consumers(id);
        return !isOutput(id)
                && readers.size() == 1
                && readers.getFirst().inputs().stream().filter(id::equals).count() == 1;
    }

    /// The operator that writes input `index` of `node`, where it is one of `codes` and nobody else
    /// reads it.
    @Nullable
    Node soleProducer(Node node, int index, Set<BuiltinOperator> codes) {
        TensorId id = node.input(index);
        Node producer = producer(id);
        return producer != null && codes.contains(producer.code().builtin()) && hasSingleUse(id) ? producer : null;
    }

    /// The elements of constant integer input `index`; null where it is left out or computed.
    int @Nullable [] ints(Node node, int index) {
        if (!node.hasInput(index) || !input(node, index).isConstant()) {
            return null;
        }
        return ShapeValues.of(Constants.tensor(input(node, index)));
    }

    /// Whether input `index` is a float constant without quantization.
    boolean isFloatConstant(Node node, int index) {
        return node.hasInput(index) && isFloatConstant(input(node, index));
    }

    static boolean isFloatConstant(TensorSpec spec) {
        return spec.isConstant()
                && spec.type() == TensorType.FLOAT32
                && spec.sparsity() == null
                && !spec.quantization().isPresent();
    }

    static boolean isFloat(TensorSpec spec) {
        return spec.type() == TensorType.FLOAT32 && !spec.quantization().isPresent();
    }
}
