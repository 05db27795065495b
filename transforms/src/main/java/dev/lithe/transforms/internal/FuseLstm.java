package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FillOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
import dev.lithe.schema.UnidirectionalSequenceLSTMOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A loop that runs an LSTM cell over a sequence is UNIDIRECTIONAL_SEQUENCE_LSTM, where batch size and length are
/// known.
///
/// The operator keeps its output and its state in variables from run to run. The loop began with zeros every time, so
/// two FILL operators set the variables to zero before the operator runs: the model answers every run as if it were
/// the first, without a reset by the caller.
public final class FuseLstm extends PatternPass {
    /// Gates in the order of the operator's inputs.
    private static final String[] GATES = {"input", "forget", "cell", "output"};

    private static final int[] SWAP = {1, 0, 2};

    @Override
    public String name() {
        return "fuse LSTM";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        LstmLoop loop = LstmLoop.of(node, view);
        return loop != null && isReplaceable(node, loop, view)
                ? patch -> new Builder(patch, view, node, loop).build()
                : null;
    }

    /// Whether what is read of the loop's results is something that the operator gives.
    private static boolean isReplaceable(Node node, LstmLoop loop, GraphView view) {
        for (int i = 0; i < node.outputs().size(); i++) {
            TensorId output = node.output(i);
            boolean read = view.isOutput(output) || !view.consumers(output).isEmpty();
            boolean whole = i == loop.list() && steps(node, loop, view) == length(node, loop, view);
            boolean last = i == loop.h() || (i == loop.list() && takeLast(output, view));
            if (read && !whole && (!last || view.isOutput(output))) {
                return false;
            }
        }
        return true;
    }

    private static int length(Node node, LstmLoop loop, GraphView view) {
        return loop.sequence(node, view).shape().dimension(0);
    }

    private static int steps(Node node, LstmLoop loop, GraphView view) {
        return view.tensor(node.output(loop.list())).shape().dimension(0);
    }

    /// Whether all readers of a list take its last element out.
    private static boolean takeLast(TensorId list, GraphView view) {
        return view.consumers(list).stream().allMatch(reader -> isLast(reader, view));
    }

    private static boolean isLast(Node reader, GraphView view) {
        if (reader.code().builtin() != BuiltinOperator.STRIDED_SLICE) {
            return false;
        }
        StridedSliceOptions options = reader.options().as(StridedSliceOptions.class, StridedSliceOptions.DEFAULT);
        int[] begin = view.ints(reader, 1);
        return options.shrinkAxisMask() == 1
                && options.beginMask() == 0
                && options.ellipsisMask() == 0
                && options.newAxisMask() == 0
                && begin != null
                && begin.length == 1
                && begin[0] == -1;
    }

    /// Puts the operator in the place of the loop.
    private static final class Builder {
        private final GraphPatch patch;
        private final GraphView view;
        private final Node node;
        private final LstmLoop loop;
        private final LstmCell cell;
        private final String name;
        private final int length;
        private final int batch;
        private final List<Node> added = new ArrayList<>();

        Builder(GraphPatch patch, GraphView view, Node node, LstmLoop loop) {
            this.patch = patch;
            this.view = view;
            this.node = node;
            this.loop = loop;
            this.cell = loop.cell();
            TensorSpec sequence = loop.sequence(node, view);
            this.length = sequence.shape().dimension(0);
            this.batch = sequence.shape().dimension(1);
            String whole = view.tensor(node.output(loop.h())).name();
            this.name = whole.contains("/while") ? whole.substring(0, whole.indexOf("/while")) : whole;
        }

        void build() {
            // The operator takes batches first: transpositions around it meet those of the model and go away.
            TensorId x = tensor("/x", Shape.of(batch, length, cell.depth()));
            add(BuiltinOperator.TRANSPOSE, new TransposeOptions(), List.of(node.input(loop.x()), ints(SWAP)), x);
            TensorId y = tensor("/lstm", Shape.of(batch, length, cell.units()));
            add(BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM, options(), operands(x), y);
            boolean whole = loop.list() >= 0 && steps(node, loop, view) == length;
            if (whole && isRead(node.output(loop.list()))) {
                TensorId list = node.output(loop.list());
                TensorId swapped = tensor("/sequence", view.tensor(list).shape());
                add(BuiltinOperator.TRANSPOSE, new TransposeOptions(), List.of(y, ints(SWAP)), swapped);
                redirect(list, swapped);
            }
            replaceLast(y, whole);
            patch.replace(node.id(), added.toArray(Node[]::new));
        }

