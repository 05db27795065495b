package dev.lithe.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A set of changes to a model, collected and then applied once: the model stays as it is, [#apply()] gives a new one.
///
/// Everything is addressed by stable ids, never by positions. A patch is used by one thread.
public final class GraphPatch {
    private final Model model;
    private final Map<TensorId, Integer> subgraphOf = new LinkedHashMap<>();
    private final List<Draft> drafts = new ArrayList<>();
    private List<SignatureDef> signatures;
    private int nextTensorId;
    private int nextNodeId;

    private GraphPatch(Model model) {
        this.model = model;
        this.signatures = model.signatures();
        this.nextTensorId = model.nextTensorId();
        this.nextNodeId = model.nextNodeId();
        for (int i = 0; i < model.subgraphs().size(); i++) {
            Draft draft = new Draft(model.subgraphs().get(i));
            drafts.add(draft);
            for (TensorId id : draft.tensors().keySet()) {
                subgraphOf.put(id, i);
            }
        }
    }

    public static GraphPatch on(Model model) {
        return new GraphPatch(model);
    }

    /// A node id that nothing uses yet.
    public NodeId newNodeId() {
        return new NodeId(nextNodeId++);
    }

    /// Adds a tensor to subgraph `subgraph`; the id in `spec` is ignored and the new one returned.
    public TensorId addTensor(int subgraph, TensorSpec spec) {
        TensorId id = new TensorId(nextTensorId++);
        drafts.get(subgraph).tensors().put(id, spec.withId(id));
        subgraphOf.put(id, subgraph);
        return id;
    }

    /// The tensor as it stands now, changes of this patch included.
    public TensorSpec tensor(TensorId id) {
        return Objects.requireNonNull(draftOf(id).tensors().get(id));
    }

    /// Replaces the tensor with the same id.
    public GraphPatch setTensor(TensorSpec spec) {
        draftOf(spec.id()).tensors().put(spec.id(), spec);
        return this;
    }

    /// Node `id` as it stands now; null where it is gone or is no node of the model.
    public @Nullable Node node(NodeId id) {
        return drafts.stream()
                .map(draft -> draft.node(id))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /// The nodes of subgraph `subgraph` as they stand now.
    public List<Node> nodes(int subgraph) {
        return drafts.get(subgraph).nodes();
    }

    /// The inputs of subgraph `subgraph` as they stand now.
    public List<TensorId> inputs(int subgraph) {
        return drafts.get(subgraph).inputs();
    }

    /// The outputs of subgraph `subgraph` as they stand now.
    public List<TensorId> outputs(int subgraph) {
        return drafts.get(subgraph).outputs();
    }

    /// The node that writes `id` now; null for inputs and constants.
    public @Nullable Node producer(TensorId id) {
        return draftOf(id).producer(id);
    }

    /// The nodes that read `id` now, each once.
    public List<Node> consumers(TensorId id) {
        return draftOf(id).consumers(id);
    }

    /// Whether `id` is an output of its subgraph now.
    public boolean isOutput(TensorId id) {
        return draftOf(id).isOutput(id);
    }

    /// Whether a signature names `id` as a result.
    public boolean isSignatureOutput(TensorId id) {
        return signatures.stream().anyMatch(s -> s.outputs().containsValue(id));
    }

    /// Puts `replacement` (none: the node is removed) in the place of node `id`; what was inserted before or after it
    /// stays. A node of `replacement` may have the id of one that was removed.
    public GraphPatch replace(NodeId id, Node... replacement) {
        draftOf(id).replace(id, List.of(replacement));
        return this;
    }

    public GraphPatch remove(NodeId id) {
        return replace(id);
    }

    /// Changes node `id`, which keeps its place.
    public GraphPatch update(NodeId id, UnaryOperator<Node> change) {
        draftOf(id).update(id, change);
        return this;
    }

    /// Puts `node` before node `id` and what was inserted before that.
    public GraphPatch insertBefore(NodeId id, Node node) {
        draftOf(id).insertBefore(id, node);
        return this;
    }

    /// Puts `node` after node `id` and what was inserted after that.
    public GraphPatch insertAfter(NodeId id, Node node) {
        draftOf(id).insertAfter(id, node);
        return this;
    }

    /// Adds a node in front of all others (after those that were put there before).
    public GraphPatch addFirst(int subgraph, Node node) {
        drafts.get(subgraph).addFirst(node);
        return this;
    }

    public GraphPatch addLast(int subgraph, Node node) {
        drafts.get(subgraph).addLast(node);
        return this;
    }

    /// Every node that reads `old` reads `replacement` instead; the outputs of the subgraph and its signatures too.
    public GraphPatch replaceUses(TensorId old, TensorId replacement) {
        draftOf(old).redirect(old, replacement);
        return replaceOutput(old, replacement);
    }

    /// Node `reader` alone reads `replacement` where it read `old`.
    public GraphPatch replaceUse(NodeId reader, TensorId old, TensorId replacement) {
        return update(reader, node -> node.withInputs(Draft.swap(node.inputs(), old, replacement)));
    }

    /// `replacement` becomes the subgraph's input in the place of `old`, in signatures too.
    public GraphPatch replaceInput(TensorId old, TensorId replacement) {
        Draft draft = draftOf(old);
        draft.setInputs(Draft.swap(draft.inputs(), old, replacement));
        signatures = signatures.stream()
                .map(s ->
                        new SignatureDef(s.key(), s.subgraph(), swapValues(s.inputs(), old, replacement), s.outputs()))
                .toList();
        return this;
    }

    /// `replacement` becomes the subgraph's output in the place of `old`, in signatures too; readers stay as they are.
    public GraphPatch replaceOutput(TensorId old, TensorId replacement) {
        Draft draft = draftOf(old);
        if (draft.isOutput(old)) {
            draft.setOutputs(Draft.swap(draft.outputs(), old, replacement));
        }
        if (signatures.stream().anyMatch(s -> s.outputs().containsValue(old))) {
            signatures = signatures.stream()
                    .map(s -> new SignatureDef(
                            s.key(), s.subgraph(), s.inputs(), swapValues(s.outputs(), old, replacement)))
                    .toList();
        }
        return this;
    }

    /// Drops tensors that no node, input, output or signature mentions.
    public GraphPatch removeUnusedTensors() {
        Set<TensorId> used = new HashSet<>();
        signatures.forEach(s -> {
            used.addAll(s.inputs().values());
            used.addAll(s.outputs().values());
        });
        for (Draft draft : drafts) {
            used.addAll(draft.inputs());
            used.addAll(draft.outputs());
            draft.nodes().forEach(node -> {
                used.addAll(node.inputs());
                used.addAll(node.outputs());
                used.addAll(node.intermediates());
            });
        }
        for (Draft draft : drafts) {
            draft.tensors().values().stream()
                    .filter(spec -> used.contains(spec.id()))
                    .forEach(spec -> used.addAll(spec.quantization().detailTensors()));
        }
        drafts.forEach(draft -> draft.tensors().keySet().retainAll(used));
        return this;
    }

    /// The model with all changes. The patch must not be used again.
    public Model apply() {
        return new Model(
                model.source(),
                model.description(),
                drafts.stream().map(Draft::build).toList(),
                signatures,
                model.metadata(),
                model.trailing(),
                nextTensorId,
                nextNodeId);
    }

    private Draft draftOf(TensorId id) {
        Integer subgraph = subgraphOf.get(id);
        if (subgraph == null) {
            throw new IllegalArgumentException(id + " is no tensor of " + model.source());
        }
        return drafts.get(subgraph);
    }

    private Draft draftOf(NodeId id) {
        return drafts.stream()
                .filter(draft -> draft.has(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id + " is no node of " + model.source()));
    }

    private static Map<String, TensorId> swapValues(Map<String, TensorId> map, TensorId old, TensorId replacement) {
        Map<String, TensorId> swapped = new LinkedHashMap<>(map);
        swapped.replaceAll((name, id) -> id.equals(old) ? replacement : id);
        return swapped;
    }
}
