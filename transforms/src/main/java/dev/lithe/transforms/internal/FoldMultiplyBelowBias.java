package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folds the factor of a batch normalization into a CONV_2D whose bias is not folded yet: `(W x +
/// c) k = (W k) x + c k`, the addition of `c k` left in the multiplication's place.
///
/// [FoldMultiply] would do the same after the bias was folded. This pass does it in the order in
/// which TensorFlow does, for the sake of the names: the filter keeps that of the convolution.
public final class FoldMultiplyBelowBias extends PatternPass {
    private static final Set<BuiltinOperator> CONVOLUTION = EnumSet.of(BuiltinOperator.CONV_2D);
    private static final Set<BuiltinOperator> ADDITION = EnumSet.of(BuiltinOperator.ADD);
    private static final Set<BuiltinOperator> MULTIPLICATION = EnumSet.of(BuiltinOperator.MUL);

    @Override
    public String name() {
        return "fold batch normalization";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        BinaryConstant direct = BinaryConstant.match(node, view, MULTIPLICATION, CONVOLUTION);
        if (direct != null) {
            boolean plain =
                    Affine.activation(node) == ActivationFunctionType.NONE && hasZeroBias(direct.affine(), view);
            return plain && !view.isOutput(node.output(0)) ? patch -> intoFilter(direct, view, patch) : null;
        }
        if (node.code().builtin() != BuiltinOperator.MUL) {
            return null;
        }
        for (int constant = 1; constant >= 0; constant--) {
            Node add = view.soleProducer(node, 1 - constant, ADDITION);
            if (add != null && view.isFloatConstant(node, constant)) {
                return throughAddition(node, view.input(node, constant), add, view);
            }
        }
        return null;
    }

    private static boolean hasZeroBias(Node convolution, GraphView view) {
        if (!convolution.hasInput(2)) {
            return true;
        }
        for (float value : FloatConstants.values(view.input(convolution, 2))) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /// The convolution keeps its name, and writes what the multiplication wrote.
    private static void intoFilter(BinaryConstant found, GraphView view, GraphPatch patch) {
        Node convolution = found.affine();
        TensorSpec filter = view.input(convolution, 1);
        TensorId scaled = patch.addTensor(
                view.index(), FoldMultiply.scaleWeights(found.binary(), filter, found.value(), false, filter.name()));
        Node folded = convolution
                .withInputs(inputs(convolution, scaled))
                .withOutputs(found.binary().outputs());
        patch.remove(convolution.id()).replace(found.binary().id(), folded);
        patch.setTensor(
                view.output(found.binary()).withName(view.output(convolution).name()));
    }

    private static @Nullable Change throughAddition(Node multiply, TensorSpec factors, Node add, GraphView view) {
        BinaryConstant biased = BinaryConstant.match(add, view, ADDITION, CONVOLUTION);
        if (biased == null
                || Affine.activation(add) != ActivationFunctionType.NONE
                || !hasZeroBias(biased.affine(), view)
                || !FloatConstants.isPerChannel(factors.shape(), Affine.channels(biased.affine(), view))
                || !view.output(multiply)
                        .declaredShape()
                        .equals(view.output(add).declaredShape())) {
            return null;
        }
        return patch -> swap(multiply, factors, biased, view, patch);
    }

    private static void swap(
            Node multiply, TensorSpec factors, BinaryConstant biased, GraphView view, GraphPatch patch) {
        Node convolution = biased.affine();
        Node add = biased.binary();
        TensorSpec filter = view.input(convolution, 1);
        TensorSpec bias = biased.value();
        TensorSpec result = view.output(multiply);
        String own = view.isOutput(result.id()) ? factors.name() : result.name();
        String name = Names.join(own, bias.name(), view.output(add).name(), factors.name());
        TensorId scaledFilter = patch.addTensor(
                view.index(), FoldMultiply.scaleWeights(multiply, filter, factors, false, filter.name()));
        TensorId scaledBias = patch.addTensor(view.index(), product(factors, bias, name, convolution, view));
        patch.replace(convolution.id(), convolution.withInputs(inputs(convolution, scaledFilter)));
        ActivationFunctionType activation = Affine.activation(multiply);
        Node moved = activation == null ? add : Affine.withActivation(add, activation);
        patch.remove(add.id());
        patch.replace(
                multiply.id(),
                moved.withInputs(List.of(convolution.output(0), scaledBias)).withOutputs(multiply.outputs()));
        if (!view.isOutput(result.id())) {
            patch.setTensor(result.withName(name));
        }
    }

    private static TensorSpec product(
            TensorSpec factors, TensorSpec bias, String name, Node convolution, GraphView view) {
        Shape shape = Shape.of(Affine.channels(convolution, view));
        return FloatConstants.compute("scale bias", name, shape, List.of(bias, factors), values -> {
            float[] scaled = new float[shape.flatSize()];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = FloatConstants.at(values.getFirst(), i) * FloatConstants.at(values.get(1), i);
            }
            return scaled;
        });
    }

    private static List<TensorId> inputs(Node convolution, TensorId filter) {
        return convolution.hasInput(2)
                ? List.of(convolution.input(0), filter, convolution.input(2))
                : List.of(convolution.input(0), filter);
    }
}
