package dev.lithe.operators.recurrent;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BidirectionalSequenceRNNOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;

/// BIDIRECTIONAL_SEQUENCE_RNN: sequences through two plain recurrent cells, one forward and one backward in time. The
/// states are variables.
///
/// A second input with weights of its own goes into both cells; without weights it is what the backward cell reads in
/// place of the first where sequences are time-major.
///
/// @param mergeOutputs whether both outputs lie side by side in one tensor
/// @param asymmetricQuantizeInputs for 8-bit weights: quantize vectors between their minimum and maximum instead of
///   symmetrically
public record BidirectionalSequenceRNN(
        boolean timeMajor, ActivationFunctionType activation, boolean mergeOutputs, boolean asymmetricQuantizeInputs)
        implements RecurrentOperator {
    private static final String NAME = "BIDIRECTIONAL_SEQUENCE_RNN";
    private static final int AUX = 9;
    private static final int FORWARD_AUX_WEIGHTS = 10;
    private static final int BACKWARD_AUX_WEIGHTS = 11;

    public static final Definition<BidirectionalSequenceRNN> DEFINITION = Definition.of(
                    BidirectionalSequenceRNN.class, BuiltinOperator.BIDIRECTIONAL_SEQUENCE_RNN)
            .options(
                    node -> of(node.options()
                            .as(BidirectionalSequenceRNNOptions.class, BidirectionalSequenceRNNOptions.DEFAULT)),
                    op -> Options.of(new BidirectionalSequenceRNNOptions(
                            op.timeMajor, op.activation, op.mergeOutputs, op.asymmetricQuantizeInputs)))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32),
                    Operand.of("forward weights", LSTMTypes.WEIGHTS),
                    Operand.of("forward recurrent weights", LSTMTypes.WEIGHTS),
                    Operand.of("forward bias", TensorType.FLOAT32),
                    Operand.of("forward state", TensorType.FLOAT32),
                    Operand.of("backward weights", LSTMTypes.WEIGHTS),
                    Operand.of("backward recurrent weights", LSTMTypes.WEIGHTS),
                    Operand.of("backward bias", TensorType.FLOAT32),
                    Operand.of("backward state", TensorType.FLOAT32),
                    Operand.of("second x", TensorType.FLOAT32).asOptional(),
                    Operand.of("second forward weights", LSTMTypes.WEIGHTS).asOptional(),
                    Operand.of("second backward weights", LSTMTypes.WEIGHTS).asOptional())
            .outputs(
                    Operand.of("forward y", TensorType.FLOAT32),
                    Operand.of("backward y", TensorType.FLOAT32).asOptional())
            .shapes(BidirectionalSequenceRNN::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> Cells.version(node, 1, op.asymmetricQuantizeInputs))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Cells.TOLERANCE)
            .reference(BidirectionalSequenceRNN::prepare);

    private static BidirectionalSequenceRNN of(BidirectionalSequenceRNNOptions options) {
        return new BidirectionalSequenceRNN(
                options.timeMajor(),
                options.fusedActivationFunction(),
                options.mergeOutputs(),
                options.asymmetricQuantizeInputs());
    }

    private static RNNKernels.Operands forward(boolean stacked) {
        return new RNNKernels.Operands(0, 1, 2, 3, 4, stacked ? AUX : -1, FORWARD_AUX_WEIGHTS);
    }

    /// LiteRT's kernel lets the backward cell read the second input in time-major sequences only.
    ///
    /// @param second whether there is a second input
    private RNNKernels.Operands backward(boolean second, boolean stacked) {
        int x = second && !stacked && timeMajor ? AUX : 0;
        return new RNNKernels.Operands(x, 5, 6, 7, 8, stacked ? AUX : -1, BACKWARD_AUX_WEIGHTS);
    }

    private static List<Shape> shapes(BidirectionalSequenceRNN op, ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 3) {
            throw new ShapeException("the input is a sequence of three dimensions, not " + input);
        }
        boolean stacked = c.hasInput(FORWARD_AUX_WEIGHTS);
        if (stacked != c.hasInput(BACKWARD_AUX_WEIGHTS) || stacked && !c.hasInput(AUX)) {
            throw new ShapeException("a second input needs weights for both directions");
        }
        if (c.hasInput(AUX)) {
            // LiteRT steps through it with the first input's depth in most of its kernels.
            RNNKernels.require(c, AUX, input.toArray());
        }
        int batch = input.dimension(op.timeMajor ? 1 : 0);
        int forward = RNNKernels.checkShapes(c, forward(stacked), input.dimension(2), batch);
        int backward = RNNKernels.checkShapes(c, op.backward(c.hasInput(AUX), stacked), input.dimension(2), batch);
        return Cells.outputs(input, forward, backward, op.mergeOutputs, c.outputCount());
    }

    private static Kernel prepare(BidirectionalSequenceRNN op, KernelSetup setup) {
        boolean stacked = setup.hasInput(FORWARD_AUX_WEIGHTS);
        RNNKernels.Operands forward = forward(stacked);
        RNNKernels.Operands backward = op.backward(setup.hasInput(AUX), stacked);
        Row.Mode mode = RNNKernels.mode(NAME, setup, forward, op.asymmetricQuantizeInputs);
        if (RNNKernels.mode(NAME, setup, backward, op.asymmetricQuantizeInputs) != mode) {
            throw new IllegalArgumentException("both directions need weights of one type");
        }
        return context -> op.run(context, forward, backward, mode);
    }

    private void run(KernelContext context, RNNKernels.Operands forward, RNNKernels.Operands backward, Row.Mode mode) {
        Shape shape = context.input(0).shape();
        Sequence ahead = Sequence.of(shape, timeMajor, true);
        Sequence back = Sequence.of(shape, timeMajor, false);
        int offset = mergeOutputs ? context.input(forward.bias()).elementCount() : 0;
        // LiteRT's hybrid kernel goes through time-major sequences once per step, its state carried on.
        int rounds = timeMajor && mode != Row.Mode.FLOAT ? ahead.time() : 1;
        for (int round = 0; round < rounds; round++) {
            RNNKernels.run(context, forward, activation, mode, ahead, 0, 0);
            RNNKernels.run(context, backward, activation, mode, back, mergeOutputs ? 0 : 1, offset);
        }
    }
}
