package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TRANSPOSE of everything but the batch, flattened and read by FULLY_CONNECTED, as where a convolutional
/// network whose channels come first ends in dense layers: the columns of the weights change places instead.
/// Not where anybody else reads the flattened tensor.
public final class TransposeIntoDense extends PatternPass {
    @Override
    public String name() {
        return "take transpositions into the weights of dense layers";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        Node reshape = node.inputs().isEmpty() ? null : view.producer(node.input(0));
        if (reshape == null
                || reshape.code().builtin() != BuiltinOperator.RESHAPE
                || !view.hasSingleUse(node.input(0))) {
            return null;
        }
        Node transpose = view.producer(reshape.input(0));
        int[] order = Permutation.of(transpose, view);
        if (transpose == null || order == null || order[0] != 0) {
            return null;
        }
        Shape turned = view.output(transpose).declaredShape();
        return flattens(node, reshape, turned, view)
                ? patch -> replace(node, reshape, transpose, order, turned, view, patch)
                : null;
    }

    /// Whether `node` is a dense layer with weights for each element of a tensor of shape `turned`, which `reshape`
    /// flattens but for the batch.
    static boolean flattens(Node node, Node reshape, Shape turned, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.FULLY_CONNECTED
                || !view.isFloatConstant(node, 1)
                || !Affine.hasPlainWeights(node)
                || !node.input(0).equals(reshape.output(0))) {
            return false;
        }
        Shape flat = view.output(reshape).declaredShape();
        return flat.rank() == 2
                && isKnownBehind(turned)
                && flat.dimension(1) == turned.flatSize(1, turned.rank())
                && view.input(node, 1).shape().dimension(-1) == flat.dimension(1);
    }

    private static boolean isKnownBehind(Shape shape) {
        for (int i = 1; i < shape.rank(); i++) {
            if (shape.dimension(i) == Shape.UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    private static void replace(
            Node node, Node reshape, Node transpose, int[] order, Shape turned, GraphView view, GraphPatch patch) {
        List<TensorId> flattened = new ArrayList<>(reshape.inputs());
        flattened.set(0, transpose.input(0));
        patch.replace(reshape.id(), reshape.withInputs(flattened));
        List<TensorId> inputs = new ArrayList<>(node.inputs());
        inputs.set(1, patch.addTensor(view.index(), columns(view.input(node, 1), order, turned)));
        patch.replace(node.id(), node.withInputs(inputs));
    }

    /// The weights with each row as a tensor of shape `turned`, transposed back.
    private static TensorSpec columns(TensorSpec weights, int[] order, Shape turned) {
        int size = turned.flatSize(1, turned.rank());
        int[] source = sources(order, turned, size);
        return FloatConstants.compute("transpose", weights.name(), weights.shape(), List.of(weights), values -> {
            float[] from = values.getFirst();
            float[] to = new float[from.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = from[i / size * size + source[i % size]];
            }
            return to;
        });
    }

    /// For each position of a flat tensor before the TRANSPOSE, the one behind it.
    private static int[] sources(int[] order, Shape turned, int size) {
        int rank = order.length;
        int[] strides = new int[rank];
        for (int i = rank - 1, stride = 1; i > 0; stride *= turned.dimension(i--)) {
            strides[order[i]] = stride;
        }
        int[] back = Permutation.inverse(order);
        int[] source = new int[size];
        for (int position = 0; position < size; position++) {
            int rest = position;
            for (int d = rank - 1; d > 0; d--) {
                int dimension = turned.dimension(back[d]);
                source[position] += rest % dimension * strides[d];
                rest /= dimension;
            }
        }
        return source;
    }
}
