package dev.lithe.operators.recurrent;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One run of an LSTM cell in floats, with weights in floats or (hybrid) in 8 bits.
final class LSTMFloat {
    private static final float VARIANCE_GUARD = 1e-8f;

    /// What the options say.
    ///
    /// @param cellClip bound of the cell state's magnitude, 0 for none
    /// @param projectionClip bound of the projection's magnitude, 0 for none
    record Settings(ActivationFunctionType activation, float cellClip, float projectionClip, Row.Mode mode) {}

    private record Gate(
            WeightMatrix weights,
            @Nullable WeightMatrix aux,
            WeightMatrix recurrent,
            float @Nullable [] peephole,
            float[] bias,
            float @Nullable [] layerNorm) {}

    private final Settings settings;
    private final @Nullable Gate inputGate;
    private final Gate forgetGate;
    private final Gate cellGate;
    private final Gate outputGate;
    private final @Nullable WeightMatrix projection;
    private final float @Nullable [] projectionBias;
    private final float[] outputState;
    private final float[] cellState;
    private final int cells;
    private final int outputs;
    private final float[] in;
    private final float[] forget;
    private final float[] cell;
    private final float[] out;

    LSTMFloat(KernelContext context, LSTMOperands at, Settings settings) {
        this.settings = settings;
        this.inputGate = context.hasInput(at.weights()) ? gate(context, at, LSTMOperands.INPUT) : null;
        this.forgetGate = gate(context, at, LSTMOperands.FORGET);
        this.cellGate = gate(context, at, LSTMOperands.CELL);
        this.outputGate = gate(context, at, LSTMOperands.OUTPUT);
        this.projection = context.hasInput(at.projection()) ? WeightMatrix.of(context.input(at.projection())) : null;
        this.projectionBias = optional(context, at.projectionBias());
        this.outputState = context.input(at.outputState()).floats();
        this.cellState = context.input(at.cellState()).floats();
        this.cells = context.input(at.weights() + LSTMOperands.OUTPUT).shape().dimension(0);
        this.outputs =
                context.input(at.recurrent() + LSTMOperands.OUTPUT).shape().dimension(-1);
        this.in = new float[cells];
        this.forget = new float[cells];
        this.cell = new float[cells];
        this.out = new float[cells];
    }

    private static Gate gate(KernelContext context, LSTMOperands at, int gate) {
        boolean aux = at.aux() >= 0;
        int norm = at.layerNorm();
        return new Gate(
                WeightMatrix.of(context.input(at.weights() + gate)),
                aux ? WeightMatrix.of(context.input(at.auxWeights() + gate)) : null,
                WeightMatrix.of(context.input(at.recurrent() + gate)),
                optional(context, at.peephole(gate)),
                context.input(at.bias() + gate).floats(),
                norm < 0 ? null : optional(context, norm + gate));
    }

    /// Null where there are none.
    private static float @Nullable [] optional(KernelContext context, int index) {
        if (index < 0 || !context.hasInput(index)) {
            return null;
        }
        return floats(context.input(index));
    }

    /// The values of weights in floats or in 8 bits around 0.
    static float[] floats(Tensor tensor) {
        if (tensor.type() == TensorType.FLOAT32) {
            return tensor.floats();
        }
        float[] values = new float[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.quantization().scale() * tensor.bytes()[i];
        }
        return values;
    }

    /// One step of sequence `sequence`; the output goes to `target` as well as to the output state.
    void step(Row x, @Nullable Row aux, int sequence, float[] target, int targetAt) {
        int stateAt = sequence * outputs;
        int cellAt = sequence * cells;
        Row state = Row.of(outputState, stateAt, outputs, settings.mode());
        if (inputGate != null) {
            sum(inputGate, x, aux, state, cellAt, in);
            logistic(in);
        }
        sum(forgetGate, x, aux, state, cellAt, forget);
        logistic(forget);
        sum(cellGate, x, aux, state, cellAt, cell);
        Activations.apply(settings.activation(), cell, 0, cells);
        updateCell(cellAt);
        sum(outputGate, x, aux, state, cellAt, out);
        logistic(out);
        updateOutput(cellAt, stateAt);
        System.arraycopy(outputState, stateAt, target, targetAt, outputs);
    }

    private void sum(Gate gate, Row x, @Nullable Row aux, Row state, int cellAt, float[] sums) {
        if (gate.layerNorm() == null) {
            System.arraycopy(gate.bias(), 0, sums, 0, cells);
        } else {
            Arrays.fill(sums, 0);
        }
        gate.weights().accumulate(sums, x);
        if (gate.aux() != null && aux != null) {
            gate.aux().accumulate(sums, aux);
        }
        gate.recurrent().accumulate(sums, state);
        if (gate.peephole() != null) {
            for (int i = 0; i < cells; i++) {
                sums[i] += gate.peephole()[i] * cellState[cellAt + i];
            }
        }
        if (gate.layerNorm() != null) {
            normalize(sums, gate.layerNorm(), gate.bias());
        }
    }

    private static void normalize(float[] sums, float[] coefficients, float[] bias) {
        float total = 0;
        for (float sum : sums) {
            total += sum;
        }
        float mean = total / sums.length;
        float squares = 0;
        for (float sum : sums) {
            squares += (sum - mean) * (sum - mean);
        }
        float inverse = 1 / (float) Math.sqrt(squares / sums.length + VARIANCE_GUARD);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = (sums[i] - mean) * inverse * coefficients[i] + bias[i];
        }
    }

    private static void logistic(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Activations.logistic(values[i]);
        }
    }

    private void updateCell(int cellAt) {
        for (int i = 0; i < cells; i++) {
            float input = inputGate == null ? 1 - forget[i] : in[i];
            cellState[cellAt + i] = forget[i] * cellState[cellAt + i] + cell[i] * input;
        }
        clip(cellState, cellAt, cells, settings.cellClip());
    }

    private void updateOutput(int cellAt, int stateAt) {
        for (int i = 0; i < cells; i++) {
            // Without an activation LiteRT leaves its scratch memory alone, and that holds the cell gate.
            float active = settings.activation() == ActivationFunctionType.NONE
                    ? cell[i]
                    : Activations.apply(settings.activation(), cellState[cellAt + i]);
            out[i] *= active;
        }
        if (projection == null) {
            System.arraycopy(out, 0, outputState, stateAt, outputs);
            return;
        }
        float[] projected = projectionBias == null ? new float[outputs] : Arrays.copyOf(projectionBias, outputs);
        projection.accumulate(projected, Row.of(out, 0, cells, settings.mode()));
        System.arraycopy(projected, 0, outputState, stateAt, outputs);
        clip(outputState, stateAt, outputs, settings.projectionClip());
    }

    private static void clip(float[] values, int from, int count, float bound) {
        if (bound > 0) {
            for (int i = from; i < from + count; i++) {
                values[i] = Math.max(-bound, Math.min(bound, values[i]));
            }
        }
    }
}
