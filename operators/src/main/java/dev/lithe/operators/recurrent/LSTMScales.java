package dev.lithe.operators.recurrent;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import org.jspecify.annotations.Nullable;

/// What an integer LSTM kernel takes from the quantization of its operands and intermediates. Products of scales are
/// in single precision, factor by factor, as LiteRT has them.
///
/// @param gates by gate; the input gate is null where it is coupled to the forget gate
/// @param cellExponent the cell state's scale is 2 to this power
/// @param cellClip bound of the stored cell state, 0 for none
/// @param projectionClip bound of the stored output, 0 for none
record LSTMScales(
        Gate[] gates,
        int inputZeroPoint,
        int outputZeroPoint,
        int hiddenZeroPoint,
        Multiplier hidden,
        Multiplier projection,
        int cellExponent,
        int cellClip,
        int projectionClip) {
    /// @param varianceGuard what stands for a variance of 0 in layer normalization
    record Gate(Multiplier input, Multiplier recurrent, Multiplier peephole, Multiplier layerNorm, int varianceGuard) {}

    private static final int HIDDEN = 4;
    /// Gate sums have 3 integer and 12 fractional bits where no layer normalization says otherwise.
    private static final float GATE_SCALE = 1f / 4096;

    private static final float Q15 = 1f / 32768;
    private static final double LOG2_SLACK = 1e-3;
    private static final int MAX_INTEGER_BITS = 6;

    /// @throws IllegalArgumentException where a scale is missing or of no use
    static LSTMScales of(KernelSetup setup, LSTMOperands at, float cellClip, float projectionClip) {
        TensorSpec output = setup.output(0);
        float outputScale = scale(setup, at.outputState());
        int exponent = cellExponent(scale(setup, at.cellState()));
        QuantizationParameters hidden = intermediate(setup, HIDDEN);
        boolean normalized = setup.hasInput(at.layerNorm() + LSTMOperands.FORGET);
        Gate[] gates = new Gate[LSTMOperands.GATES];
        for (int gate = 0; gate < gates.length; gate++) {
            if (setup.hasInput(at.weights() + gate)) {
                float sums = normalized ? intermediate(setup, gate).scale() : GATE_SCALE;
                gates[gate] = gate(setup, at, gate, sums, exponent);
            }
        }
        float projection =
                setup.hasInput(at.projection()) ? scale(setup, at.projection()) * hidden.scale() / outputScale : 1;
        return new LSTMScales(
                gates,
                setup.input(at.x()).quantization().zeroPoint(),
                setup.input(at.outputState()).quantization().zeroPoint(),
                hidden.zeroPoint(),
                Multiplier.of((float) ((double) Q15 / hidden.scale() * Q15)),
                Multiplier.of(projection),
                exponent,
                clip(cellClip, scale(setup, at.cellState()), Short.MAX_VALUE),
                clip(projectionClip, output.quantization().scale(), Byte.MAX_VALUE));
    }

    private static Gate gate(KernelSetup setup, LSTMOperands at, int gate, float sums, int exponent) {
        float norm = setup.hasInput(at.layerNorm() + gate) ? scale(setup, at.layerNorm() + gate) : 1;
        int peephole = at.peephole(gate);
        boolean peeps = peephole >= 0 && setup.hasInput(peephole);
        if (peeps
                && setup.input(peephole).shape().dimension(0)
                        != setup.input(at.recurrent() + gate).shape().dimension(-1)) {
            throw new IllegalArgumentException(
                    "LiteRT's integer kernel mixes up cells where peepholes meet a projection to another size");
        }
        return new Gate(
                Multiplier.of(scale(setup, at.weights() + gate) * scale(setup, at.x()) / sums),
                Multiplier.of(scale(setup, at.recurrent() + gate) * scale(setup, at.outputState()) / sums),
                Multiplier.of(peeps ? (float) (Math.scalb(1.0, exponent) * scale(setup, peephole) / sums) : 1),
                Multiplier.of(norm),
                Math.max(1, (int) (10000 * norm)));
    }

    private static int clip(float bound, float scale, int max) {
        return bound > 0 ? (int) Math.min(bound / scale, max) : 0;
    }

    private static int cellExponent(float scale) {
        double log2 = Math.log(scale) / Math.log(2);
        int exponent = (int) Math.rint(log2);
        int integerBits = 15 + exponent;
        if (Math.abs(log2 - exponent) >= LOG2_SLACK || integerBits < 0 || integerBits > MAX_INTEGER_BITS) {
            throw new IllegalArgumentException(
                    "the cell state's scale is a power of two from 2^-15 to 2^-9, not " + scale);
        }
        return exponent;
    }

    private static float scale(KernelSetup setup, int index) {
        return scale(setup.input(index)).scale();
    }

    private static QuantizationParameters intermediate(KernelSetup setup, int index) {
        @Nullable TensorSpec spec = setup.intermediate(index);
        if (spec == null) {
            throw new IllegalArgumentException("intermediate tensor " + index + " is missing: an integer LSTM has 5");
        }
        return scale(spec);
    }

    /// @throws IllegalArgumentException where there is none
    static QuantizationParameters scale(TensorSpec spec) {
        QuantizationParameters quantization = spec.quantization();
        if (quantization.scales().isEmpty() || !(quantization.scale() > 0)) {
            throw new IllegalArgumentException("'" + spec.name() + "' has no scale above 0");
        }
        return quantization;
    }
}
