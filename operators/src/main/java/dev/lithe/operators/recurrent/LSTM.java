package dev.lithe.operators.recurrent;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LSTMKernelType;
import dev.lithe.schema.LSTMOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// LSTM: one step of an LSTM cell, input `[batch, depth]`; see [UnidirectionalSequenceLSTM] for the parts of a cell.
///
/// The BASIC kernel is another operator under the same name: input, previous output, weights of all gates
/// `[4 * cells, depth + cells]`, bias and previous state; outputs are the output, the state and two work tensors.
///
/// Integer cells have INT8 activations and weights, and one of two arithmetics: with 5 intermediate tensors that of
/// [UnidirectionalSequenceLSTM], with 12 an older one that LiteRT has for coupled cells with layer normalization and a
/// projection with bias, without peepholes; others with 12 are refused, as LiteRT crashes on them or leaves parts out.
/// The older one takes tanh and the exponential function in single precision from the C library; ours are rounded from
/// double precision and differ in the last of 15 bits for one argument in a thousand at most. INT16 activations with
/// INT8 weights (16x8) are for TensorFlow Lite Micro: LiteRT's CPU kernels refuse them, and so do these.
///
/// @param cellClip bound of the cell state's magnitude, 0 for none
/// @param projectionClip bound of the projection's magnitude, 0 for none
/// @param asymmetricQuantizeInputs for float inputs with 8-bit weights: quantize vectors between their minimum and
///   maximum instead of symmetrically
public record LSTM(
        ActivationFunctionType activation,
        float cellClip,
        float projectionClip,
        LSTMKernelType kernelType,
        boolean asymmetricQuantizeInputs)
        implements RecurrentOperator {
    private static final TensorType[] BASIC = {TensorType.FLOAT32, TensorType.UINT8, TensorType.INT16};

    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16};

    public static final Definition<LSTM> DEFINITION = Definition.of(LSTM.class, BuiltinOperator.LSTM)
            .options(
                    node -> of(node.options().as(LSTMOptions.class, LSTMOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(operands())
            .outputs(
                    Operand.of("y", TYPES),
                    Operand.of("state", BASIC).asOptional(),
                    Operand.of("input and previous output", BASIC).asOptional(),
                    Operand.of("gates", BASIC).asOptional())
            .shapes(LSTM::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions(LSTM::version)
            .runtime(1, "1.7.0")
            .runtime(2, "1.10.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.3.0")
            .tolerance(Cells.TOLERANCE)
            .reference(LSTM::prepare);

    private static LSTM of(LSTMOptions options) {
        return new LSTM(
                options.fusedActivationFunction(),
                options.cellClip(),
                options.projClip(),
                options.kernelType(),
                options.asymmetricQuantizeInputs());
    }

    private LSTMOptions toOptions() {
        return new LSTMOptions(activation, cellClip, projectionClip, kernelType, asymmetricQuantizeInputs);
    }

    /// Those of the full kernel; what the basic one has in their places is checked when shapes are known.
    private static Operand[] operands() {
        Operand[] operands = LSTMTypes.single();
        operands[0] = Operand.of("x", TYPES);
        for (int i = 1; i < operands.length; i++) {
            operands[i] = Operand.of(operands[i].name(), LSTMTypes.VECTORS).asOptional();
        }
        return operands;
    }

    private static List<Shape> shapes(LSTM op, ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 2) {
            throw new ShapeException("the input has two dimensions, not " + input);
        }
        int batch = input.dimension(0);
        if (op.kernelType == LSTMKernelType.BASIC) {
            return LSTMBasic.shapes(c);
        }
        if (c.outputCount() != 1) {
            throw new ShapeException("the full kernel has one output, not " + c.outputCount());
        }
        return List.of(Shape.of(batch, LSTMShapes.check(c, LSTMOperands.SINGLE, input.dimension(1), batch)));
    }

    private static Kernel prepare(LSTM op, KernelSetup setup) {
        return switch (op.kernelType) {
            case FULL ->
                LSTMKernels.single(
                        "LSTM",
                        op.activation,
                        op.cellClip,
                        op.projectionClip,
                        true,
                        op.asymmetricQuantizeInputs,
                        setup);
            case BASIC -> LSTMBasic.prepare(setup);
        };
    }

    private static int version(LSTM op, NodeView node) {
        if (op.kernelType == LSTMKernelType.BASIC) {
            return 2;
        }
        int version = Cells.version(node, LSTMOperands.SINGLE.weights() + 1, op.asymmetricQuantizeInputs);
        return version == 1 ? 1 : version + 1;
    }
}
