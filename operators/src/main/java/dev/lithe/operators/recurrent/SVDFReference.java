package dev.lithe.operators.recurrent;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.Set;

/// The scalar kernels of SVDF.
final class SVDFReference {
    private static final int FEATURES = 1;
    private static final int TIME = 2;
    private static final int BIAS = 3;
    private static final int STATE = 4;
    private static final Set<TensorType> FLOATS = EnumSet.of(TensorType.FLOAT32);

    private SVDFReference() {}

    static Kernel prepare(SVDF op, KernelSetup setup) {
        LSTMTypes.requireVariable(setup, STATE);
        return switch (LSTMTypes.arithmetic("SVDF", setup, 0, FEATURES)) {
            case FLOAT -> {
                LSTMTypes.require(setup, TIME, FLOATS);
                yield floats(op, setup, Row.Mode.FLOAT);
            }
            case HYBRID -> {
                LSTMTypes.require(setup, FEATURES, EnumSet.of(TensorType.INT8, TensorType.UINT8));
                LSTMTypes.require(setup, TIME, EnumSet.of(TensorType.INT8, TensorType.UINT8));
                yield floats(op, setup, Row.Mode.hybrid(op.asymmetricQuantizeInputs()));
            }
            case INTEGER -> integers(op, setup);
        };
    }

    private static Kernel floats(SVDF op, KernelSetup setup, Row.Mode mode) {
        LSTMTypes.require(setup, BIAS, FLOATS);
        LSTMTypes.require(setup, STATE, FLOATS);
        return context -> runFloat(op, context, mode);
    }

    private static void runFloat(SVDF op, KernelContext context, Row.Mode mode) {
        int filters = context.input(TIME).shape().dimension(0);
        int memory = context.input(TIME).shape().dimension(1);
        int batch = context.input(0).shape().dimension(0);
        float[] state = context.input(STATE).floats();
        shift(state, batch * filters * memory);
        WeightMatrix features = WeightMatrix.of(context.input(FEATURES));
        Row[] rows = LSTMKernels.rows(context.input(0), mode);
        float[] time = LSTMFloat.floats(context.input(TIME));
        float[] sums = new float[batch * filters];
        for (int b = 0; b < batch; b++) {
            float[] latest = new float[filters];
            features.accumulate(latest, rows[b]);
            for (int f = 0; f < filters; f++) {
                int from = (b * filters + f) * memory;
                state[from + memory - 1] = latest[f];
                for (int m = 0; m < memory; m++) {
                    sums[b * filters + f] += time[f * memory + m] * state[from + m];
                }
            }
        }
        float[] output = context.output(0).floats();
        float[] bias = context.hasInput(BIAS) ? context.input(BIAS).floats() : new float[filters / op.rank()];
        for (int i = 0; i < batch * filters / op.rank(); i++) {
            float sum = 0;
            for (int r = 0; r < op.rank(); r++) {
                sum += sums[i * op.rank() + r];
            }
            output[i] = Activations.apply(op.activation(), sum + bias[i % bias.length]);
        }
    }

    /// Moves the whole state one step back: the first element of one memory comes to stand at the end of the one
    /// before, where the latest value replaces it.
    private static void shift(Object state, int size) {
        System.arraycopy(state, 1, state, 0, size - 1);
    }

    private static Kernel integers(SVDF op, KernelSetup setup) {
        if (op.activation() != ActivationFunctionType.RELU) {
            // LiteRT's kernel insists on RELU and leaves it to the output's quantization.
            throw new IllegalArgumentException("the integer kernel takes RELU only, not " + op.activation());
        }
        LSTMTypes.require(setup, TIME, EnumSet.of(TensorType.INT16));
        LSTMTypes.require(setup, BIAS, EnumSet.of(TensorType.INT32));
        LSTMTypes.require(setup, STATE, EnumSet.of(TensorType.INT16));
        float stateScale = scale(setup, STATE);
        float toState = scale(setup, 0) * scale(setup, FEATURES) / stateScale;
        float output = setup.output(0).quantization().scale();
        Multiplier latest = Multiplier.of(toState);
        Multiplier result = Multiplier.of(stateScale * scale(setup, TIME) / output);
        return context -> runInteger(op, context, latest, result);
    }

    private static float scale(KernelSetup setup, int index) {
        return setup.input(index).quantization().scale();
    }

    private static void runInteger(SVDF op, KernelContext context, Multiplier latest, Multiplier result) {
        Tensor x = context.input(0);
        int filters = context.input(TIME).shape().dimension(0);
        int memory = context.input(TIME).shape().dimension(1);
        int batch = x.shape().dimension(0);
        short[] state = context.input(STATE).shorts();
        shift(state, batch * filters * memory);
        remember(x, context.input(FEATURES).bytes(), state, memory, latest);
        short[] time = context.input(TIME).shorts();
        byte[] output = context.output(0).bytes();
        int zeroPoint = context.output(0).quantization().zeroPoint();
        int[] bias = context.hasInput(BIAS) ? context.input(BIAS).ints() : new int[filters / op.rank()];
        // The units of a filter lie side by side, so that memories follow each other in both arrays.
        int span = op.rank() * memory;
        for (int i = 0; i < batch * filters / op.rank(); i++) {
            int unit = i % (filters / op.rank());
            int sum = bias[unit];
            for (int m = 0; m < span; m++) {
                sum += time[unit * span + m] * state[i * span + m];
            }
            int stored = result.apply(sum) + zeroPoint;
            output[i] = (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, stored));
        }
    }

    /// Puts the latest value of each filter at the end of its memory.
    private static void remember(Tensor x, byte[] features, short[] state, int memory, Multiplier latest) {
        int depth = x.shape().dimension(1);
        int filters = depth == 0 ? 0 : features.length / depth;
        int zeroPoint = x.quantization().zeroPoint();
        for (int b = 0; b < x.shape().dimension(0); b++) {
            for (int f = 0; f < filters; f++) {
                int sum = 0;
                for (int d = 0; d < depth; d++) {
                    sum += features[f * depth + d] * (x.bytes()[b * depth + d] - zeroPoint);
                }
                state[(b * filters + f) * memory + memory - 1] = (short) FixedPoint16.saturate(latest.apply(sum));
            }
        }
    }
}
