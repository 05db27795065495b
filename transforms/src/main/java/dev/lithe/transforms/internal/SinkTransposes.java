package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.transforms.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Moves TRANSPOSE operators down through what does not mind them (arithmetic, activations, joins, reductions, padding,
/// slices), until they meet others and cancel: convolutional networks whose channels come first have two around every
/// convolution.
///
/// The operators that read transposed tensors, and nothing else but constants, make regions. A region is
/// turned as a whole, and only where fewer operators are left then, or as many that move fewer elements; so
/// this ends, and never adds operators. What a region gives to the outside is transposed behind it.
public final class SinkTransposes implements Pass {
    @Override
    public String name() {
        return "move transpositions together";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (int i = 0; i < model.subgraphs().size(); i++) {
            GraphView view = new GraphView(i, patch);
            while (new Regions(view).turn(patch)) {
                changed = true;
            }
        }
        return changed ? patch.apply() : model;
    }

    /// A tensor that is `order` of another one: the input of a TRANSPOSE, or what an operator of a region will write.
    private record Turned(int[] order, NodeId by) {}

    /// All regions of a subgraph.
    private static final class Regions {
        private final GraphView view;
        private final Map<TensorId, Turned> turned = new HashMap<>();
        private final Map<NodeId, TransposedForm> forms = new LinkedHashMap<>();
        private final Map<NodeId, NodeId> region = new HashMap<>();
        private final Map<NodeId, List<Node>> members = new LinkedHashMap<>();
        /// Regions behind one that was turned: they are looked at anew.
        private final Set<NodeId> stale = new HashSet<>();

        Regions(GraphView view) {
            this.view = view;
            for (Node node : view.nodes()) {
                int[] order = Permutation.of(node, view);
                if (order != null && !view.input(node, 0).isConstant() && isRanked(node)) {
                    turned.put(node.output(0), new Turned(order, node.id()));
                    region.put(node.id(), node.id());
                } else {
                    visit(node);
                }
            }
            for (Node node : view.nodes()) {
                if (region.containsKey(node.id())) {
                    members.computeIfAbsent(root(node.id()), k -> new ArrayList<>())
                            .add(node);
                }
            }
        }

        private boolean isRanked(Node node) {
            return Stream.concat(node.inputs().stream(), node.outputs().stream())
                    .allMatch(id -> !id.isPresent() || view.tensor(id).isRanked());
        }

        private void visit(Node node) {
            if (!isRanked(node)) {
                return;
            }
            Set<Integer> data = new LinkedHashSet<>();
            int[] order = null;
            int only = TransposedForm.dataInput(node.code().builtin());
            for (int i = 0; i < node.inputs().size(); i++) {
                Turned input = only < 0 || only == i ? turned.get(node.input(i)) : null;
                if (input != null && (order == null || Arrays.equals(order, input.order))) {
                    order = input.order;
                    data.add(i);
                }
            }
            TransposedForm form = order == null ? null : TransposedForm.of(node, data, order, view);
            if (form == null
                    || node.outputs().isEmpty()
                    || view.output(node).quantization().isPresent()) {
                return;
            }
            forms.put(node.id(), form);
            region.put(node.id(), node.id());
            for (int i : data) {
                join(node.id(), turnedBy(node.input(i)));
            }
            node.outputs().forEach(id -> turned.put(id, new Turned(form.order(), node.id())));
        }

        private NodeId turnedBy(TensorId id) {
            return Objects.requireNonNull(turned.get(id)).by;
        }

        private void join(NodeId a, NodeId b) {
            region.put(root(a), root(b));
        }

        private NodeId root(NodeId id) {
            NodeId current = id;
            NodeId up = Objects.requireNonNull(region.get(current));
            while (!up.equals(current)) {
                NodeId next = Objects.requireNonNull(region.get(up));
                region.put(current, next);
                current = up;
                up = next;
            }
            return current;
        }

        /// Turns every region that gets smaller. False where none does.
        boolean turn(GraphPatch patch) {
            boolean changed = false;
            for (List<Node> nodes : members.values()) {
                if (!stale.contains(root(nodes.getFirst().id())) && gains(nodes)) {
                    new Turning(this, patch).turn(nodes);
                    changed = true;
                }
            }
            return changed;
        }

        /// Whether fewer operators are left, or fewer elements are moved by as many.
        private boolean gains(List<Node> nodes) {
            long operators = 0;
            long elements = 0;
            boolean moves = false;
            for (Node node : nodes) {
                moves |= forms.containsKey(node.id());
                for (TensorId id : node.outputs()) {
                    if (!forms.containsKey(node.id())) {
                        boolean goes = !isSeen(id);
                        operators -= goes ? 1 : 0;
                        elements -= goes ? size(id) : 0;
                    } else {
                        boolean comes = isSeen(id) && !isFree(id);
                        operators += comes ? 1 : 0;
                        elements += comes ? size(id) : 0;
                        operators -= undone(id);
                    }
                }
            }
            return moves && (operators < 0 || (operators == 0 && elements < 0));
        }

        private long size(TensorId id) {
            return view.tensor(id).shape().elementCount();
        }

        /// How many TRANSPOSE operators that read `id` bring back what was before.
        private int undone(TensorId id) {
            int[] order = order(id);
            return (int) view.consumers(id).stream()
                    .map(reader -> Permutation.of(reader, view))
                    .filter(back -> back != null && Permutation.isIdentity(Permutation.then(order, back)))
                    .count();
        }

        int[] order(TensorId id) {
            return Objects.requireNonNull(turned.get(id)).order;
        }

        /// Whether anybody but operators of regions and TRANSPOSE reads `id`.
        boolean isSeen(TensorId id) {
            return view.isOutput(id)
                    || view.consumers(id).stream()
                            .anyMatch(reader -> Permutation.of(reader, view) == null && !readsTurned(reader, id));
        }

        private boolean readsTurned(Node reader, TensorId id) {
            TransposedForm form = forms.get(reader.id());
            return form != null
                    && IntStream.range(0, reader.inputs().size())
                            .allMatch(i ->
                                    !reader.input(i).equals(id) || form.data().contains(i));
        }

        private boolean isFlattened(TensorId id, int[] order) {
            return order[0] == 0
                    && !view.isOutput(id)
                    && view.consumers(id).stream()
                            .allMatch(reshape -> reshape.code().builtin() == BuiltinOperator.RESHAPE
                                    && view.hasSingleUse(reshape.output(0))
                                    && view.consumers(reshape.output(0)).stream()
                                            .allMatch(dense -> TransposeIntoDense.flattens(
                                                    dense,
                                                    reshape,
                                                    view.tensor(id).declaredShape(),
                                                    view)));
        }

        /// Whether transposing `id` costs nothing: no element moves and those who read it are RESHAPE
        /// already, or they are flattened for dense layers, whose weights can be transposed instead.
        private boolean isFree(TensorId id) {
            int[] order = order(id);
            if (Permutation.isIdentity(order) || isFlattened(id, order)) {
                return true;
            }
            Shape shape = view.tensor(id).declaredShape();
            int[] back = Permutation.inverse(order);
            Shape from = Permutation.apply(back, shape);
            int last = -1;
            for (int d : order) {
                if (from.dimension(d) != 1) {
                    if (d < last) {
                        return false;
                    }
                    last = d;
                }
            }
            return !view.isOutput(id)
                    && view.consumers(id).stream().allMatch(r -> r.code().builtin() == BuiltinOperator.RESHAPE);
        }
    }

    /// One region's rewriting.
    private static final class Turning {
        private final Regions regions;
        private final GraphView view;
        private final GraphPatch patch;
        private final Map<TensorId, TensorId> sources = new HashMap<>();

        Turning(Regions regions, GraphPatch patch) {
            this.regions = regions;
            this.view = regions.view;
            this.patch = patch;
        }

        void turn(List<Node> nodes) {
            for (Node node : nodes) {
                TransposedForm form = regions.forms.get(node.id());
                if (form == null) {
                    sources.put(node.output(0), node.input(0));
                } else {
                    turn(node, form);
                }
            }
        }

        private void turn(Node node, TransposedForm form) {
            List<TensorId> inputs = new ArrayList<>(node.inputs());
            form.data().forEach(i -> inputs.set(i, source(inputs.get(i))));
            List<TensorId> outputs = new ArrayList<>();
            List<Node> behind = new ArrayList<>();
            boolean identity = Permutation.isIdentity(form.order());
            for (TensorId id : node.outputs()) {
                TensorSpec spec = view.tensor(id);
                if (identity) {
                    outputs.add(id);
                    sources.put(id, id);
                    continue;
                }
                Shape before = Permutation.apply(Permutation.inverse(form.order()), spec.declaredShape());
                TensorId own = patch.addTensor(view.index(), spec.withShape(before));
                outputs.add(own);
                sources.put(id, own);
                boolean seen = regions.isSeen(id);
                readTransposes(id, own, form.order());
                if (seen) {
                    behind.add(transpose(id, own, form.order()));
                }
            }
            patch.replace(node.id(), form.rewrite(node, inputs, outputs, view, patch));
            behind.forEach(transpose -> patch.insertAfter(node.id(), transpose));
        }

        private TensorId source(TensorId id) {
            return Objects.requireNonNull(sources.get(id));
        }

        /// TRANSPOSE operators that read `id` read what is before it.
        private void readTransposes(TensorId id, TensorId own, int[] order) {
            for (Node reader : view.consumers(id)) {
                int[] next = Permutation.of(reader, view);
                if (next != null) {
                    TensorId both = patch.addTensor(
                            view.index(), Constants.ints(view.input(reader, 1).name(), Permutation.then(order, next)));
                    patch.replace(reader.id(), reader.withInputs(List.of(own, both)));
                    regions.stale.add(regions.root(reader.id()));
                }
            }
        }

        private Node transpose(TensorId id, TensorId own, int[] order) {
            TensorId constant =
                    patch.addTensor(view.index(), Constants.ints(view.tensor(id).name() + "/order", order));
            return new Node(
                    patch.newNodeId(),
                    OperatorCode.of(BuiltinOperator.TRANSPOSE),
                    Options.NONE,
                    List.of(own, constant),
                    List.of(id));
        }
    }
}
