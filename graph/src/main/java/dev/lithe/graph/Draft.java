package dev.lithe.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A subgraph under change. Every operation costs what it touches, not the size of the graph: nodes are found by id,
/// readers and writers by tensor.
final class Draft {
    /// A place in the list of nodes: what stands there now, in order. Compared by identity.
    static final class Slot {
        private final List<Node> nodes = new ArrayList<>(1);

        private int indexOf(NodeId id) {
            for (int i = 0; i < nodes.size(); i++) {
                if (nodes.get(i).id().equals(id)) {
                    return i;
                }
            }
            return -1;
        }
    }

    private final Subgraph before;
    private final Map<TensorId, TensorSpec> tensors;
    private final List<Slot> slots = new ArrayList<>();
    private final Slot first = new Slot();
    private final Slot last = new Slot();
    private final Map<NodeId, Slot> home = new HashMap<>();
    /// Where a tensor may be read: the nodes there are asked once more.
    private final Map<TensorId, Set<Slot>> readers = new HashMap<>();
    private final Map<TensorId, NodeId> producers = new HashMap<>();
    private List<TensorId> inputs;
    private List<TensorId> outputs;
    private Set<TensorId> outputSet;

    Draft(Subgraph before) {
        this.before = before;
        tensors = new LinkedHashMap<>(before.tensors());
        for (Node node : before.nodes()) {
            Slot slot = new Slot();
            slots.add(slot);
            put(slot, 0, node);
        }
        inputs = before.inputs();
        outputs = before.outputs();
        outputSet = Set.copyOf(outputs);
    }

    Map<TensorId, TensorSpec> tensors() {
        return tensors;
    }

    List<TensorId> inputs() {
        return inputs;
    }

    List<TensorId> outputs() {
        return outputs;
    }

    boolean isOutput(TensorId id) {
        return outputSet.contains(id);
    }

    void setInputs(List<TensorId> ids) {
        inputs = ids;
    }

    void setOutputs(List<TensorId> ids) {
        outputs = ids;
        outputSet = Set.copyOf(ids);
    }

    boolean has(NodeId id) {
        return home.containsKey(id);
    }

    @Nullable
    Node node(NodeId id) {
        Slot slot = home.get(id);
        return slot == null ? null : slot.nodes.get(slot.indexOf(id));
    }

    @Nullable
    Node producer(TensorId id) {
        NodeId producer = producers.get(id);
        Node node = producer == null ? null : node(producer);
        return node != null && node.outputs().contains(id) ? node : null;
    }

    List<Node> consumers(TensorId id) {
        return readers.getOrDefault(id, Set.of()).stream()
                .flatMap(slot -> slot.nodes.stream())
                .filter(node -> node.inputs().contains(id))
                .toList();
    }

    List<Node> nodes() {
        return Stream.of(Stream.of(first), slots.stream(), Stream.of(last))
                .flatMap(s -> s)
                .flatMap(slot -> slot.nodes.stream())
                .toList();
    }

    // --- changes ---

    void replace(NodeId id, Collection<Node> replacement) {
        Slot slot = slotOf(id);
        int position = slot.indexOf(id);
        slot.nodes.remove(position);
        home.remove(id);
        for (Node node : replacement) {
            put(slot, position++, node);
        }
    }

    void insertBefore(NodeId id, Node node) {
        put(slotOf(id), 0, node);
    }

    void insertAfter(NodeId id, Node node) {
        Slot slot = slotOf(id);
        put(slot, slot.nodes.size(), node);
    }

    void addFirst(Node node) {
        put(first, first.nodes.size(), node);
    }

    void addLast(Node node) {
        put(last, last.nodes.size(), node);
    }

    void update(NodeId id, UnaryOperator<Node> change) {
        Slot slot = slotOf(id);
        int position = slot.indexOf(id);
        put(slot, position, change.apply(slot.nodes.remove(position)));
    }

    /// Every reader of `old` in a node reads `replacement`.
    void redirect(TensorId old, TensorId replacement) {
        for (Node node : consumers(old)) {
            update(node.id(), n -> n.withInputs(swap(n.inputs(), old, replacement)));
        }
    }

    Subgraph build() {
        return new Subgraph(before.name(), tensors, nodes(), inputs, outputs);
    }

    private Slot slotOf(NodeId id) {
        Slot slot = home.get(id);
        if (slot == null) {
            throw new IllegalArgumentException(id + " is no node of subgraph '" + before.name() + "'");
        }
        return slot;
    }

    private void put(Slot slot, int position, Node node) {
        slot.nodes.add(position, node);
        home.put(node.id(), slot);
        for (TensorId input : node.inputs()) {
            if (input.isPresent()) {
                readers.computeIfAbsent(input, key -> new LinkedHashSet<>(2)).add(slot);
            }
        }
        node.outputs().forEach(output -> producers.put(output, node.id()));
    }

    static List<TensorId> swap(List<TensorId> ids, TensorId old, TensorId replacement) {
        return ids.stream().map(id -> id.equals(old) ? replacement : id).toList();
    }
}
