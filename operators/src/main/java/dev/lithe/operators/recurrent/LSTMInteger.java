package dev.lithe.operators.recurrent;

import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import org.jspecify.annotations.Nullable;

/// One run of an LSTM cell in integers: 8-bit activations and weights, 16-bit gates and cell state.
final class LSTMInteger {
    private static final int GATE_BITS = 3;
    private static final int ONE = Short.MAX_VALUE;

    /// @param inputBias the bias (where it is not left to layer normalization) less the input's zero point times
    /// weights
    private record Gate(
            byte[] weights,
            int[] inputBias,
            byte[] recurrent,
            int[] recurrentBias,
            short @Nullable [] peephole,
            @Nullable LayerNorm layerNorm,
            LSTMScales.Gate scales) {}

    private final LSTMScales scales;
    private final @Nullable Gate inputGate;
    private final Gate forgetGate;
    private final Gate cellGate;
    private final Gate outputGate;
    private final byte @Nullable [] projection;
    private final int[] projectionBias;
    private final byte[] outputState;
    private final short[] cellState;
    private final int depth;
    private final int cells;
    private final int outputs;
    private final int[] in;
    private final int[] forget;
    private final int[] cell;
    private final int[] out;

    LSTMInteger(KernelContext context, LSTMOperands at, LSTMScales scales) {
        this.scales = scales;
        this.depth = context.input(at.x()).shape().dimension(-1);
        this.cells = context.input(at.weights() + LSTMOperands.OUTPUT).shape().dimension(0);
        this.outputs =
                context.input(at.recurrent() + LSTMOperands.OUTPUT).shape().dimension(1);
        this.inputGate = context.hasInput(at.weights()) ? gate(context, at, LSTMOperands.INPUT) : null;
        this.forgetGate = gate(context, at, LSTMOperands.FORGET);
        this.cellGate = gate(context, at, LSTMOperands.CELL);
        this.outputGate = gate(context, at, LSTMOperands.OUTPUT);
        this.projection = context.hasInput(at.projection())
                ? context.input(at.projection()).bytes()
                : null;
        int[] bias = context.hasInput(at.projectionBias())
                ? context.input(at.projectionBias()).ints()
                : null;
        this.projectionBias =
                projection == null ? new int[0] : biases(projection, outputs, cells, bias, scales.hiddenZeroPoint());
        this.outputState = context.input(at.outputState()).bytes();
        this.cellState = context.input(at.cellState()).shorts();
        this.in = new int[cells];
        this.forget = new int[cells];
        this.cell = new int[cells];
        this.out = new int[cells];
    }

    private Gate gate(KernelContext context, LSTMOperands at, int gate) {
        LSTMScales.Gate gateScales = scales.gates()[gate];
        byte[] weights = context.input(at.weights() + gate).bytes();
        byte[] recurrent = context.input(at.recurrent() + gate).bytes();
        int[] bias = context.input(at.bias() + gate).ints();
        boolean normalized = context.hasInput(at.layerNorm() + gate);
        int peephole = at.peephole(gate);
        return new Gate(
                weights,
                biases(weights, cells, depth, normalized ? null : bias, -scales.inputZeroPoint()),
                recurrent,
                biases(recurrent, cells, outputs, null, -scales.outputZeroPoint()),
                peephole >= 0 && context.hasInput(peephole)
                        ? context.input(peephole).shorts()
                        : null,
                normalized
                        ? new LayerNorm(
                                context.input(at.layerNorm() + gate).shorts(),
                                bias,
                                gateScales.layerNorm(),
                                gateScales.varianceGuard())
                        : null,
                gateScales);
    }

    /// The bias with `zeroPoint` times the sum of its row of weights.
    private static int[] biases(byte[] weights, int rows, int columns, int @Nullable [] bias, int zeroPoint) {
        int[] biases = new int[rows];
        for (int row = 0; row < rows; row++) {
            int sum = 0;
            for (int column = 0; column < columns; column++) {
                sum += weights[row * columns + column];
            }
            biases[row] = (bias == null ? 0 : bias[row]) + zeroPoint * sum;
        }
        return biases;
    }

