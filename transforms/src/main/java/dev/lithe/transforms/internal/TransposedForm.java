package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.StridedSliceOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An operator that reads transposed tensors, as it is on what these were before: `f(transpose(x)) = transpose(f'(x))`.
///
/// @param order how the result of the new operator has to be transposed to get that of the old
/// @param data the inputs that are transposed
/// @param options of the new operator
/// @param constants what stands in the place of constant inputs; null where they stay
record TransposedForm(int[] order, Set<Integer> data, Options options, List<@Nullable TensorSpec> constants) {
    private static final Set<BuiltinOperator> UNARY = EnumSet.of(
            BuiltinOperator.RELU,
            BuiltinOperator.RELU6,
            BuiltinOperator.RELU_N1_TO_1,
            BuiltinOperator.RELU_0_TO_1,
            BuiltinOperator.LEAKY_RELU,
            BuiltinOperator.ELU,
            BuiltinOperator.LOGISTIC,
            BuiltinOperator.TANH,
            BuiltinOperator.HARD_SWISH,
            BuiltinOperator.GELU,
            BuiltinOperator.ABS,
            BuiltinOperator.NEG,
            BuiltinOperator.EXP,
            BuiltinOperator.LOG,
            BuiltinOperator.SQRT,
            BuiltinOperator.RSQRT,
            BuiltinOperator.SQUARE,
            BuiltinOperator.FLOOR,
            BuiltinOperator.CEIL,
            BuiltinOperator.ROUND,
            BuiltinOperator.SIN,
            BuiltinOperator.COS,
            BuiltinOperator.SIGN,
            BuiltinOperator.CAST);
    private static final Set<BuiltinOperator> BROADCASTING = EnumSet.of(
            BuiltinOperator.ADD,
            BuiltinOperator.SUB,
            BuiltinOperator.MUL,
            BuiltinOperator.DIV,
            BuiltinOperator.MAXIMUM,
            BuiltinOperator.MINIMUM,
            BuiltinOperator.SQUARED_DIFFERENCE,
            BuiltinOperator.POW,
            BuiltinOperator.PRELU);
    private static final Set<BuiltinOperator> LAST =
            EnumSet.of(BuiltinOperator.SOFTMAX, BuiltinOperator.LOG_SOFTMAX, BuiltinOperator.L2_NORMALIZATION);

    /// The form of `node` where its inputs at `data` are transposed by `order`; null where there is none.
    static @Nullable TransposedForm of(Node node, Set<Integer> data, int[] order, GraphView view) {
        BuiltinOperator code = node.code().builtin();
        if (UNARY.contains(code)) {
            return plain(node, data, order);
        }
        if (BROADCASTING.contains(code)) {
            return broadcasting(node, data, order, view);
        }
        if (LAST.contains(code)) {
            return order[order.length - 1] == order.length - 1 ? plain(node, data, order) : null;
        }
        return switch (code) {
            case CONCATENATION -> data.size() == node.inputs().size() ? concatenation(node, data, order) : null;
            case MEAN, SUM, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD -> reduction(node, data, order, view);
            case PAD, PADV2, MIRROR_PAD -> rows(node, data, order, view, 2);
            case SLICE -> rows(node, data, order, view, 1);
            case STRIDED_SLICE -> stridedSlice(node, data, order, view);
            case GATHER -> gather(node, data, order, view);
            case SPLIT -> split(node, data, order, view);
            default -> null;
        };
    }

    /// Which input of a node may be transposed, where it has parameters besides; -1 where all may.
    static int dataInput(BuiltinOperator code) {
        return switch (code) {
            case SPLIT -> 1;
            case MEAN, SUM, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD, PAD, PADV2, MIRROR_PAD, SLICE, STRIDED_SLICE, GATHER ->
                0;
            default -> -1;
        };
    }

    Node rewrite(Node node, List<TensorId> inputs, List<TensorId> outputs, GraphView view, GraphPatch patch) {
        List<TensorId> all = new ArrayList<>(inputs);
        for (int i = 0; i < constants.size(); i++) {
            TensorSpec constant = constants.get(i);
            if (constant != null) {
                all.set(i, patch.addTensor(view.index(), constant));
            }
        }
        return new Node(node.id(), node.code(), options, all, outputs, node.intermediates());
    }

    private static TransposedForm plain(Node node, Set<Integer> data, int[] order) {
        return new TransposedForm(order, data, node.options(), List.of());
    }

    private static TransposedForm with(Node node, Set<Integer> data, int[] order, @Nullable OperatorOptions options) {
        return new TransposedForm(
                order, data, options == null ? node.options() : Options.of(options), new ArrayList<>());
    }

    private static @Nullable TransposedForm broadcasting(Node node, Set<Integer> data, int[] order, GraphView view) {
        List<@Nullable TensorSpec> constants = new ArrayList<>();
        int[] back = Permutation.inverse(order);
        for (int i = 0; i < node.inputs().size(); i++) {
            constants.add(null);
            if (data.contains(i)) {
                continue;
            }
            TensorSpec value = view.input(node, i);
            if (!GraphView.isFloatConstant(value) || value.shape().rank() > order.length) {
                return null;
            }
            if (value.shape().elementCount() > 1) {
                Shape wide = value.shape().extendedTo(order.length);
                TensorSpec turned = transposed(value, wide, back);
                boolean slope = node.code().builtin() == BuiltinOperator.PRELU;
                int rank = turned.shape().rank();
                constants.set(
                        i,
                        slope && turned.shape().dimension(0) == 1
                                ? turned.withShape(Shape.of(
                                        Arrays.copyOfRange(turned.shape().toArray(), 1, rank)))
                                : turned);
            }
        }
        return new TransposedForm(order, data, node.options(), constants);
    }

