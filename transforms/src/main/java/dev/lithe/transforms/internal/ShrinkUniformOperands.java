package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A constant operand whose elements are all the same number needs one element only, where the other operand alone has
/// the result's shape. Up to rank 4, beyond which kernels differ in how they broadcast.
public final class ShrinkUniformOperands extends PatternPass {
    private static final int LARGEST_RANK = 4;
    private static final long LARGEST = 1 << 16;
    private static final Set<TensorType> TYPES = EnumSet.of(TensorType.FLOAT32, TensorType.INT32, TensorType.INT64);
    private static final Set<BuiltinOperator> CODES = EnumSet.of(
            BuiltinOperator.ADD,
            BuiltinOperator.SUB,
            BuiltinOperator.MUL,
            BuiltinOperator.DIV,
            BuiltinOperator.MAXIMUM,
            BuiltinOperator.MINIMUM,
            BuiltinOperator.SQUARED_DIFFERENCE,
            BuiltinOperator.POW);

    @Override
    public String name() {
        return "shrink constants of one number";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (!CODES.contains(node.code().builtin())
                || view.output(node).declaredShape().rank() > LARGEST_RANK) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            TensorSpec value = view.input(node, i);
            TensorSpec other = view.input(node, 1 - i);
            boolean full = !other.isConstant()
                    && other.isRanked()
                    && view.output(node).isRanked()
                    && other.declaredShape().equals(view.output(node).declaredShape());
            Bytes element = full ? element(value) : null;
            if (element != null) {
                return shrink(node, i, value, element, view);
            }
        }
        return null;
    }

    /// The one value of all elements of a constant with more than one; null where there is none.
    private static @Nullable Bytes element(TensorSpec spec) {
        if (!spec.isConstant()
                || !TYPES.contains(spec.type())
                || spec.quantization().isPresent()
                || spec.sparsity() != null
                || spec.shape().elementCount() < 2
                || spec.shape().elementCount() > LARGEST) {
            return null;
        }
        byte[] bytes = FloatConstants.constant(spec).bytes().toArray();
        int width = bytes.length / spec.shape().flatSize();
        for (int i = width; i < bytes.length; i++) {
            if (bytes[i] != bytes[i - width]) {
                return null;
            }
        }
        return Bytes.of(Arrays.copyOf(bytes, width));
    }

    private static Change shrink(Node node, int operand, TensorSpec value, Bytes element, GraphView view) {
        return patch -> {
            TensorSpec small = TensorSpec.of(TensorId.NONE, value.name(), value.type(), Shape.SCALAR)
                    .withConstant(new Constant.Inline(element));
            List<TensorId> inputs = new ArrayList<>(node.inputs());
            inputs.set(operand, patch.addTensor(view.index(), small));
            patch.replace(node.id(), node.withInputs(inputs));
        };
    }
}
