package dev.lithe.operators.recurrent;

import dev.lithe.graph.Location;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What [LSTMByteInteger] takes from the quantization of its operands and of 12 intermediates: for each gate its sum,
/// the product with the input and the product with the output state. Scales are divided in single precision, as LiteRT
/// does.
///
/// @param gates by gate; that of the input gate is null
/// @param cellClip bound of the stored cell state, 0 for none
/// @param projectionClip bound of the stored output, 0 for none
@SuppressWarnings("ArrayRecordComponent") // never compared
record LSTMByteScales(
        @Nullable Gate[] gates,
        int inputZeroPoint,
        int outputZeroPoint,
        Multiplier projection,
        int cellClip,
        int projectionClip) {
    /// @param input from the product with the input to its 8 bits
    /// @param recurrent from the product with the output state to its 8 bits
    /// @param inputSum from those 8 bits to the gate's sum
    /// @param recurrentSum from those 8 bits to the gate's sum
    /// @param norm scale of the coefficients of layer normalization
    record Gate(
            Multiplier input,
            int inputZeroPoint,
            Multiplier recurrent,
            int recurrentZeroPoint,
            Multiplier inputSum,
            Multiplier recurrentSum,
            float norm) {}

    private static final int INTERMEDIATES = 12;
    private static final float CELL_SCALE = 1f / 32768;
    private static final int MAX_SHIFT = 7;

    /// @return whether the node has more than the 5 intermediates of [LSTMScales]
    static boolean meant(KernelSetup setup) {
        return setup.intermediate(5) != null;
    }

    /// @param sequence whether the operator is UNIDIRECTIONAL_SEQUENCE_LSTM, which has no such kernel
    /// @throws UnsupportedException for a cell that LiteRT refuses, computes wrongly or crashes on
    /// @throws IllegalArgumentException where a scale is missing or of no use
    static LSTMByteScales of(
            KernelSetup setup, LSTMOperands at, boolean sequence, float cellClip, float projectionClip) {
        requireParts(setup, at, sequence);
        if (setup.intermediate(INTERMEDIATES - 1) == null || setup.intermediate(INTERMEDIATES) != null) {
            throw new IllegalArgumentException("an integer LSTM has 5 or 12 intermediate tensors");
        }
        if (scale(setup, at.cellState()) != CELL_SCALE) {
            throw new IllegalArgumentException(
                    "the cell state's scale is 2^-15 where there are 12 intermediate tensors");
        }
        Gate forget = gate(setup, at, LSTMOperands.FORGET);
        Gate[] gates = {
            null, forget, gate(setup, at, LSTMOperands.CELL), mixed(setup, forget, gate(setup, at, LSTMOperands.OUTPUT))
        };
        Multiplier projection = Multiplier.of(
                (float) ((double) scale(setup, at.projection()) * CELL_SCALE / scale(setup, at.outputState())));
        if (projection.shift() > MAX_SHIFT) {
            throw new IllegalArgumentException("the scale of the projection's weights is too large for its output's");
        }
        return new LSTMByteScales(
                gates,
                setup.input(at.x()).quantization().zeroPoint(),
                setup.input(at.outputState()).quantization().zeroPoint(),
                projection,
                cellClip < 1 ? clip(cellClip, CELL_SCALE, Short.MAX_VALUE) : 0,
                clip(projectionClip, scale(setup.output(0)).scale(), Byte.MAX_VALUE));
    }

    private static void requireParts(KernelSetup setup, LSTMOperands at, boolean sequence) {
        List<String> reasons = new ArrayList<>();
        if (sequence) {
            reasons.add("UNIDIRECTIONAL_SEQUENCE_LSTM has 5, only LSTM may have 12");
        }
        if (setup.hasInput(at.weights())) {
            reasons.add("an input gate (LiteRT would leave it out)");
        }
        if (setup.hasInput(at.peephole(LSTMOperands.OUTPUT))) {
            reasons.add("peepholes (LiteRT would leave them out)");
        }
        if (!setup.hasInput(at.layerNorm() + LSTMOperands.FORGET)) {
            reasons.add("no layer normalization");
        }
        if (!setup.hasInput(at.projection()) || !setup.hasInput(at.projectionBias())) {
            reasons.add("no projection with bias");
        }
        if (!reasons.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0323",
                    Location.tensor(null, -1, setup.output(0).name()),
                    "LiteRT has no kernel for this integer LSTM with 12 intermediate tensors: "
                            + String.join("; ", reasons),
                    "convert the model again with a current converter, which writes 5 intermediate tensors.");
        }
    }

    private static Gate gate(KernelSetup setup, LSTMOperands at, int gate) {
        float sum = intermediate(setup, 3 * gate).scale();
        QuantizationParameters input = intermediate(setup, 3 * gate + 1);
        QuantizationParameters recurrent = intermediate(setup, 3 * gate + 2);
        Multiplier norm = Multiplier.of(scale(setup, at.layerNorm() + gate));
        return new Gate(
                Multiplier.of(scale(setup, at.weights() + gate) * scale(setup, at.x()) / input.scale()),
                (byte) input.zeroPoint(),
                Multiplier.of(scale(setup, at.recurrent() + gate) * scale(setup, at.outputState()) / recurrent.scale()),
                (byte) recurrent.zeroPoint(),
                Multiplier.of(input.scale() / sum),
                Multiplier.of(recurrent.scale() / sum),
                (float) (norm.value() * Math.scalb(1.0, norm.shift() - 31)));
    }

    /// The output gate as LiteRT computes it. It takes the cell gate's zero point for the product with the
    /// output state, and for the fraction of its multiplier the forget gate's shift, which lies where it
    /// reads past an array: of that product next to nothing is left.
    private static Gate mixed(KernelSetup setup, Gate forget, Gate output) {
        return new Gate(
                output.input(),
                output.inputZeroPoint(),
                output.recurrent(),
                (byte) intermediate(setup, 3 * LSTMOperands.CELL + 1).zeroPoint(),
                output.inputSum(),
                new Multiplier(
                        forget.recurrentSum().shift(), output.recurrentSum().shift()),
                output.norm());
    }

    private static int clip(float bound, float scale, int max) {
        return bound > 0 ? (int) Math.min(bound / scale, max) : 0;
    }

    private static float scale(KernelSetup setup, int index) {
        return scale(setup.input(index)).scale();
    }

    private static QuantizationParameters intermediate(KernelSetup setup, int index) {
        @Nullable TensorSpec spec = setup.intermediate(index);
        if (spec == null) {
            throw new IllegalArgumentException("intermediate tensor " + index + " is missing");
        }
        return scale(spec);
    }

    private static QuantizationParameters scale(TensorSpec spec) {
        return LSTMScales.scale(spec);
    }
}
