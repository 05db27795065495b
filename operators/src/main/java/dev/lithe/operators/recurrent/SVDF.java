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
import dev.lithe.schema.SVDFOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SVDF: a fully connected layer over the last inputs, as filters of rank 1 over depth and time. Input
/// `[batch, depth]`, feature weights `[filters, depth]`, time weights `[filters, memory]`, bias `[units]` and the state
/// `[batch, filters * memory]`, a variable; `rank` filters make one unit.
///
/// @param asymmetricQuantizeInputs for float inputs with 8-bit weights: quantize inputs between their minimum and
///   maximum instead of symmetrically
public record SVDF(int rank, ActivationFunctionType activation, boolean asymmetricQuantizeInputs)
        implements RecurrentOperator {
    private static final int STATE = 4;
    private static final int HYBRID_ASYMMETRIC_VERSION = 4;

    public static final Definition<SVDF> DEFINITION = Definition.of(SVDF.class, BuiltinOperator.SVDF)
            .options(
                    node -> of(node.options().as(SVDFOptions.class, SVDFOptions.DEFAULT)),
                    op -> Options.of(new SVDFOptions(op.rank, op.activation, op.asymmetricQuantizeInputs)))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8),
                    Operand.of("feature weights", LSTMTypes.WEIGHTS),
                    Operand.of("time weights", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of("bias", TensorType.FLOAT32, TensorType.INT32).asOptional(),
                    Operand.of("state", TensorType.FLOAT32, TensorType.INT8, TensorType.INT16))
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.INT8))
            .shapes(SVDF::shapes)
            .quantization(QuantizationRule.unsupported())
            .versions(SVDF::version)
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.2.0")
            .runtime(HYBRID_ASYMMETRIC_VERSION, "2.3.0")
            .tolerance(Cells.TOLERANCE)
            .reference(SVDFReference::prepare);

    private static SVDF of(SVDFOptions options) {
        return new SVDF(options.rank(), options.fusedActivationFunction(), options.asymmetricQuantizeInputs());
    }

    private static List<Shape> shapes(SVDF op, ShapeContext c) {
        Shape input = matrix(c, 0, "input");
        Shape features = matrix(c, 1, "feature weights");
        Shape time = matrix(c, 2, "time weights");
        Shape state = matrix(c, STATE, "state");
        int filters = features.dimension(0);
        if (op.rank <= 0 || filters != Shape.UNKNOWN && filters % op.rank != 0) {
            throw new ShapeException(filters + " filters do not divide into units of rank " + op.rank);
        }
        require(input.dimension(1), features.dimension(1), "depth of the feature weights");
        require(filters, time.dimension(0), "number of time weights");
        require(input.dimension(0), state.dimension(0), "batch of the state");
        int units = filters == Shape.UNKNOWN ? Shape.UNKNOWN : filters / op.rank;
        if (c.hasInput(3)) {
            require(units, c.input(3).rank() == 1 ? c.input(3).dimension(0) : -2, "size of the bias");
        }
        if (filters != Shape.UNKNOWN && time.dimension(1) != Shape.UNKNOWN) {
            require(Math.multiplyExact(filters, time.dimension(1)), state.dimension(1), "size of the state");
        }
        return List.of(Shape.of(input.dimension(0), units));
    }

    private static Shape matrix(ShapeContext c, int index, String what) {
        if (c.input(index).rank() != 2) {
            throw new ShapeException("the " + what + " needs two dimensions, not " + c.input(index));
        }
        return c.input(index);
    }

    private static void require(int expected, int actual, String what) {
        if (!LSTMShapes.fits(expected, actual)) {
            throw new ShapeException("the " + what + " is " + actual + ", not " + expected);
        }
    }

    private static int version(SVDF op, NodeView node) {
        if (node.input(0).type() == TensorType.INT8) {
            return 3;
        }
        int version = Cells.version(node, 1, op.asymmetricQuantizeInputs);
        return version == 3 ? HYBRID_ASYMMETRIC_VERSION : version;
    }
}
