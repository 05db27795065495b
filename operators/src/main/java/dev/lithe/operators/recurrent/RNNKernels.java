package dev.lithe.operators.recurrent;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.WeightedTypes.Arithmetic;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The scalar kernel of plain recurrent cells, `state = activation(weights * x + recurrent * state + bias)`, in floats,
/// with weights in floats or (hybrid) in 8 bits.
final class RNNKernels {
    private RNNKernels() {}

    /// Where an operator has the operands of one cell; `aux` and `auxWeights` are -1 where there is no second input.
    record Operands(int x, int weights, int recurrent, int bias, int state, int aux, int auxWeights) {
        static final Operands SINGLE = new Operands(0, 1, 2, 3, 4, -1, -1);
    }

    /// The operands of the operators with one direction.
    static Operand[] single() {
        return new Operand[] {
            Operand.of("x", TensorType.FLOAT32),
            Operand.of("weights", LSTMTypes.WEIGHTS),
            Operand.of("recurrent weights", LSTMTypes.WEIGHTS),
            Operand.of("bias", TensorType.FLOAT32),
            Operand.of("state", TensorType.FLOAT32)
        };
    }

    /// Checks the types of one cell.
    ///
    /// @throws UnsupportedException where there is no kernel for them
    static Row.Mode mode(String operator, KernelSetup setup, Operands at, boolean asymmetric) {
        Arithmetic arithmetic = LSTMTypes.arithmetic(operator, setup, at.x(), at.weights());
        if (arithmetic == Arithmetic.INTEGER) {
            throw new UnsupportedException(
                    "LQ0323",
                    Location.operator(null, -1, -1, operator, setup.output(0).name()),
                    "there is no kernel for integers",
                    "leave this operator in float, or give it 8-bit weights only.");
        }
        boolean isFloat = arithmetic == Arithmetic.FLOAT;
        Set<TensorType> weights =
                isFloat ? EnumSet.of(TensorType.FLOAT32) : EnumSet.of(TensorType.INT8, TensorType.UINT8);
        LSTMTypes.require(setup, at.weights(), weights);
        LSTMTypes.require(setup, at.recurrent(), weights);
        LSTMTypes.require(setup, at.aux() < 0 ? -1 : at.auxWeights(), weights);
        LSTMTypes.requireVariable(setup, at.state());
        return isFloat ? Row.Mode.FLOAT : Row.Mode.hybrid(asymmetric);
    }

    /// @return the number of units
    static int checkShapes(ShapeContext c, Operands at, int depth, int batch) {
        int units = c.input(at.bias()).rank() == 1 ? c.input(at.bias()).dimension(0) : -2;
        require(c, at.bias(), units);
        require(c, at.weights(), units, depth);
        require(c, at.recurrent(), units, units);
        require(c, at.state(), batch, units);
        if (at.aux() >= 0) {
            require(c, at.auxWeights(), units, c.input(at.aux()).dimension(-1));
        }
        return units;
    }

    static void require(ShapeContext c, int index, int... sizes) {
        Shape shape = c.input(index);
        boolean fits = shape.rank() == sizes.length;
        for (int i = 0; fits && i < sizes.length; i++) {
            fits = LSTMShapes.fits(shape.dimension(i), sizes[i]);
        }
        if (!fits) {
            throw new ShapeException("input " + index + " has the shape " + shape + ", which does not fit the others");
        }
    }

    /// Runs a cell over sequences; its outputs go to output `output`, `offset` elements into each vector.
    static void run(
            KernelContext context,
            Operands at,
            ActivationFunctionType activation,
            Row.Mode mode,
            Sequence sequence,
            int output,
            int offset) {
        WeightMatrix weights = WeightMatrix.of(context.input(at.weights()));
        WeightMatrix recurrent = WeightMatrix.of(context.input(at.recurrent()));
        @Nullable WeightMatrix auxWeights = at.aux() < 0 ? null : WeightMatrix.of(context.input(at.auxWeights()));
        float[] bias = context.input(at.bias()).floats();
        float[] state = context.input(at.state()).floats();
        int units = context.input(at.bias()).elementCount();
        Row[] x = LSTMKernels.rows(context.input(at.x()), mode);
        Row[] aux = at.aux() < 0 ? new Row[0] : LSTMKernels.rows(context.input(at.aux()), mode);
        Tensor target = context.output(output);
        int stride = target.shape().dimension(-1);
        float[] values = target.floats();
        float[] sums = new float[units];
        sequence.run((batch, row) -> {
            System.arraycopy(bias, 0, sums, 0, units);
            weights.accumulate(sums, x[row]);
            if (auxWeights != null) {
                auxWeights.accumulate(sums, aux[row]);
            }
            recurrent.accumulate(sums, Row.of(state, batch * units, units, mode));
            Activations.apply(activation, sums, 0, units);
            System.arraycopy(sums, 0, state, batch * units, units);
            System.arraycopy(sums, 0, values, row * stride + offset, units);
        });
    }
}
