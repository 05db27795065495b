package dev.lithe.operators.recurrent;

import static dev.lithe.operators.support.FixedPoint.roundingDivideByPowerOfTwo;
import static dev.lithe.operators.support.FixedPoint.saturatingRoundingDoublingHighMul;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// The BASIC kernel of LSTM, in floats or with 8-bit activations and weights and a 16-bit state. The weights' rows are
/// those of the input gate, the cell gate, the forget gate and the output gate.
///
/// Output and state go back to the previous output and state where those are variables.
final class LSTMBasic {
    private static final int PREVIOUS_OUTPUT = 1;
    private static final int WEIGHTS = 2;
    private static final int BIAS = 3;
    private static final int PREVIOUS_STATE = 4;
    private static final int INPUTS = 5;
    private static final int STATE = 1;
    private static final int JOINED = 2;
    private static final int GATES = 3;
    private static final int OUTPUTS = 4;
    private static final float STATE_SCALE = 1f / 2048;
    private static final int ZERO = 128;
    private static final TensorType F = TensorType.FLOAT32;
    private static final TensorType U8 = TensorType.UINT8;
    private static final TensorType I16 = TensorType.INT16;
    private static final List<TensorType> FLOATS = List.of(F, F, F, F, F, F, F, F, F);
    private static final List<TensorType> INTEGERS = List.of(U8, U8, U8, TensorType.INT32, I16, U8, I16, U8, I16);

    private LSTMBasic() {}

    static List<Shape> shapes(ShapeContext c) {
        for (int i = 0; i < INPUTS; i++) {
            if (!c.hasInput(i)) {
                throw new ShapeException("input " + i + " of the basic kernel is missing");
            }
        }
        if (c.outputCount() != OUTPUTS || c.input(PREVIOUS_OUTPUT).rank() != 2) {
            throw new ShapeException("the basic kernel has four outputs, and a previous output of two dimensions");
        }
        int batch = c.input(0).dimension(0);
        int cells = c.input(PREVIOUS_OUTPUT).dimension(1);
        boolean known = cells != Shape.UNKNOWN && c.input(0).dimension(1) != Shape.UNKNOWN;
        int joined = known ? Math.addExact(c.input(0).dimension(1), cells) : Shape.UNKNOWN;
        int gates = cells == Shape.UNKNOWN ? Shape.UNKNOWN : Math.multiplyExact(4, cells);
        RNNKernels.require(c, PREVIOUS_OUTPUT, batch, cells);
        RNNKernels.require(c, WEIGHTS, gates, joined);
        RNNKernels.require(c, BIAS, gates);
        RNNKernels.require(c, PREVIOUS_STATE, batch, cells);
        return List.of(Shape.of(batch, cells), Shape.of(batch, cells), Shape.of(batch, joined), Shape.of(batch, gates));
    }

    static Kernel prepare(KernelSetup setup) {
        TensorType[] types = new TensorType[INPUTS + OUTPUTS];
        Arrays.setAll(
                types,
                i -> i < INPUTS
                        ? setup.input(i).type()
                        : setup.output(i - INPUTS).type());
        boolean keeps = setup.input(PREVIOUS_OUTPUT).variable()
                && setup.input(PREVIOUS_STATE).variable();
        if (List.of(types).equals(FLOATS)) {
            return context -> {
                runFloat(context);
                keep(context, keeps);
            };
        }
        if (!List.of(types).equals(INTEGERS)) {
            throw new UnsupportedException(
                    "LQ0323",
                    Location.operator(null, -1, -1, "LSTM", setup.output(0).name()),
                    "the basic kernel takes " + FLOATS + " or " + INTEGERS + ", not " + List.of(types),
                    "convert the model again.");
        }
        if (setup.output(STATE).quantization().scale() != STATE_SCALE) {
            throw new IllegalArgumentException("the state's scale is " + STATE_SCALE + " in the basic kernel");
        }
        Multiplier multiplier =
                Multiplier.of(4096.0 * setup.input(BIAS).quantization().scale());
        int zeroPoint = setup.input(WEIGHTS).quantization().zeroPoint();
        return context -> {
            runInteger(context, multiplier, zeroPoint);
            keep(context, keeps);
        };
    }

    private static void keep(KernelContext context, boolean keeps) {
        if (keeps) {
            copy(context.output(0), context.input(PREVIOUS_OUTPUT));
            copy(context.output(STATE), context.input(PREVIOUS_STATE));
        }
    }

