package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Moves a RESHAPE that stands between an affine operator and what could be folded into it (a
/// constant per channel, an activation) behind that, where it leaves the channels alone.
/// One-dimensional convolutions and dense layers on sequences come with such reshapes.
public final class DelayReshape extends PatternPass {
    private static final Set<BuiltinOperator> RESHAPE = EnumSet.of(BuiltinOperator.RESHAPE);
    private static final Set<BuiltinOperator> BINARY =
            EnumSet.of(BuiltinOperator.ADD, BuiltinOperator.SUB, BuiltinOperator.MUL, BuiltinOperator.DIV);
    private static final Set<BuiltinOperator> UNARY =
            EnumSet.of(BuiltinOperator.RELU, BuiltinOperator.RELU6, BuiltinOperator.RELU_N1_TO_1);

    @Override
    public String name() {
        return "move reshapes behind what can be folded";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (UNARY.contains(node.code().builtin())) {
            return match(node, 0, view);
        }
        if (!BINARY.contains(node.code().builtin())) {
            return null;
        }
        boolean commutes =
                node.code().builtin() == BuiltinOperator.ADD || node.code().builtin() == BuiltinOperator.MUL;
        for (int constant = 1; constant >= (commutes ? 0 : 1); constant--) {
            if (view.isFloatConstant(node, constant)) {
                return match(node, 1 - constant, view);
            }
        }
        return null;
    }

    private static @Nullable Change match(Node node, int operand, GraphView view) {
        Node reshape = view.soleProducer(node, operand, RESHAPE);
        if (reshape == null) {
            return null;
        }
        Node affine = view.soleProducer(reshape, 0, Affine.CODES);
        if (affine == null || !Affine.takesMore(affine, view)) {
            return null;
        }
        Shape before = view.input(reshape, 0).declaredShape();
        Shape after = view.output(reshape).declaredShape();
        int channels = Affine.channels(affine, view);
        boolean keepsChannels = before.rank() > 0
                && after.rank() > 0
                && before.dimension(-1) == channels
                && after.dimension(-1) == channels
                && after.equals(view.output(node).declaredShape());
        boolean fits = node.inputs().size() == 1
                || FloatConstants.isPerChannel(view.input(node, 1 - operand).shape(), channels);
        return keepsChannels && fits ? patch -> swap(node, operand, reshape, view, patch) : null;
    }

    private static void swap(Node node, int operand, Node reshape, GraphView view, GraphPatch patch) {
        TensorSpec from = view.input(reshape, 0);
        TensorSpec result = view.output(node);
        String name = view.isOutput(result.id()) ? from.name() : result.name();
        TensorId between =
                patch.addTensor(view.index(), TensorSpec.of(TensorId.NONE, name, result.type(), from.declaredShape()));
        List<TensorId> operands = new ArrayList<>(node.inputs());
        operands.set(operand, from.id());
        if (node.inputs().size() == 2) {
            operands.set(1 - operand, patch.addTensor(view.index(), flat(view.input(node, 1 - operand))));
        }
        List<TensorId> reshaped = new ArrayList<>(reshape.inputs());
        reshaped.set(0, between);
        patch.replace(reshape.id(), Nodes.inPlaceOf(reshape, node, operands, List.of(between)));
        patch.replace(node.id(), Nodes.inPlaceOf(node, reshape, reshaped, node.outputs()));
    }

    /// A constant per channel without leading dimensions, which might stand against fewer now.
    private static TensorSpec flat(TensorSpec value) {
        return value.withShape(Shape.of(Math.toIntExact(value.shape().elementCount())));
    }
}
