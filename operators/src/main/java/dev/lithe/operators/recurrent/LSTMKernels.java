package dev.lithe.operators.recurrent;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.schema.ActivationFunctionType;

/// The kernels of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM, and their scalar loops.
final class LSTMKernels {
    private LSTMKernels() {}

    static Kernel single(
            String operator,
            ActivationFunctionType activation,
            float cellClip,
            float projectionClip,
            boolean timeMajor,
            boolean asymmetric,
            KernelSetup setup) {
        LSTMOperands at = LSTMOperands.SINGLE;
        boolean sequence = setup.input(at.x()).shape().rank() == 3;
        var arithmetic = LSTMTypes.arithmetic(operator, setup, at.x(), at.weights() + LSTMOperands.OUTPUT);
        LSTMTypes.check(setup, at, arithmetic);
        return switch (arithmetic) {
            case FLOAT ->
                floats(at, new LSTMFloat.Settings(activation, cellClip, projectionClip, Row.Mode.FLOAT), timeMajor);
            case HYBRID ->
                floats(
                        at,
                        new LSTMFloat.Settings(activation, cellClip, projectionClip, Row.Mode.hybrid(asymmetric)),
                        timeMajor);
            case INTEGER ->
                LSTMByteScales.meant(setup)
                        ? bytes(at, LSTMByteScales.of(setup, at, sequence, cellClip, projectionClip))
                        : integers(at, LSTMScales.of(setup, at, cellClip, projectionClip), timeMajor);
        };
    }

    private static Kernel floats(LSTMOperands at, LSTMFloat.Settings settings, boolean timeMajor) {
        return context ->
                run(context, at, settings, Sequence.of(context.input(at.x()).shape(), timeMajor, true), 0, 0);
    }

    /// Runs a cell over sequences; its outputs go to output `output`, `offset` elements into each vector.
    static void run(
            KernelContext context,
            LSTMOperands at,
            LSTMFloat.Settings settings,
            Sequence sequence,
            int output,
            int offset) {
        Tensor target = context.output(output);
        int stride = target.shape().dimension(-1);
        Row[] x = rows(context.input(at.x()), settings.mode());
        Row[] aux = at.aux() < 0 ? new Row[0] : rows(context.input(at.aux()), settings.mode());
        LSTMFloat cell = new LSTMFloat(context, at, settings);
        float[] values = target.floats();
        sequence.run((batch, row) ->
                cell.step(x[row], aux.length == 0 ? null : aux[row], batch, values, row * stride + offset));
    }

    /// The vectors of a tensor, which lie along its last dimension.
    static Row[] rows(Tensor tensor, Row.Mode mode) {
        int size = tensor.shape().dimension(-1);
        return Row.split(
                tensor.floats(), tensor.shape().flatSize(0, tensor.shape().rank() - 1), size, mode);
    }

    private static Kernel integers(LSTMOperands at, LSTMScales scales, boolean timeMajor) {
        return context -> {
            Tensor x = context.input(at.x());
            int depth = x.shape().dimension(-1);
            LSTMInteger cell = new LSTMInteger(context, at, scales);
            byte[] target = context.output(0).bytes();
            int outputs = context.output(0).shape().dimension(-1);
            Sequence.of(x.shape(), timeMajor, true)
                    .run((batch, row) -> cell.step(x.bytes(), row * depth, batch, target, row * outputs));
        };
    }

    /// A single step: only LSTM has this kernel.
    private static Kernel bytes(LSTMOperands at, LSTMByteScales scales) {
        return context -> {
            Tensor x = context.input(at.x());
            int depth = x.shape().dimension(-1);
            LSTMByteInteger cell = new LSTMByteInteger(context, at, scales);
            byte[] target = context.output(0).bytes();
            int outputs = context.output(0).shape().dimension(-1);
            for (int batch = 0; batch < x.shape().dimension(0); batch++) {
                cell.step(x.bytes(), batch * depth, batch, target, batch * outputs);
            }
        };
    }
}
