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
import dev.lithe.schema.RNNOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RNN: one step of a plain recurrent cell, input `[batch, depth]`. The state is a variable.
///
/// @param asymmetricQuantizeInputs for 8-bit weights: quantize vectors between their minimum and maximum instead of
///   symmetrically
public record RNN(ActivationFunctionType activation, boolean asymmetricQuantizeInputs) implements RecurrentOperator {
    public static final Definition<RNN> DEFINITION = Definition.of(RNN.class, BuiltinOperator.RNN)
            .options(
                    node -> of(node.options().as(RNNOptions.class, RNNOptions.DEFAULT)),
                    op -> Options.of(new RNNOptions(op.activation, op.asymmetricQuantizeInputs)))
            .inputs(RNNKernels.single())
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> shapes(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> Cells.version(node, 1, op.asymmetricQuantizeInputs))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Cells.TOLERANCE)
            .reference(RNN::prepare);

    private static RNN of(RNNOptions options) {
        return new RNN(options.fusedActivationFunction(), options.asymmetricQuantizeInputs());
    }

    private static List<Shape> shapes(ShapeContext c) {
        Shape input = c.input(0);
        if (input.rank() != 2) {
            throw new ShapeException("the input has two dimensions, not " + input);
        }
        int batch = input.dimension(0);
        return List.of(
                Shape.of(batch, RNNKernels.checkShapes(c, RNNKernels.Operands.SINGLE, input.dimension(1), batch)));
    }

    private static Kernel prepare(RNN op, KernelSetup setup) {
        RNNKernels.Operands at = RNNKernels.Operands.SINGLE;
        Row.Mode mode = RNNKernels.mode("RNN", setup, at, op.asymmetricQuantizeInputs);
        return context -> RNNKernels.run(
                context, at, op.activation, mode, Sequence.of(context.input(0).shape(), true, true), 0, 0);
    }
}
