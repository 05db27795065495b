package dev.lithe.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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

    /// A subgraph under change.
    private static final class Draft {
        final Subgraph before;
        final Map<TensorId, TensorSpec> tensors;
        final Map<NodeId, List<Node>> nodes = new LinkedHashMap<>();
        final List<Node> first = new ArrayList<>();
        final List<Node> last = new ArrayList<>();
        List<TensorId> inputs;
        List<TensorId> outputs;

        Draft(Subgraph before) {
            this.before = before;
            tensors = new LinkedHashMap<>(before.tensors());
            before.nodes().forEach(node -> nodes.put(node.id(), new ArrayList<>(List.of(node))));
            inputs = before.inputs();
            outputs = before.outputs();
        }

        void mapNodes(UnaryOperator<Node> change) {
            first.replaceAll(change);
            nodes.values().forEach(list -> list.replaceAll(change));
            last.replaceAll(change);
        }

        Subgraph build() {
            List<Node> all = Stream.of(first.stream(), nodes.values().stream().flatMap(List::stream), last.stream())
                    .flatMap(s -> s)
                    .toList();
            return new Subgraph(before.name(), tensors, all, inputs, outputs);
        }
    }

    private GraphPatch(Model model) {
        this.model = model;
        this.signatures = model.signatures();
        this.nextTensorId = model.nextTensorId();
        this.nextNodeId = model.nextNodeId();
        for (int i = 0; i < model.subgraphs().size(); i++) {
            Draft draft = new Draft(model.subgraphs().get(i));
            drafts.add(draft);
            for (TensorId id : draft.tensors.keySet()) {
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
        drafts.get(subgraph).tensors.put(id, spec.withId(id));
        subgraphOf.put(id, subgraph);
        return id;
    }

    /// The tensor as it stands now, changes of this patch included.
    public TensorSpec tensor(TensorId id) {
        return Objects.requireNonNull(draftOf(id).tensors.get(id));
    }

    /// Replaces the tensor with the same id.
    public GraphPatch setTensor(TensorSpec spec) {
        draftOf(spec.id()).tensors.put(spec.id(), spec);
        return this;
    }

    /// Puts `replacement` (none: the node is removed) in the place of node `id`.
    public GraphPatch replace(NodeId id, Node... replacement) {
        List<Node> slot = slotOf(id);
        slot.clear();
        slot.addAll(List.of(replacement));
        return this;
    }

    public GraphPatch remove(NodeId id) {
        return replace(id);
    }

    public GraphPatch insertBefore(NodeId id, Node node) {
        slotOf(id).addFirst(node);
        return this;
    }

    public GraphPatch insertAfter(NodeId id, Node node) {
        slotOf(id).addLast(node);
        return this;
    }

    /// Adds a node in front of all others (after those that were put there before).
    public GraphPatch addFirst(int subgraph, Node node) {
        drafts.get(subgraph).first.add(node);
        return this;
    }

    public GraphPatch addLast(int subgraph, Node node) {
        drafts.get(subgraph).last.add(node);
        return this;
    }

    /// Every node that reads `old` reads `replacement` instead; the outputs of the subgraph and its signatures too.
    public GraphPatch replaceUses(TensorId old, TensorId replacement) {
        Draft draft = draftOf(old);
        draft.mapNodes(
                node -> node.inputs().contains(old) ? node.withInputs(swap(node.inputs(), old, replacement)) : node);
        draft.outputs = swap(draft.outputs, old, replacement);
        signatures = signatures.stream()
                .map(s ->
                        new SignatureDef(s.key(), s.subgraph(), s.inputs(), swapValues(s.outputs(), old, replacement)))
                .toList();
        return this;
    }

    /// Node `reader` alone reads `replacement` where it read `old`.
    public GraphPatch replaceUse(NodeId reader, TensorId old, TensorId replacement) {
        draftOf(old)
                .mapNodes(node ->
                        node.id().equals(reader) ? node.withInputs(swap(node.inputs(), old, replacement)) : node);
        return this;
    }

    /// Changes every node of the patch that is now in subgraph `subgraph`.
    public GraphPatch mapNodes(int subgraph, UnaryOperator<Node> change) {
        drafts.get(subgraph).mapNodes(change);
        return this;
    }

    /// `replacement` becomes the subgraph's input in the place of `old`, in signatures too.
    public GraphPatch replaceInput(TensorId old, TensorId replacement) {
        Draft draft = draftOf(old);
        draft.inputs = swap(draft.inputs, old, replacement);
        signatures = signatures.stream()
                .map(s ->
                        new SignatureDef(s.key(), s.subgraph(), swapValues(s.inputs(), old, replacement), s.outputs()))
                .toList();
        return this;
    }

    /// `replacement` becomes the subgraph's output in the place of `old`, in signatures too; readers stay as they are.
    public GraphPatch replaceOutput(TensorId old, TensorId replacement) {
        Draft draft = draftOf(old);
        draft.outputs = swap(draft.outputs, old, replacement);
        signatures = signatures.stream()
                .map(s ->
                        new SignatureDef(s.key(), s.subgraph(), s.inputs(), swapValues(s.outputs(), old, replacement)))
                .toList();
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
            used.addAll(draft.inputs);
            used.addAll(draft.outputs);
            draft.build().nodes().forEach(node -> {
                used.addAll(node.inputs());
                used.addAll(node.outputs());
                used.addAll(node.intermediates());
            });
        }
        for (Draft draft : drafts) {
            draft.tensors.values().stream()
                    .filter(spec -> used.contains(spec.id()))
                    .forEach(spec -> used.addAll(spec.quantization().detailTensors()));
        }
        drafts.forEach(draft -> draft.tensors.keySet().retainAll(used));
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

    private List<Node> slotOf(NodeId id) {
        for (Draft draft : drafts) {
            List<Node> slot = draft.nodes.get(id);
            if (slot != null) {
                return slot;
            }
        }
        throw new IllegalArgumentException(id + " is no node of " + model.source());
    }

    private static List<TensorId> swap(List<TensorId> ids, TensorId old, TensorId replacement) {
        return ids.stream().map(id -> id.equals(old) ? replacement : id).toList();
    }

    private static Map<String, TensorId> swapValues(Map<String, TensorId> map, TensorId old, TensorId replacement) {
        Map<String, TensorId> swapped = new LinkedHashMap<>(map);
        swapped.replaceAll((name, id) -> id.equals(old) ? replacement : id);
        return swapped;
    }
}
