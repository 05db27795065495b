package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.Padding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folds a constant factor or term per channel into all affine operators that read the result:
///
///     W (x · k) + b = (W k) x + b      W (x + c) + b = W x + (b + W c)
///
/// Not where anybody else reads the result, and a term not before a convolution that pads, since the padding
/// is 0 before and would be `-c` after.
public final class FoldIntoFollowing extends PatternPass {
    private static final Set<BuiltinOperator> CODES =
            EnumSet.of(BuiltinOperator.MUL, BuiltinOperator.DIV, BuiltinOperator.ADD, BuiltinOperator.SUB);

    @Override
    public String name() {
        return "fold factors and terms into what follows";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (!CODES.contains(node.code().builtin())
                || !Algebra.isPlain(node)
                || !GraphView.isFloat(view.output(node))
                || view.isOutput(node.output(0))) {
            return null;
        }
        boolean commutes =
                node.code().builtin() == BuiltinOperator.MUL || node.code().builtin() == BuiltinOperator.ADD;
        Shape result = view.output(node).declaredShape();
        for (int constant = 1; constant >= (commutes ? 0 : 1); constant--) {
            TensorSpec x = view.input(node, 1 - constant);
            boolean fits = view.isFloatConstant(node, constant)
                    && !x.isConstant()
                    && result.rank() > 0
                    && x.declaredShape().equals(result)
                    && FloatConstants.isPerChannel(view.input(node, constant).shape(), result.dimension(-1));
            if (fits && allTake(node, result.dimension(-1), view)) {
                TensorSpec value = view.input(node, constant);
                return patch -> fold(node, x.id(), value, view, patch);
            }
        }
        return null;
    }

    private static boolean allTake(Node node, int channels, GraphView view) {
        List<Node> readers = view.consumers(node.output(0));
        boolean term = isTerm(node);
        return !readers.isEmpty()
                && readers.stream()
                        .allMatch(reader -> takes(reader, node.output(0), channels, view)
                                && (!term || !pads(reader))
                                && (!term || !reader.hasInput(2) || view.isFloatConstant(reader, 2)));
    }

    private static boolean isTerm(Node node) {
        return node.code().builtin() == BuiltinOperator.ADD || node.code().builtin() == BuiltinOperator.SUB;
    }

    private static boolean takes(Node reader, TensorId x, int channels, GraphView view) {
        if (!Affine.CODES.contains(reader.code().builtin())
                || !Affine.hasPlainWeights(reader)
                || !reader.input(0).equals(x)
                || reader.inputs().lastIndexOf(x) != 0
                || !view.isFloatConstant(reader, 1)) {
            return false;
        }
        Shape weights = view.input(reader, 1).shape();
        return reader.code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D
                ? weights.dimension(-1) % channels == 0
                : weights.dimension(-1) == channels;
    }

    private static boolean pads(Node reader) {
        return switch (reader.code().builtin()) {
            case CONV_2D ->
                reader.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT).padding() == Padding.SAME;
            case DEPTHWISE_CONV_2D ->
                reader.options()
                                .as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT)
                                .padding()
                        == Padding.SAME;
            default -> false;
        };
    }

    private static void fold(Node node, TensorId x, TensorSpec value, GraphView view, GraphPatch patch) {
        int channels = view.output(node).declaredShape().dimension(-1);
        for (Node reader : view.consumers(node.output(0))) {
            List<TensorId> inputs = new ArrayList<>(reader.inputs());
            inputs.set(0, x);
            if (isTerm(node)) {
                while (inputs.size() < 3) {
                    inputs.add(TensorId.NONE);
                }
                inputs.set(2, patch.addTensor(view.index(), bias(node, reader, value, channels, view)));
            } else {
                inputs.set(1, patch.addTensor(view.index(), weights(node, reader, value, channels, view)));
            }
            patch.replace(reader.id(), reader.withInputs(inputs));
        }
        patch.remove(node.id());
    }

    /// How many weights in a row belong to one input channel.
    private static int run(Node reader, TensorSpec weights, int channels) {
        return reader.code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D
                ? weights.shape().dimension(-1) / channels
                : 1;
    }

    private static TensorSpec weights(Node node, Node reader, TensorSpec factors, int channels, GraphView view) {
        TensorSpec weights = view.input(reader, 1);
        boolean divides = node.code().builtin() == BuiltinOperator.DIV;
        int run = run(reader, weights, channels);
        return FloatConstants.compute(
                "scale weights", weights.name(), weights.shape(), List.of(weights, factors), values -> {
                    float[] scaled = values.getFirst();
                    for (int i = 0; i < scaled.length; i++) {
                        float factor = FloatConstants.at(values.get(1), i / run % channels);
                        scaled[i] = divides ? scaled[i] / factor : scaled[i] * factor;
                    }
                    return scaled;
                });
    }

    private static TensorSpec bias(Node node, Node reader, TensorSpec terms, int channels, GraphView view) {
        TensorSpec weights = view.input(reader, 1);
        int outputs = Affine.channels(reader, view);
        boolean depthwise = reader.code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D;
        int sign = node.code().builtin() == BuiltinOperator.SUB ? -1 : 1;
        int run = run(reader, weights, channels);
        int perOutput = weights.shape().flatSize() / outputs;
        boolean fresh = !reader.hasInput(2);
        String name = fresh ? weights.name() + "/bias" : view.input(reader, 2).name();
        List<TensorSpec> sources = fresh ? List.of(weights, terms) : List.of(weights, terms, view.input(reader, 2));
        return FloatConstants.compute("bias", name, Shape.of(outputs), sources, values -> {
            float[] kernel = values.getFirst();
            double[] sums = new double[outputs];
            for (int i = 0; i < kernel.length; i++) {
                int output = depthwise ? i % outputs : i / perOutput;
                sums[output] += sign * (double) kernel[i] * FloatConstants.at(values.get(1), i / run % channels);
            }
            float[] bias = fresh ? new float[outputs] : values.get(2);
            for (int i = 0; i < outputs; i++) {
                bias[i] += (float) sums[i];
            }
            return bias;
        });
    }
}
