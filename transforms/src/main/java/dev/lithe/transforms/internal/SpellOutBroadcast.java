package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BroadcastToOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Puts BROADCAST_TO before operators whose operands have different shapes and more dimensions than the official
/// runtime's kernel broadcasts over: it would abort. Our own kernels have no such limit.
///
/// Where a dimension is only known at run time, SHAPE and BROADCAST_ARGS compute the common shape.
public final class SpellOutBroadcast extends PatternPass {
    /// How many dimensions LiteRT's kernels broadcast over.
    private static final Map<BuiltinOperator, Integer> LIMITS = limits();

    private static Map<BuiltinOperator, Integer> limits() {
        Map<BuiltinOperator, Integer> limits = new EnumMap<>(BuiltinOperator.class);
        for (BuiltinOperator six : List.of(BuiltinOperator.ADD, BuiltinOperator.MUL)) {
            limits.put(six, 6);
        }
        for (BuiltinOperator five : List.of(
                BuiltinOperator.SUB,
                BuiltinOperator.DIV,
                BuiltinOperator.MAXIMUM,
                BuiltinOperator.MINIMUM,
                BuiltinOperator.SELECT_V2)) {
            limits.put(five, 5);
        }
        for (BuiltinOperator four : List.of(
                BuiltinOperator.POW,
                BuiltinOperator.FLOOR_DIV,
                BuiltinOperator.FLOOR_MOD,
                BuiltinOperator.SQUARED_DIFFERENCE,
                BuiltinOperator.EQUAL,
                BuiltinOperator.NOT_EQUAL,
                BuiltinOperator.LESS,
                BuiltinOperator.LESS_EQUAL,
                BuiltinOperator.GREATER,
                BuiltinOperator.GREATER_EQUAL,
                BuiltinOperator.LOGICAL_AND,
                BuiltinOperator.LOGICAL_OR,
                BuiltinOperator.ATAN2,
                BuiltinOperator.BITWISE_XOR,
                BuiltinOperator.RIGHT_SHIFT,
                BuiltinOperator.PRELU)) {
            limits.put(four, 4);
        }
        return limits;
    }

    @Override
    public String name() {
        return "spell out broadcasts over many dimensions";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        Integer limit = LIMITS.get(node.code().builtin());
        if (limit == null || view.output(node).shape().rank() <= limit) {
            return null;
        }
        Shape result = view.output(node).declaredShape();
        boolean same = node.inputs().stream()
                .allMatch(id ->
                        view.tensor(id).declaredShape().equals(result) && (result.isKnown() || isBroadcast(view, id)));
        if (same) {
            return null;
        }
        // SUB broadcasts over one dimension more.
        boolean divisible = node.code().builtin() == BuiltinOperator.SQUARED_DIFFERENCE && result.rank() == 5;
        return divisible ? patch -> takeApart(node, view, patch) : patch -> new Rewriting(patch, view, node).run();
    }

    private static void takeApart(Node node, GraphView view, GraphPatch patch) {
        TensorSpec output = view.output(node);
        TensorId difference = patch.addTensor(view.index(), output.withName(output.name() + "/difference"));
        Options plain = Options.of(new SubOptions(ActivationFunctionType.NONE, true));
        Node sub = new Node(
                patch.newNodeId(), OperatorCode.of(BuiltinOperator.SUB), plain, node.inputs(), List.of(difference));
        patch.replace(node.id(), sub, Nodes.inPlaceOf(node, BuiltinOperator.SQUARE, null, difference));
    }

    private static boolean isBroadcast(GraphView view, TensorId id) {
        Node producer = view.producer(id);
        return producer != null && producer.code().builtin() == BuiltinOperator.BROADCAST_TO;
    }

    /// The change of one operator.
    private static final class Rewriting {
        private final GraphPatch patch;
        private final GraphView view;
        private final Node node;
        private final TensorSpec output;
        private final List<Node> created = new ArrayList<>();

        Rewriting(GraphPatch patch, GraphView view, Node node) {
            this.patch = patch;
            this.view = view;
            this.node = node;
            this.output = view.output(node);
        }

        void run() {
            TensorId shape = commonShape();
            List<TensorId> operands = new ArrayList<>();
            for (TensorId id : node.inputs()) {
                Shape from = view.tensor(id).declaredShape();
                boolean fits = from.isKnown() && from.equals(output.declaredShape());
                operands.add(fits ? id : broadcast(id, shape));
            }
            created.add(node.withInputs(operands));
            patch.replace(node.id(), created.toArray(Node[]::new));
        }

        private TensorId broadcast(TensorId id, TensorId shape) {
            TensorSpec spec = view.tensor(id);
            TensorSpec result = output.withName(spec.name() + "/broadcast").withType(spec.type(), spec.quantization());
            return emit(BuiltinOperator.BROADCAST_TO, new BroadcastToOptions(), List.of(id, shape), result);
        }

        /// The shape of the result as a tensor.
        private TensorId commonShape() {
            Shape known = output.declaredShape();
            if (known.isKnown()) {
                return constant("shape", known);
            }
            TensorId common = null;
            for (TensorId id : node.inputs()) {
                TensorId shape = shapeOf(id);
                common = common == null ? shape : broadcastShapes(common, shape);
            }
            return Objects.requireNonNull(common);
        }

        private TensorId shapeOf(TensorId id) {
            TensorSpec spec = view.tensor(id);
            if (spec.declaredShape().isKnown()) {
                return constant("shape_of_" + node.inputs().indexOf(id), spec.shape());
            }
            TensorSpec vector = vector(spec.name() + "/shape", spec.shape().rank());
            return emit(BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), List.of(id), vector);
        }

        private TensorId broadcastShapes(TensorId first, TensorId second) {
            TensorSpec vector = vector(output.name() + "/shape", output.shape().rank());
            return emit(BuiltinOperator.BROADCAST_ARGS, null, List.of(first, second), vector);
        }

        private TensorId emit(
                BuiltinOperator code, @Nullable OperatorOptions options, List<TensorId> inputs, TensorSpec result) {
            TensorId id = patch.addTensor(view.index(), result);
            Options all = options == null ? Options.NONE : Options.of(options);
            created.add(new Node(patch.newNodeId(), OperatorCode.of(code), all, inputs, List.of(id)));
            return id;
        }

        private TensorId constant(String what, Shape shape) {
            Tensor values = Tensor.of(Shape.of(shape.rank()), shape.toArray());
            TensorSpec spec = vector(output.name() + "/" + what, shape.rank());
            return patch.addTensor(view.index(), spec.withConstant(Constant.of(values.toLittleEndian())));
        }

        private TensorSpec vector(String name, int length) {
            return TensorSpec.of(TensorId.NONE, name, TensorType.INT32, Shape.of(length));
        }
    }
}