        private boolean isRead(TensorId id) {
            return view.isOutput(id) || !view.consumers(id).isEmpty();
        }

        private void redirect(TensorId old, TensorId replacement) {
            if (view.isOutput(old)) {
                patch.replaceOutput(old, replacement);
            }
            patch.replaceUses(old, replacement);
        }

        private void replaceLast(TensorId y, boolean whole) {
            List<TensorId> taken = new ArrayList<>();
            if (loop.list() >= 0 && !whole) {
                for (Node reader : view.consumers(node.output(loop.list()))) {
                    taken.add(reader.output(0));
                    patch.remove(reader.id());
                }
            }
            TensorId h = node.output(loop.h());
            if (taken.isEmpty() && view.consumers(h).isEmpty()) {
                return;
            }
            taken.add(h);
            TensorId last = tensor("/last", Shape.of(batch, cell.units()));
            StridedSliceOptions options = new StridedSliceOptions(0b101, 0b101, 0, 0, 0b010, false);
            List<TensorId> operands = List.of(y, ints(0, length - 1, 0), ints(0, length, 0), ints(1, 1, 1));
            add(BuiltinOperator.STRIDED_SLICE, options, operands, last);
            taken.forEach(old -> redirect(old, last));
        }

        private static UnidirectionalSequenceLSTMOptions options() {
            return UnidirectionalSequenceLSTMOptions.DEFAULT.withFusedActivationFunction(ActivationFunctionType.TANH);
        }

        private List<TensorId> operands(TensorId x) {
            List<TensorId> operands = new ArrayList<>(List.of(x));
            Shape weights = Shape.of(cell.units(), cell.depth());
            Shape recurrent = Shape.of(cell.units(), cell.units());
            for (int gate = 0; gate < LstmCell.GATES; gate++) {
                operands.add(floats("/input_to_" + GATES[gate], weights, cell.rows(cell.weights(), gate)));
            }
            for (int gate = 0; gate < LstmCell.GATES; gate++) {
                operands.add(floats("/recurrent_to_" + GATES[gate], recurrent, cell.rows(cell.recurrent(), gate)));
            }
            none(operands, 3); // peepholes
            for (int gate = 0; gate < LstmCell.GATES; gate++) {
                operands.add(floats("/" + GATES[gate] + "_bias", Shape.of(cell.units()), cell.bias(gate)));
            }
            none(operands, 2); // projection
            operands.add(state("/output_state"));
            operands.add(state("/cell_state"));
            none(operands, LstmCell.GATES); // layer normalization
            return operands;
        }

        private static void none(List<TensorId> operands, int count) {
            for (int i = 0; i < count; i++) {
                operands.add(TensorId.NONE);
            }
        }

        /// A variable that is zero whenever the operator begins.
        private TensorId state(String what) {
            Shape shape = Shape.of(batch, cell.units());
            TensorId state = patch.addTensor(
                    view.index(),
                    new TensorSpec(
                            TensorId.NONE,
                            name + what,
                            TensorType.FLOAT32,
                            shape,
                            null,
                            QuantizationParameters.NONE,
                            true,
                            null,
                            null,
                            List.of()));
            TensorId zero = floats("/zero", Shape.SCALAR, new float[1]);
            add(BuiltinOperator.FILL, new FillOptions(), List.of(ints(batch, cell.units()), zero), state);
            return state;
        }

        private TensorId tensor(String what, Shape shape) {
            return patch.addTensor(view.index(), TensorSpec.of(TensorId.NONE, name + what, TensorType.FLOAT32, shape));
        }

        private TensorId floats(String what, Shape shape, float[] values) {
            Constant constant = new Constant.Inline(Tensor.of(shape, values).toBytes());
            return patch.addTensor(
                    view.index(),
                    TensorSpec.of(TensorId.NONE, name + what, TensorType.FLOAT32, shape)
                            .withConstant(constant));
        }

        private TensorId ints(int... values) {
            return patch.addTensor(view.index(), Constants.ints(name + "/sizes", values));
        }

        private void add(BuiltinOperator code, OperatorOptions options, List<TensorId> inputs, TensorId output) {
            added.add(new Node(patch.newNodeId(), OperatorCode.of(code), Options.of(options), inputs, List.of(output)));
        }
    }
}
