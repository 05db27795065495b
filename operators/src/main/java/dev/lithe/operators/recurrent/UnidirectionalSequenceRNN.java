package dev.lithe.operators.recurrent;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SequenceRNNOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// UNIDIRECTIONAL_SEQUENCE_RNN: sequences `[batch, time, depth]`, or `[time, batch, depth]` where `timeMajor`, through
/// one plain recurrent cell. The state is a variable.
///
/// @param asymmetricQuantizeInputs for 8-bit weights: quantize vectors between their minimum and maximum instead of
///   symmetrically
public record UnidirectionalSequenceRNN(
        boolean timeMajor, ActivationFunctionType activation, boolean asymmetricQuantizeInputs)
        implements RecurrentOperator {
    public static final Definition<UnidirectionalSequenceRNN> DEFINITION = Definition.of(
                    UnidirectionalSequenceRNN.class, BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_RNN)
            .options(
                    node -> of(node.options().as(SequenceRNNOptions.class, SequenceRNNOptions.DEFAULT)),
                    op -> Options.of(new SequenceRNNOptions(op.timeMajor, op.activation, op.asymmetricQuantizeInputs)))
            .inputs(RNNKernels.single())
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes(UnidirectionalSequenceRNN::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> Cells.version(node, 1, op.asymmetricQuantizeInputs))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Cells.TOLERANCE)
            .reference(UnidirectionalSequenceRNN::prepare);

    private static UnidirectionalSequenceRNN of(SequenceRNNOptions options) {
        return new UnidirectionalSequenceRNN(
                options.timeMajor(), options.fusedActivationFunction(), options.asymmetricQuantizeInputs());
    }

    private static List<Shape> shapes(UnidirectionalSequenceRNN op, ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 3) {
            throw new ShapeException("the input is a sequence of three dimensions, not " + input);
        }
        int batch = input.dimension(op.timeMajor ? 1 : 0);
        int units = RNNKernels.checkShapes(c, RNNKernels.Operands.SINGLE, input.dimension(2), batch);
        return List.of(input.withDimension(2, units));
    }

    private static Kernel prepare(UnidirectionalSequenceRNN op, KernelSetup setup) {
        RNNKernels.Operands at = RNNKernels.Operands.SINGLE;
        Row.Mode mode = RNNKernels.mode("UNIDIRECTIONAL_SEQUENCE_RNN", setup, at, op.asymmetricQuantizeInputs);
        return context -> RNNKernels.run(
                context, at, op.activation, mode, Sequence.of(context.input(0).shape(), op.timeMajor, true), 0, 0);
    }
}