    /// One step of sequence `sequence`; the output goes to `target` as well as to the output state.
    void step(byte[] x, int xAt, int sequence, byte[] target, int targetAt) {
        int stateAt = sequence * outputs;
        int cellAt = sequence * cells;
        if (inputGate != null) {
            sum(inputGate, x, xAt, stateAt, cellAt, in);
            logistic(in);
        }
        sum(forgetGate, x, xAt, stateAt, cellAt, forget);
        logistic(forget);
        sum(cellGate, x, xAt, stateAt, cellAt, cell);
        for (int i = 0; i < cells; i++) {
            cell[i] = FixedPoint16.tanh(cell[i], GATE_BITS);
        }
        updateCell(cellAt);
        sum(outputGate, x, xAt, stateAt, cellAt, out);
        logistic(out);
        updateOutput(cellAt, stateAt);
        System.arraycopy(outputState, stateAt, target, targetAt, outputs);
    }

    private void sum(Gate gate, byte[] x, int xAt, int stateAt, int cellAt, int[] sums) {
        Multiplier input = gate.scales().input();
        Multiplier recurrent = gate.scales().recurrent();
        for (int i = 0; i < cells; i++) {
            int fromInput = gate.inputBias()[i] + dot(gate.weights(), i * depth, x, xAt, depth);
            int fromState = gate.recurrentBias()[i] + dot(gate.recurrent(), i * outputs, outputState, stateAt, outputs);
            int sum = FixedPoint16.saturate(input.apply(fromInput));
            sums[i] = FixedPoint16.saturate(recurrent.apply(fromState) + sum);
        }
        if (gate.peephole() != null) {
            for (int i = 0; i < cells; i++) {
                int product = gate.peephole()[i] * cellState[cellAt + i];
                sums[i] = FixedPoint16.saturate(gate.scales().peephole().apply(product) + sums[i]);
            }
        }
        if (gate.layerNorm() != null) {
            gate.layerNorm().apply(sums);
        }
    }

    private static int dot(byte[] weights, int from, byte[] x, int xAt, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[from + i] * x[xAt + i];
        }
        return sum;
    }

    private static void logistic(int[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = FixedPoint16.logistic(values[i]);
        }
    }

    private void updateCell(int cellAt) {
        int shift = 30 + scales.cellExponent();
        int clip = scales.cellClip();
        for (int i = 0; i < cells; i++) {
            int kept = product(forget[i], cellState[cellAt + i], 15);
            int input = inputGate == null ? ONE - forget[i] : in[i];
            int state = FixedPoint16.saturate(kept + product(input, cell[i], shift));
            cellState[cellAt + i] = (short) (clip > 0 ? Math.max(-clip, Math.min(clip, state)) : state);
        }
    }

    private static int product(int a, int b, int shift) {
        return (short) FixedPoint.roundingDivideByPowerOfTwo(a * b, shift);
    }

    private void updateOutput(int cellAt, int stateAt) {
        int integerBits = 15 + scales.cellExponent();
        // With a projection the zero point is subtracted here, and added in the bias of the projection.
        int zeroPoint = projection == null ? scales.hiddenZeroPoint() : -scales.hiddenZeroPoint();
        byte[] hidden = new byte[cells];
        for (int i = 0; i < cells; i++) {
            int active = FixedPoint16.tanh(cellState[cellAt + i], integerBits);
            hidden[i] = saturate(scales.hidden().apply(out[i] * active) + zeroPoint);
        }
        if (projection == null) {
            System.arraycopy(hidden, 0, outputState, stateAt, outputs);
            return;
        }
        int clip = scales.projectionClip();
        for (int o = 0; o < outputs; o++) {
            int sum = projectionBias[o] + dot(projection, o * cells, hidden, 0, cells);
            byte stored = saturate(scales.projection().apply(sum) + scales.outputZeroPoint());
            outputState[stateAt + o] = clip > 0 ? (byte) Math.max(-clip, Math.min(clip, stored)) : stored;
        }
    }

    private static byte saturate(int x) {
        return (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, x));
    }
}
