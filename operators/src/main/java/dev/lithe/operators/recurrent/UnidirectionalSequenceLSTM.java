package dev.lithe.operators.recurrent;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.UnidirectionalSequenceLSTMOptions;
import java.util.List;

/// UNIDIRECTIONAL_SEQUENCE_LSTM: sequences `[batch, time, depth]`, or `[time, batch, depth]` where `timeMajor`, through
/// one LSTM cell. Output and cell state are variables and last from run to run.
///
/// A cell without input gate weights couples that gate to the forget gate (CIFG); peepholes, projection and layer
/// normalization are there where their operands are.
///
/// Integer cells have INT8 activations and weights and 5 intermediate tensors. INT16 activations with INT8
/// weights (16x8) are for TensorFlow Lite Micro: LiteRT's CPU kernels refuse them, and so do these.
///
/// @param cellClip bound of the cell state's magnitude, 0 for none
/// @param projectionClip bound of the projection's magnitude, 0 for none
/// @param asymmetricQuantizeInputs for float inputs with 8-bit weights: quantize vectors between their minimum and
///   maximum instead of symmetrically
/// @param diagonalRecurrentTensors whether recurrent weights may be diagonals; they are where they have one dimension
public record UnidirectionalSequenceLSTM(
        ActivationFunctionType activation,
        float cellClip,
        float projectionClip,
        boolean timeMajor,
        boolean asymmetricQuantizeInputs,
        boolean diagonalRecurrentTensors)
        implements RecurrentOperator {
    private static final int DIAGONAL_VERSION = 4;

    public static final Definition<UnidirectionalSequenceLSTM> DEFINITION = Definition.of(
                    UnidirectionalSequenceLSTM.class, BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM)
            .options(
                    node -> of(node.options()
                            .as(UnidirectionalSequenceLSTMOptions.class, UnidirectionalSequenceLSTMOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(LSTMTypes.single())
            .outputs(Operand.of("y", LSTMTypes.ACTIVATIONS))
            .shapes(UnidirectionalSequenceLSTM::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions(UnidirectionalSequenceLSTM::version)
            .runtime(1, "1.13.1")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(DIAGONAL_VERSION, "2.12.0")
            .tolerance(Cells.TOLERANCE)
            .reference((op, setup) -> LSTMKernels.single(
                    "UNIDIRECTIONAL_SEQUENCE_LSTM",
                    op.activation,
                    op.cellClip,
                    op.projectionClip,
                    op.timeMajor,
                    op.asymmetricQuantizeInputs,
                    setup));

    private static UnidirectionalSequenceLSTM of(UnidirectionalSequenceLSTMOptions options) {
        return new UnidirectionalSequenceLSTM(
                options.fusedActivationFunction(),
                options.cellClip(),
                options.projClip(),
                options.timeMajor(),
                options.asymmetricQuantizeInputs(),
                options.diagonalRecurrentTensors());
    }

    private UnidirectionalSequenceLSTMOptions toOptions() {
        return new UnidirectionalSequenceLSTMOptions(
                activation, cellClip, projectionClip, timeMajor, asymmetricQuantizeInputs, diagonalRecurrentTensors);
    }

    private static List<Shape> shapes(UnidirectionalSequenceLSTM op, ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 3) {
            throw new ShapeException("the input is a sequence of three dimensions, not " + input);
        }
        int batch = input.dimension(op.timeMajor ? 1 : 0);
        int outputs = LSTMShapes.check(c, LSTMOperands.SINGLE, input.dimension(2), batch);
        return List.of(input.withDimension(2, outputs));
    }

    private static int version(UnidirectionalSequenceLSTM op, NodeView node) {
        return op.diagonalRecurrentTensors
                ? DIAGONAL_VERSION
                : Cells.version(node, LSTMOperands.SINGLE.weights() + 1, op.asymmetricQuantizeInputs);
    }
}
