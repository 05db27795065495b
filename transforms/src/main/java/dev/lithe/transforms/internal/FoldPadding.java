package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Padding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes a PAD with zeros into the convolution behind it, where SAME padding comes to the same: as
/// many output elements, and as many zeros in front. (Zeros behind that no window reaches do not
/// matter.)
public final class FoldPadding extends PatternPass {
    @Override
    public String name() {
        return "fold padding";
    }

    /// How a convolution's window moves, height first.
    private record Window(Padding padding, Ints strides, Ints dilations) {}

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        Window window = window(node);
        Node pad = node.inputs().isEmpty() ? null : view.producer(node.input(0));
        if (window == null
                || window.padding != Padding.VALID
                || pad == null
                || pad.code().builtin() != BuiltinOperator.PAD
                || !view.input(pad, 1).isConstant()
                || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        if (!isSame(window, view.input(pad, 0).declaredShape(), view.input(node, 1), paddings(view.input(pad, 1)))) {
            return null;
        }
        List<TensorId> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, pad.input(0));
        Node folded = node.withInputs(inputs).withOptions(Options.of(withSame(node)));
        boolean alone = view.hasSingleUse(node.input(0));
        return patch -> {
            patch.replace(node.id(), folded);
            if (alone) {
                patch.remove(pad.id());
            }
            TensorSpec result = view.output(node);
            if (!view.isOutput(result.id())) {
                patch.setTensor(result.withName(Names.join(
                        result.name(),
                        view.input(pad, 1).name(),
                        view.output(pad).name())));
            }
        };
    }

    private static int[] paddings(TensorSpec spec) {
        return ShapeValues.of(Constants.tensor(spec));
    }

    private static boolean isSame(Window window, Shape input, TensorSpec filter, int[] paddings) {
        if (paddings.length != 8 || input.rank() != 4) {
            return false;
        }
        for (int dimension : new int[] {0, 3}) {
            if (paddings[2 * dimension] != 0 || paddings[2 * dimension + 1] != 0) {
                return false;
            }
        }
        for (int i = 0; i < 2; i++) {
            int size = input.dimension(i + 1);
            if (size == Shape.UNKNOWN) {
                return false;
            }
            int before = paddings[2 * i + 2];
            int after = paddings[2 * i + 3];
            int length = filter.shape().dimension(i + 1);
            SpatialPadding same =
                    SpatialPadding.of(Padding.SAME, size, length, window.strides.get(i), window.dilations.get(i));
            int padded = SpatialPadding.outputSize(
                    Padding.VALID, size + before + after, length, window.strides.get(i), window.dilations.get(i));
            if (padded != same.outputSize() || before != same.before()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Window window(Node node) {
        return switch (node.code().builtin()) {
            case CONV_2D -> {
                Conv2DOptions o = node.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT);
                yield new Window(
                        o.padding(),
                        Ints.of(o.strideH(), o.strideW()),
                        Ints.of(o.dilationHFactor(), o.dilationWFactor()));
            }
            case DEPTHWISE_CONV_2D -> {
                DepthwiseConv2DOptions o =
                        node.options().as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT);
                yield new Window(
                        o.padding(),
                        Ints.of(o.strideH(), o.strideW()),
                        Ints.of(o.dilationHFactor(), o.dilationWFactor()));
            }
            default -> null;
        };
    }

    private static OperatorOptions withSame(Node node) {
        if (node.code().builtin() == BuiltinOperator.CONV_2D) {
            Conv2DOptions o = node.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT);
            return new Conv2DOptions(
                    Padding.SAME,
                    o.strideW(),
                    o.strideH(),
                    o.fusedActivationFunction(),
                    o.dilationWFactor(),
                    o.dilationHFactor(),
                    o.quantizedBiasType());
        }
        DepthwiseConv2DOptions o = node.options().as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT);
        return new DepthwiseConv2DOptions(
                Padding.SAME,
                o.strideW(),
                o.strideH(),
                o.depthMultiplier(),
                o.fusedActivationFunction(),
                o.dilationWFactor(),
                o.dilationHFactor());
    }
}
