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
import dev.lithe.operators.support.WeightedTypes.Arithmetic;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BidirectionalSequenceLSTMOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// BIDIRECTIONAL_SEQUENCE_LSTM: sequences through two LSTM cells, one forward and one backward in time. Output and cell
/// states are variables.
///
/// A second input with weights of its own goes into both cells; without weights it is what the backward cell reads in
/// place of the first. See [UnidirectionalSequenceLSTM] for the parts of a cell.
///
/// @param mergeOutputs whether both outputs lie side by side in one tensor
public record BidirectionalSequenceLSTM(
        ActivationFunctionType activation,
        float cellClip,
        float projectionClip,
        boolean mergeOutputs,
        boolean timeMajor,
        boolean asymmetricQuantizeInputs)
        implements RecurrentOperator {
    private static final String NAME = "BIDIRECTIONAL_SEQUENCE_LSTM";
    private static final int BACKWARD = 18;
    private static final int STATES = 35;
    private static final int AUX = 39;
    private static final int FORWARD_AUX_WEIGHTS = 40;
    private static final int BACKWARD_AUX_WEIGHTS = 44;

    public static final Definition<BidirectionalSequenceLSTM> DEFINITION = Definition.of(
                    BidirectionalSequenceLSTM.class, BuiltinOperator.BIDIRECTIONAL_SEQUENCE_LSTM)
            .options(
                    node -> of(node.options()
                            .as(BidirectionalSequenceLSTMOptions.class, BidirectionalSequenceLSTMOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(operands())
            .outputs(
                    Operand.of("forward y", TensorType.FLOAT32),
                    Operand.of("backward y", TensorType.FLOAT32).asOptional())
            .shapes(BidirectionalSequenceLSTM::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> Cells.version(node, 1, op.asymmetricQuantizeInputs))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.14.0")
            .tolerance(Cells.TOLERANCE)
            .reference(BidirectionalSequenceLSTM::prepare);

    private static BidirectionalSequenceLSTM of(BidirectionalSequenceLSTMOptions options) {
        return new BidirectionalSequenceLSTM(
                options.fusedActivationFunction(),
                options.cellClip(),
                options.projClip(),
                options.mergeOutputs(),
                options.timeMajor(),
                options.asymmetricQuantizeInputs());
    }

    private BidirectionalSequenceLSTMOptions toOptions() {
        return new BidirectionalSequenceLSTMOptions(
                activation, cellClip, projectionClip, mergeOutputs, timeMajor, asymmetricQuantizeInputs);
    }

    /// Both cells have the operands of a single one, up to its states; states and second input follow.
    private static Operand[] operands() {
        Operand[] single = LSTMTypes.single();
        Operand[] operands = new Operand[BACKWARD_AUX_WEIGHTS + LSTMOperands.GATES];
        operands[0] = Operand.of("x", TensorType.FLOAT32);
        for (int i = 1; i < BACKWARD; i++) {
            operands[i] = renamed("forward ", single[i]);
            operands[BACKWARD - 1 + i] = renamed("backward ", single[i]);
        }
        for (int i = 0; i < 4; i++) {
            String direction = i < 2 ? "forward " : "backward ";
            operands[STATES + i] =
                    Operand.of(direction + (i % 2 == 0 ? "output state" : "cell state"), TensorType.FLOAT32);
            operands[FORWARD_AUX_WEIGHTS + i] =
                    renamed("second forward ", single[1 + i]).asOptional();
            operands[BACKWARD_AUX_WEIGHTS + i] =
                    renamed("second backward ", single[1 + i]).asOptional();
        }
        operands[AUX] = Operand.of("second x", TensorType.FLOAT32).asOptional();
        return operands;
    }

    private static Operand renamed(String prefix, Operand operand) {
        return new Operand(prefix + operand.name(), operand.types(), operand.optional(), operand.variadic());
    }

    private static LSTMOperands forward(boolean stacked) {
        return new LSTMOperands(
                0, 1, 5, 9, 12, 16, 17, STATES, STATES + 1, -1, stacked ? AUX : -1, FORWARD_AUX_WEIGHTS);
    }

    /// @param second whether there is a second input
    private static LSTMOperands backward(boolean second, boolean stacked) {
        int x = second && !stacked ? AUX : 0;
        return new LSTMOperands(
                x, 18, 22, 26, 29, 33, 34, STATES + 2, STATES + 3, -1, stacked ? AUX : -1, BACKWARD_AUX_WEIGHTS);
    }

    private static boolean isStacked(ShapeContext c) {
        return c.hasInput(FORWARD_AUX_WEIGHTS + LSTMOperands.FORGET);
    }

    private static List<Shape> shapes(BidirectionalSequenceLSTM op, ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 3) {
            throw new ShapeException("the input is a sequence of three dimensions, not " + input);
        }
        boolean stacked = isStacked(c);
        if (stacked && !c.hasInput(AUX)) {
            throw new ShapeException("there are weights for a second input, but it is missing");
        }
        if (c.hasInput(AUX)) {
            int[] sizes = input.toArray();
            sizes[2] = stacked ? Shape.UNKNOWN : sizes[2];
            RNNKernels.require(c, AUX, sizes);
        }
        int batch = input.dimension(op.timeMajor ? 1 : 0);
        int forward = LSTMShapes.check(c, forward(stacked), input.dimension(2), batch);
        int backward = LSTMShapes.check(c, backward(c.hasInput(AUX), stacked), input.dimension(2), batch);
        return Cells.outputs(input, forward, backward, op.mergeOutputs, c.outputCount());
    }

    private static Kernel prepare(BidirectionalSequenceLSTM op, KernelSetup setup) {
        boolean stacked = setup.hasInput(FORWARD_AUX_WEIGHTS + LSTMOperands.FORGET);
        LSTMOperands forward = forward(stacked);
        LSTMOperands backward = backward(setup.hasInput(AUX), stacked);
        Arithmetic arithmetic = LSTMTypes.arithmetic(NAME, setup, forward.x(), forward.weights() + LSTMOperands.OUTPUT);
        for (LSTMOperands at : Arrays.asList(forward, backward)) {
            LSTMTypes.check(setup, at, arithmetic);
        }
        Row.Mode mode = arithmetic == Arithmetic.FLOAT ? Row.Mode.FLOAT : Row.Mode.hybrid(op.asymmetricQuantizeInputs);
        var settings = new LSTMFloat.Settings(op.activation, op.cellClip, op.projectionClip, mode);
        return context -> op.run(context, forward, backward, settings);
    }

    private void run(KernelContext context, LSTMOperands forward, LSTMOperands backward, LSTMFloat.Settings settings) {
        Shape shape = context.input(0).shape();
        int offset = mergeOutputs
                ? context.input(forward.recurrent() + LSTMOperands.OUTPUT)
                        .shape()
                        .dimension(-1)
                : 0;
        LSTMKernels.run(context, forward, settings, Sequence.of(shape, timeMajor, true), 0, 0);
        LSTMKernels.run(
                context, backward, settings, Sequence.of(shape, timeMajor, false), mergeOutputs ? 0 : 1, offset);
    }
}
