package dev.lithe.operators.convolution;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.IntegerInput;
import dev.lithe.operators.support.IntegerSums;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.operators.support.WeightedTypes;
import dev.lithe.operators.support.WeightedTypes.Arithmetic;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scalar kernels of TRANSPOSE_CONV, equal to LiteRT's reference kernels. These scatter each input element over the
/// output; here each output gathers what reaches it, in the order in which it would have come: input rows, columns,
/// channels.
final class TransposeConvReference {
    private static final WeightedTypes[] COMBINATIONS = {
        new WeightedTypes(
                Arithmetic.FLOAT,
                TensorType.FLOAT32,
                List.of(TensorType.FLOAT32),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT8,
                List.of(TensorType.INT8),
                List.of(TensorType.INT32),
                TensorType.INT8),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.UINT8,
                List.of(TensorType.UINT8),
                List.of(TensorType.INT32),
                TensorType.UINT8),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT16,
                List.of(TensorType.INT8),
                List.of(TensorType.INT64, TensorType.INT32),
                TensorType.INT16),
        new WeightedTypes(
                Arithmetic.HYBRID,
                TensorType.FLOAT32,
                List.of(TensorType.INT8),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32)
    };

    private TransposeConvReference() {}

    static Kernel prepare(TransposeConv op, KernelSetup setup) {
        return switch (WeightedTypes.require("TRANSPOSE_CONV", new UsualOrder(setup), 0, COMBINATIONS)) {
            case FLOAT -> prepareFloat(op, setup);
            case INTEGER -> prepareInteger(op, setup);
            case HYBRID -> prepareHybrid(op, setup);
        };
    }

    /// The operands in the order that operators with weights usually have: input, weights, bias.
    private record UsualOrder(KernelSetup setup) implements KernelSetup {
        private static int place(int index) {
            return index == 0 ? 2 : index == 2 ? 3 : index;
        }

        @Override
        public int inputCount() {
            return setup.inputCount() - 1;
        }

        @Override
        public int outputCount() {
            return setup.outputCount();
        }

        @Override
        public boolean hasInput(int index) {
            return setup.hasInput(place(index));
        }

        @Override
        public TensorSpec input(int index) {
            return setup.input(place(index));
        }

        @Override
        public TensorSpec output(int index) {
            return setup.output(index);
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return setup.constant(place(index));
        }
    }

    private static Tensor output(TransposeConv op, KernelContext context) {
        Shape shape = ShapeValues.shape(context.input(0));
        return context.resize(
                0, op.output(shape, context.input(2).shape(), context.input(1).shape()));
    }

    private static @Nullable Tensor bias(KernelContext context) {
        return context.hasInput(3) ? context.input(3) : null;
    }

    private static Kernel prepareFloat(TransposeConv op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        PreparedWeights<float[][]> weights = new PreparedWeights<>(setup, 1, TransposeConvReference::floatRows);
        return context -> {
            Tensor y = output(op, context);
            Tensor bias = bias(context);
            float[][] rows = weights.of(context, 1);
            float[] x = context.input(2).floats();
            float[] sums = new float[y.shape().dimension(3)];
            walk(op, context, y.shape(), new Position() {
                @Override
                public void add(int row, int from, int count) {
                    WeightRows.accumulate(sums, rows, row, x, from, count);
                }

                @Override
                public void finish(int image, int at) {
                    OutputStage.store(sums, bias == null ? null : bias.floats(), bounds, 0, y.floats(), at);
                    Arrays.fill(sums, 0);
                }
            });
        };
    }

    private static Kernel prepareInteger(TransposeConv op, KernelSetup setup) {
        TensorType type = setup.input(2).type();
        if (type != TensorType.UINT8
                && !WeightedTypes.isSymmetric(setup.input(1).quantization())) {
            throw new IllegalArgumentException("signed weights need zero point 0");
        }
        IntBounds bounds = FusedActivation.quantizedBounds(
                op.activation(), type, setup.output(0).quantization());
        Multipliers multipliers =
                ConvolutionScales.multipliers(setup, 2, setup.input(1).shape().dimension(0));
        PreparedWeights<int[][]> weights = new PreparedWeights<>(setup, 1, TransposeConvReference::intRows);
        boolean narrow = op.quantizedBiasType() == TensorType.INT32
                || (setup.hasInput(3) && setup.input(3).type() == TensorType.INT32);
        boolean wide = type == TensorType.INT16 && !narrow;
        return context -> {
            Tensor y = output(op, context);
            OutputStage stage = OutputStage.fixedPoint(y, bias(context), multipliers, bounds);
            int[][] rows = weights.of(context, 1);
            int[] x = IntegerInput.of(context.input(2)).values();
            IntegerSums sums = new IntegerSums(y.shape().dimension(3), wide);
            walk(op, context, y.shape(), new Position() {
                @Override
                public void add(int row, int from, int count) {
                    sums.add(rows, row, x, from, count);
                }

                @Override
                public void finish(int image, int at) {
                    sums.store(stage, 0, image, at);
                    sums.clear();
                }
            });
        };
    }

    /// Each product is turned into a float and added as such.
    private static Kernel prepareHybrid(TransposeConv op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        PreparedWeights<int[][]> weights = new PreparedWeights<>(setup, 1, TransposeConvReference::intRows);
        float[] scales = OutputStage.perChannel(
                setup.input(1).quantization().scales().toArray(),
                setup.input(1).shape().dimension(0));
        return context -> {
            Tensor y = output(op, context);
            Tensor bias = bias(context);
            int[][] rows = weights.of(context, 1);
            Tensor input = context.input(2);
            int images = input.shape().dimension(0);
            IntegerInput x =
                    IntegerInput.quantized(input.floats(), images, input.shape().flatSize(1, 4), true);
            float[] sums = new float[y.shape().dimension(3)];
            int imageSize = input.shape().flatSize(1, 4);
            walk(op, context, y.shape(), new Position() {
                @Override
                public void add(int row, int from, int count) {
                    float scale = x.scales()[from / imageSize];
                    for (int k = 0; k < count; k++) {
                        addScaled(sums, rows[row + k], x.values()[from + k], scales, scale);
                    }
                }

                @Override
                public void finish(int image, int at) {
                    OutputStage.store(sums, bias == null ? null : bias.floats(), bounds, 0, y.floats(), at);
                    Arrays.fill(sums, 0);
                }
            });
        };
    }

    private static void addScaled(float[] sums, int[] weights, int x, float[] weightScales, float scale) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x * weights[o] * weightScales[o] * scale;
        }
    }

    private static float[][] floatRows(Tensor weights, int groups) {
        return WeightRows.transposed(
                weights.floats(),
                groups,
                weights.shape().dimension(0),
                weights.shape().flatSize(1, 4));
    }

    private static int[][] intRows(Tensor weights, int groups) {
        boolean unsigned = weights.type() == TensorType.UINT8;
        return WeightRows.transposed(
                weights.bytes(),
                groups,
                weights.shape().dimension(0),
                weights.shape().flatSize(1, 4),
                unsigned,
                unsigned ? weights.quantization().zeroPoint() : 0);
    }

    /// What is done at one position of the output.
    private interface Position {
        /// Adds `count` input elements from `from` on, whose weights begin at row `row`.
        void add(int row, int from, int count);

        /// Everything was added: stores all channels from `at` on, and starts anew.
        void finish(int image, int at);
    }

    private static void walk(TransposeConv op, KernelContext context, Shape output, Position position) {
        Shape input = context.input(2).shape();
        Shape filter = context.input(1).shape();
        TransposedAxis rows = op.rows(input, output, filter);
        TransposedAxis columns = op.columns(input, output, filter);
        int channels = input.dimension(3);
        int at = 0;
        for (int image = 0; image < output.dimension(0); image++) {
            for (int y = 0; y < rows.size(); y++) {
                for (int x = 0; x < columns.size(); x++, at += output.dimension(3)) {
                    for (int r = 0; r < rows.inputs()[y].length; r++) {
                        int line = (image * input.dimension(1) + rows.inputs()[y][r]) * input.dimension(2);
                        int taps = rows.taps()[y][r] * filter.dimension(2);
                        for (int c = 0; c < columns.inputs()[x].length; c++) {
                            position.add(
                                    (taps + columns.taps()[x][c]) * channels,
                                    (line + columns.inputs()[x][c]) * channels,
                                    channels);
                        }
                    }
                    position.finish(image, at);
                }
            }
        }
    }
}
