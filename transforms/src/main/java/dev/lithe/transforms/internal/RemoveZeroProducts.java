package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is certainly finite, times zeros, is zeros: the gates of a recurrent cell on a state that starts at zero. Only
/// behind operators whose results are bounded, for infinity times zero is no number.
public final class RemoveZeroProducts extends PatternPass {
    private static final long LARGEST = 1 << 14;
    private static final Set<BuiltinOperator> BOUNDED =
            EnumSet.of(BuiltinOperator.LOGISTIC, BuiltinOperator.TANH, BuiltinOperator.SOFTMAX, BuiltinOperator.RELU6);

    private static final Set<BuiltinOperator> MOVING = EnumSet.of(
            BuiltinOperator.SPLIT,
            BuiltinOperator.SLICE,
            BuiltinOperator.STRIDED_SLICE,
            BuiltinOperator.RESHAPE,
            BuiltinOperator.TRANSPOSE);
    private static final int DEPTH = 4;

    @Override
    public String name() {
        return "remove products with zeros";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.MUL || !Algebra.isPlain(node)) {
            return null;
        }
        TensorSpec result = view.output(node);
        boolean small = result.isRanked()
                && result.declaredShape().isKnown()
                && result.shape().elementCount() <= LARGEST;
        if (!small || !GraphView.isFloat(result) || view.isOutput(result.id())) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        for (List<TensorId> order : Algebra.orders(node)) {
            if (isBounded(order.getFirst(), view) && algebra.number(order.get(1)) == 0) {
                float[] zeros = new float[result.shape().flatSize()];
                return patch -> patch.remove(node.id())
                        .setTensor(result.withConstant(
                                Constant.of(Tensor.of(result.shape(), zeros).toLittleEndian())));
            }
        }
        return null;
    }

    private static boolean isBounded(TensorId id, GraphView view) {
        Node producer = view.producer(id);
        for (int depth = 0; depth < DEPTH && producer != null; depth++) {
            BuiltinOperator code = producer.code().builtin();
            if (BOUNDED.contains(code)) {
                return true;
            }
            if (!MOVING.contains(code)) {
                return false;
            }
            producer = view.producer(producer.input(code == BuiltinOperator.SPLIT ? 1 : 0));
        }
        return false;
    }
}
