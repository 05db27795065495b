package dev.lithe.transforms;

import dev.lithe.graph.Model;
import dev.lithe.transforms.internal.DelayReshape;
import dev.lithe.transforms.internal.DivideToMultiply;
import dev.lithe.transforms.internal.DropBroadcasts;
import dev.lithe.transforms.internal.FoldAdd;
import dev.lithe.transforms.internal.FoldConstants;
import dev.lithe.transforms.internal.FoldIntoFollowing;
import dev.lithe.transforms.internal.FoldMultiply;
import dev.lithe.transforms.internal.FoldMultiplyBelowBias;
import dev.lithe.transforms.internal.FoldPadding;
import dev.lithe.transforms.internal.FuseActivation;
import dev.lithe.transforms.internal.FuseLstm;
import dev.lithe.transforms.internal.MatmulToFullyConnected;
import dev.lithe.transforms.internal.MergeEqualConstants;
import dev.lithe.transforms.internal.MergeEqualNodes;
import dev.lithe.transforms.internal.MergeReshapes;
import dev.lithe.transforms.internal.MergeTransposes;
import dev.lithe.transforms.internal.RecognizeClamps;
import dev.lithe.transforms.internal.RecognizeElu;
import dev.lithe.transforms.internal.RecognizeGelu;
import dev.lithe.transforms.internal.RecognizeHardSwish;
import dev.lithe.transforms.internal.RecognizeL2Normalization;
import dev.lithe.transforms.internal.RecognizeLeakyRelu;
import dev.lithe.transforms.internal.RecognizeLogistic;
import dev.lithe.transforms.internal.RecognizePrelu;
import dev.lithe.transforms.internal.RecognizeSoftmax;
import dev.lithe.transforms.internal.RecognizeSquaredDifference;
import dev.lithe.transforms.internal.RegroupNormalization;
import dev.lithe.transforms.internal.RemoveDeadCode;
import dev.lithe.transforms.internal.RemoveFullSlices;
import dev.lithe.transforms.internal.RemoveIdentities;
import dev.lithe.transforms.internal.RemoveNegations;
import dev.lithe.transforms.internal.RemoveRectifiers;
import dev.lithe.transforms.internal.RemoveUnusedSubgraphs;
import dev.lithe.transforms.internal.RemoveZeroProducts;
import dev.lithe.transforms.internal.ReshapeAroundDense;
import dev.lithe.transforms.internal.ShapeToReshape;
import dev.lithe.transforms.internal.ShortConstantNames;
import dev.lithe.transforms.internal.ShrinkUniformOperands;
import dev.lithe.transforms.internal.SimplifyPowers;
import dev.lithe.transforms.internal.SinkTransposes;
import dev.lithe.transforms.internal.SpellOutBroadcast;
import dev.lithe.transforms.internal.TransposeIntoDense;
import dev.lithe.transforms.internal.TransposeIntoMatmul;
import dev.lithe.transforms.internal.TransposeToReshape;
import dev.lithe.transforms.internal.UniqueNames;
import java.util.List;
import java.util.stream.Stream;

/// Passes in order: a list that is repeated until nothing changes any more, and one that closes.
public final class FloatPipeline implements Pass {
    /// More rounds than any real graph needs; each one folds every chain of operators by at least one.
    private static final int ROUNDS = 50;

    private final List<Pass> repeated;
    private final List<Pass> closing;

    private FloatPipeline(List<Pass> repeated, List<Pass> closing) {
        this.repeated = List.copyOf(repeated);
        this.closing = List.copyOf(closing);
    }

    /// What TensorFlow's converter does to a float graph before it quantizes: constants folded,
    /// batch normalization and biases folded into the convolution, depthwise convolution or dense
    /// layer before them, activations fused, padding absorbed, reshapes in one form, dead code
    /// removed. Where floats are computed they are in single precision and in TensorFlow's order.
    /// Tensors that stand for several nodes have their names joined by `;`, as TensorFlow has it.
    public static FloatPipeline standard() {
        return new FloatPipeline(
                List.of(
                        new RemoveIdentities(),
                        new FoldConstants(),
                        new RemoveFullSlices(),
                        new ShrinkUniformOperands(),
                        new DropBroadcasts(),
                        new RecognizeClamps(),
                        new RecognizeHardSwish(),
                        new RecognizeGelu(),
                        new RecognizeLeakyRelu(),
                        new RecognizePrelu(),
                        new RecognizeElu(),
                        new RecognizeLogistic(),
                        new RecognizeSoftmax(),
                        new RecognizeL2Normalization(),
                        new RecognizeSquaredDifference(),
                        new RegroupNormalization(),
                        new SimplifyPowers(),
                        new RemoveNegations(),
                        new RemoveRectifiers(),
                        new RemoveZeroProducts(),
                        new MergeTransposes(),
                        new SinkTransposes(),
                        new TransposeIntoMatmul(),
                        new MatmulToFullyConnected(),
                        new TransposeIntoDense(),
                        new TransposeToReshape(),
                        new ShapeToReshape(),
                        new MergeReshapes(),
                        new ReshapeAroundDense(),
                        new DelayReshape(),
                        new FuseActivation(),
                        new FoldMultiplyBelowBias(),
                        new FoldPadding(),
                        new FoldAdd(),
                        new FoldMultiply(),
                        new DivideToMultiply(),
                        new FoldIntoFollowing(),
                        new SpellOutBroadcast(),
                        MergeEqualConstants.integers(),
                        new MergeEqualNodes(),
                        new RemoveDeadCode()),
                List.of(new UniqueNames()));
    }

    /// [#standard()] for a graph that does not come from a file of its own format: there are no names of constants yet
    /// that anybody knows, so they get short ones. Loops that are an LSTM become the operator for it.
    public static FloatPipeline imported() {
        List<Pass> repeated = Stream.concat(
                        standard().repeated.stream(), Stream.of(new FuseLstm(), new RemoveUnusedSubgraphs()))
                .toList();
        return new FloatPipeline(repeated, List.of(new UniqueNames(), new ShortConstantNames()));
    }

    /// All passes, for tests that check the graph after each.
    public List<Pass> passes() {
        return Stream.concat(repeated.stream(), closing.stream()).toList();
    }

    @Override
    public String name() {
        return "prepare the float graph";
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a pass without effect gives its input back
    public Model apply(Model model) {
        Model current = model;
        for (int round = 0; round < ROUNDS; round++) {
            Model before = current;
            for (Pass pass : repeated) {
                current = pass.apply(current);
            }
            if (current == before) {
                break;
            }
        }
        for (Pass pass : closing) {
            current = pass.apply(current);
        }
        return current;
    }
}