    private static TensorSpec transposed(TensorSpec value, Shape wide, int[] order) {
        Shape result = Permutation.apply(order, wide);
        return FloatConstants.compute("transpose", value.name(), result, List.of(value), values -> {
            float[] from = values.getFirst();
            float[] to = new float[from.length];
            int[] strides = new int[order.length];
            for (int i = order.length - 1, stride = 1; i >= 0; stride *= wide.dimension(i--)) {
                strides[i] = stride;
            }
            for (int i = 0; i < to.length; i++) {
                int rest = i;
                int source = 0;
                for (int d = order.length - 1; d >= 0; d--) {
                    source += rest % result.dimension(d) * strides[order[d]];
                    rest /= result.dimension(d);
                }
                to[i] = from[source];
            }
            return to;
        });
    }

    private static TransposedForm concatenation(Node node, Set<Integer> data, int[] order) {
        ConcatenationOptions options = node.options().as(ConcatenationOptions.class, ConcatenationOptions.DEFAULT);
        return with(node, data, order, options.withAxis(axis(options.axis(), order)));
    }

    private static int axis(int axis, int[] order) {
        return order[axis < 0 ? axis + order.length : axis];
    }

    private static @Nullable TransposedForm reduction(Node node, Set<Integer> data, int[] order, GraphView view) {
        int[] axes = Reduced.axes(node, view);
        if (axes == null) {
            return null;
        }
        int[] moved = Arrays.stream(axes).map(a -> order[a]).sorted().toArray();
        TransposedForm form = with(node, data, Reduced.keepsDimensions(node) ? order : without(order, axes), null);
        form.constants.add(null);
        form.constants.add(Constants.ints(view.input(node, 1).name(), moved));
        return form;
    }

    /// `order` of what is left when dimensions `axes` of the transposed tensor are gone.
    private static int[] without(int[] order, int[] axes) {
        int[] kept = new int[order.length - axes.length];
        int next = 0;
        for (int i = 0; i < order.length; i++) {
            if (Arrays.binarySearch(axes, i) < 0) {
                kept[next++] = order[i];
            }
        }
        int[] sorted = Arrays.stream(kept).sorted().toArray();
        return Arrays.stream(kept).map(k -> Arrays.binarySearch(sorted, k)).toArray();
    }

    /// Constants with `width` numbers for each dimension: paddings, begins, sizes.
    private static @Nullable TransposedForm rows(Node node, Set<Integer> data, int[] order, GraphView view, int width) {
        boolean slice = node.code().builtin() == BuiltinOperator.SLICE;
        TransposedForm form = with(node, data, order, null);
        form.constants.add(null);
        for (int i = 1; i <= (slice ? 2 : 1); i++) {
            TensorSpec moved = movedRows(node, i, order, view, width);
            if (moved == null) {
                return null;
            }
            form.constants.add(moved);
        }
        return form;
    }

    private static @Nullable TensorSpec movedRows(Node node, int input, int[] order, GraphView view, int width) {
        int[] values = view.ints(node, input);
        if (values == null || values.length != width * order.length) {
            return null;
        }
        int[] moved = new int[values.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(values, width * i, moved, width * order[i], width);
        }
        TensorSpec old = view.input(node, input);
        return Constants.ints(old.name(), moved).withShape(old.shape());
    }

    private static @Nullable TransposedForm stridedSlice(Node node, Set<Integer> data, int[] order, GraphView view) {
        StridedSliceOptions o = node.options().as(StridedSliceOptions.class, StridedSliceOptions.DEFAULT);
        if (o.ellipsisMask() != 0 || o.newAxisMask() != 0 || o.shrinkAxisMask() != 0) {
            return null;
        }
        TransposedForm form = with(
                node, data, order, o.withBeginMask(bits(o.beginMask(), order)).withEndMask(bits(o.endMask(), order)));
        form.constants.add(null);
        for (int i = 1; i <= 3; i++) {
            TensorSpec moved = movedRows(node, i, order, view, 1);
            if (moved == null) {
                return null;
            }
            form.constants.add(moved);
        }
        return form;
    }

    private static int bits(int mask, int[] order) {
        int moved = 0;
        for (int i = 0; i < order.length; i++) {
            moved |= (mask >> i & 1) << order[i];
        }
        return moved;
    }

    private static @Nullable TransposedForm gather(Node node, Set<Integer> data, int[] order, GraphView view) {
        GatherOptions options = node.options().as(GatherOptions.class, GatherOptions.DEFAULT);
        boolean line = view.input(node, 1).declaredShape().rank() == 1 && options.batchDims() == 0;
        return line ? with(node, data, order, options.withAxis(axis(options.axis(), order))) : null;
    }

    private static @Nullable TransposedForm split(Node node, Set<Integer> data, int[] order, GraphView view) {
        int[] axis = view.ints(node, 0);
        if (axis == null || axis.length != 1) {
            return null;
        }
        TransposedForm form = with(node, data, order, null);
        TensorSpec old = view.input(node, 0);
        form.constants.add(Constants.ints(old.name(), axis(axis[0], order)).withShape(old.shape()));
        return form;
    }
}
