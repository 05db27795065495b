package dev.lithe.operators.recurrent;

import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import java.util.Objects;

/// One run of an LSTM cell in the older integer arithmetic, which has 12 intermediates: products of inputs and weights
/// are rounded to 8 bits before they are added, layer normalization and activations are computed in single precision.
/// The input gate is coupled to the forget gate; there are layer normalization and a projection.
final class LSTMByteInteger {
    private static final int ONE = Short.MAX_VALUE;
    private static final float Q12 = 1f / 4096;
    private static final float Q15 = 1f / 32768;
    private static final float BIAS_SCALE = 1f / 1024;
    private static final float NO_VARIANCE = 1e-8f;

    private record Gate(
            byte[] weights, byte[] recurrent, short[] coefficients, int[] bias, LSTMByteScales.Gate scales) {}

    private final LSTMByteScales scales;
    private final Gate forgetGate;
    private final Gate cellGate;
    private final Gate outputGate;
    private final byte[] projection;
    private final int[] projectionBias;
    private final byte[] outputState;
    private final short[] cellState;
    private final int depth;
    private final int cells;
    private final int outputs;
    private final int[] forget;
    private final int[] cell;
    private final int[] out;

    LSTMByteInteger(KernelContext context, LSTMOperands at, LSTMByteScales scales) {
        this.scales = scales;
        this.depth = context.input(at.x()).shape().dimension(-1);
        this.cells = context.input(at.weights() + LSTMOperands.OUTPUT).shape().dimension(0);
        this.outputs =
                context.input(at.recurrent() + LSTMOperands.OUTPUT).shape().dimension(1);
        this.forgetGate = gate(context, at, LSTMOperands.FORGET);
        this.cellGate = gate(context, at, LSTMOperands.CELL);
        this.outputGate = gate(context, at, LSTMOperands.OUTPUT);
        this.projection = context.input(at.projection()).bytes();
        this.projectionBias = context.input(at.projectionBias()).ints();
        this.outputState = context.input(at.outputState()).bytes();
        this.cellState = context.input(at.cellState()).shorts();
        this.forget = new int[cells];
        this.cell = new int[cells];
        this.out = new int[cells];
    }

    private Gate gate(KernelContext context, LSTMOperands at, int gate) {
        return new Gate(
                context.input(at.weights() + gate).bytes(),
                context.input(at.recurrent() + gate).bytes(),
                context.input(at.layerNorm() + gate).shorts(),
                context.input(at.bias() + gate).ints(),
                Objects.requireNonNull(scales.gates()[gate]));
    }

    /// One step of sequence `sequence`; the output goes to `target` as well as to the output state.
    void step(byte[] x, int xAt, int sequence, byte[] target, int targetAt) {
        int stateAt = sequence * outputs;
        int cellAt = sequence * cells;
        sum(forgetGate, x, xAt, stateAt, forget);
        sum(cellGate, x, xAt, stateAt, cell);
        sum(outputGate, x, xAt, stateAt, out);
        for (int i = 0; i < cells; i++) {
            int kept = logistic(forget[i]);
            int update = tanh(cell[i] * Q12);
            int state = FixedPoint16.saturate(product(kept, cellState[cellAt + i]) + product(ONE - kept, update));
            int clip = scales.cellClip();
            cellState[cellAt + i] = (short) (clip > 0 ? Math.clamp(state, -clip, clip) : state);
            out[i] = product(logistic(out[i]), tanh(cellState[cellAt + i] * Q15));
        }
        project(stateAt);
        System.arraycopy(outputState, stateAt, target, targetAt, outputs);
    }

    private void sum(Gate gate, byte[] x, int xAt, int stateAt, int[] sums) {
        LSTMByteScales.Gate at = gate.scales();
        for (int i = 0; i < cells; i++) {
            int input = dot(gate.weights(), i * depth, x, xAt, depth, scales.inputZeroPoint());
            int recurrent = dot(gate.recurrent(), i * outputs, outputState, stateAt, outputs, scales.outputZeroPoint());
            int fromInput = narrow(input, at.input(), at.inputZeroPoint());
            int fromState = narrow(recurrent, at.recurrent(), at.recurrentZeroPoint());
            sums[i] = FixedPoint16.saturate(
                    at.recurrentSum().apply(fromState) + at.inputSum().apply(fromInput));
        }
        normalize(gate, sums);
    }

    private static int dot(byte[] weights, int from, byte[] x, int xAt, int count, int zeroPoint) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[from + i] * (x[xAt + i] - zeroPoint);
        }
        return sum;
    }

    /// The product in 8 bits, less the zero point that it would be stored with.
    private static int narrow(int product, Multiplier multiplier, int zeroPoint) {
        return saturate(multiplier.apply(product) + zeroPoint) - zeroPoint;
    }

    /// To mean 0 and variance 1, times coefficients, plus bias; 12 fractional bits.
    private static void normalize(Gate gate, int[] sums) {
        float total = 0;
        float squares = 0;
        for (int sum : sums) {
            float value = sum;
            total += value;
            squares += value * value;
        }
        float mean = total / sums.length;
        float variance = squares / sums.length - mean * mean;
        float inverse = 1f / (float) Math.sqrt(variance == 0 ? NO_VARIANCE : variance);
        float scale = gate.scales().norm();
        float biasScale = BIAS_SCALE * scale;
        for (int i = 0; i < sums.length; i++) {
            float normalized = (sums[i] - mean) * inverse;
            float weighted = normalized * gate.coefficients()[i] * scale + gate.bias()[i] * biasScale;
            float scaled = weighted * 4096;
            sums[i] = FixedPoint16.saturate((int) Math.copySign(Math.floor(Math.abs((double) scaled) + 0.5), scaled));
        }
    }

    private static int logistic(int sum) {
        float value = 1f / (1f + (float) Math.exp(-(sum * Q12)));
        return Math.min(ONE, (int) (value * 32768));
    }

    private static int tanh(float x) {
        return Math.min(ONE, (int) ((float) Math.tanh(x) * 32768));
    }

    private static int product(int a, int b) {
        return (short) FixedPoint.roundingDivideByPowerOfTwo(a * b, 15);
    }

    private void project(int stateAt) {
        int clip = scales.projectionClip();
        for (int o = 0; o < outputs; o++) {
            long sum = projectionBias[o];
            for (int i = 0; i < cells; i++) {
                sum += projection[o * cells + i] * out[i];
            }
            int stored = saturate((long) scales.projection().apply(sum) + scales.outputZeroPoint());
            outputState[stateAt + o] = (byte) (clip > 0 ? Math.clamp(stored, -clip, clip) : stored);
        }
    }

    private static int saturate(long x) {
        return Math.clamp(x, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
}