    private static void copy(Tensor from, Tensor to) {
        System.arraycopy(from.array(), 0, to.array(), 0, from.elementCount());
    }

    /// Puts input and previous output side by side.
    private static Tensor join(KernelContext context) {
        Tensor joined = context.output(JOINED);
        int depth = context.input(0).shape().dimension(1);
        int cells = context.input(PREVIOUS_OUTPUT).shape().dimension(1);
        for (int b = 0; b < joined.shape().dimension(0); b++) {
            int at = b * (depth + cells);
            System.arraycopy(context.input(0).array(), b * depth, joined.array(), at, depth);
            System.arraycopy(context.input(PREVIOUS_OUTPUT).array(), b * cells, joined.array(), at + depth, cells);
        }
        return joined;
    }

    private static void runFloat(KernelContext context) {
        Row[] rows = LSTMKernels.rows(join(context), Row.Mode.FLOAT);
        WeightMatrix weights = WeightMatrix.of(context.input(WEIGHTS));
        int count = context.input(BIAS).elementCount();
        int cells = count / 4;
        float[] gates = new float[count];
        for (int b = 0; b < rows.length; b++) {
            System.arraycopy(context.input(BIAS).floats(), 0, gates, 0, count);
            weights.accumulate(gates, rows[b]);
            System.arraycopy(gates, 0, context.output(GATES).floats(), b * count, count);
            for (int c = 0; c < cells; c++) {
                int at = b * cells + c;
                float added = Activations.logistic(gates[c]) * (float) Math.tanh(gates[cells + c]);
                float forget = Activations.logistic(gates[2 * cells + c]);
                float state = added + forget * context.input(PREVIOUS_STATE).floats()[at];
                context.output(STATE).floats()[at] = state;
                context.output(0).floats()[at] = Activations.logistic(gates[3 * cells + c]) * (float) Math.tanh(state);
            }
        }
    }

    private static void runInteger(KernelContext context, Multiplier multiplier, int zeroPoint) {
        byte[] joined = join(context).bytes();
        byte[] weights = context.input(WEIGHTS).bytes();
        int count = context.input(BIAS).elementCount();
        int depth = context.output(JOINED).shape().dimension(1);
        int cells = count / 4;
        short[] gates = context.output(GATES).shorts();
        for (int b = 0; b < context.input(0).shape().dimension(0); b++) {
            for (int g = 0; g < count; g++) {
                int sum = context.input(BIAS).ints()[g];
                for (int d = 0; d < depth; d++) {
                    sum += ((joined[b * depth + d] & 0xFF) - ZERO) * ((weights[g * depth + d] & 0xFF) - zeroPoint);
                }
                gates[b * count + g] = (short) FixedPoint16.saturate(scale(sum, multiplier));
            }
            for (int c = 0; c < cells; c++) {
                step(context, gates, b * count + c, cells, b * cells + c);
            }
        }
    }

    private static void step(KernelContext context, short[] gates, int gate, int cells, int at) {
        int input = FixedPoint16.logistic(gates[gate]);
        int added = FixedPoint16.tanh(gates[gate + cells], 3);
        int forget = FixedPoint16.logistic(gates[gate + 2 * cells]);
        int output = FixedPoint16.logistic(gates[gate + 3 * cells]);
        int previous = context.input(PREVIOUS_STATE).shorts()[at];
        // The state has 4 integer bits, products of gates none, and tanh takes 3.
        int product = roundingDivideByPowerOfTwo(multiply(input, added), 4);
        int state = FixedPoint16.saturate(product + multiply(forget, previous));
        int active = FixedPoint16.tanh(FixedPoint16.saturate(state << 1), 3);
        int stored = roundingDivideByPowerOfTwo(multiply(output, active), 8);
        context.output(STATE).shorts()[at] = (short) state;
        context.output(0).bytes()[at] = (byte) (ZERO + Math.max(-ZERO, Math.min(ZERO - 1, stored)));
    }

    /// Rounded twice, the second time with halves upwards, as the library for matrix products does it that LiteRT
    /// calls here (on x86 processors).
    private static int scale(int sum, Multiplier multiplier) {
        int left = Math.max(multiplier.shift(), 0);
        int right = Math.max(-multiplier.shift(), 0);
        int product = saturatingRoundingDoublingHighMul(sum << left, multiplier.value());
        return right == 0 ? product : (int) (((long) product + (1L << (right - 1))) >> right);
    }

    private static int multiply(int a, int b) {
        return saturatingRoundingDoublingHighMul((short) a, (short) b);
    }
}
