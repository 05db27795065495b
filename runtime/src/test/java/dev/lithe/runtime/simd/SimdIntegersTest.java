package dev.lithe.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.KernelProvider;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.QuantizeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The vector kernels on 8-bit integers against the reference kernels, which equal LiteRT's, over seeded
/// problems.
class SimdIntegersTest {
    private static final PlanOptions REFERENCE = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
    private static final List<ActivationFunctionType> ACTIVATIONS = List.of(
            ActivationFunctionType.NONE,
            ActivationFunctionType.RELU,
            ActivationFunctionType.RELU_N1_TO_1,
            ActivationFunctionType.RELU6);

    private static final class Recorder implements KernelProvider {
        private final SimdKernels kernels;
        private int taken;

        Recorder(int threads) {
            kernels = new SimdKernels(Workers.of(threads));
        }

        @Override
        public String name() {
            return kernels.name();
        }

        @Override
        public Optional<Kernel> plan(Operator operator, KernelSetup setup) {
            Optional<Kernel> kernel = kernels.plan(operator, setup);
            taken += kernel.isPresent() ? 1 : 0;
            return kernel;
        }
    }

    /// @param channelDimension the weights' dimension that counts outputs
    /// @param extreme whether weights and inputs are at the ends of their ranges, all of one sign
    private record Problem(
            BuiltinOperator code,
            OperatorOptions options,
            Shape input,
            Shape weights,
            int channelDimension,
            boolean extreme) {
        Model model(Random random) {
            boolean unsigned = random.nextInt(4) == 0;
            TensorType type = unsigned ? TensorType.UINT8 : TensorType.INT8;
            ModelBuilder builder = new ModelBuilder();
            float inputScale = scale(random);
            TensorId x = builder.quantized("x", type, input, inputScale, zeroPoint(random, unsigned));
            int channels = weights.dimension(channelDimension);
            boolean perChannel = !unsigned && random.nextBoolean();
            float[] scales = new float[perChannel ? channels : 1];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = scale(random);
            }
            boolean shifted = unsigned || !perChannel && code == BuiltinOperator.FULLY_CONNECTED;
            QuantizationParameters quantization = perChannel
                    ? QuantizationParameters.perChannel(scales, channelDimension)
                    : QuantizationParameters.perTensor(scales[0], shifted ? zeroPoint(random, unsigned) : 0);
            List<TensorId> inputs = new ArrayList<>(List.of(
                    x, builder.constant("w", bytes(random, weights, type).withQuantization(quantization))));
            if (random.nextBoolean()) {
                int[] bias = IntStream.range(0, channels)
                        .map(i -> random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(20_000) - 10_000)
                        .toArray();
                inputs.add(builder.constant("b", Tensor.of(Shape.of(channels), bias)));
            }
            TensorId y = builder.quantized("y", type, Shape.of(1), outputScale(random), zeroPoint(random, unsigned));
            return builder.node(code, options, inputs, y)
                    .subgraph("main", List.of(x), y)
                    .build();
        }

        /// Sums have some thousands: most outputs fall into the range, some do not, some products are
        /// above 1.
        private float outputScale(Random random) {
            return (float) Math.exp(random.nextGaussian() * 2) * 0.1f;
        }

        Tensor bytes(Random random, Shape shape, TensorType type) {
            byte[] values = new byte[shape.flatSize()];
            random.nextBytes(values);
            for (int i = 0; i < values.length; i++) {
                // -128 is no weight that tools write, but files may hold it.
                values[i] = extreme ? (byte) (type == TensorType.UINT8 ? 255 : -128) : values[i];
            }
            return Tensor.wrap(type, shape, QuantizationParameters.NONE, values);
        }
    }

    private static float scale(Random random) {
        return (float) Math.exp(random.nextGaussian()) * 0.02f;
    }

    private static int zeroPoint(Random random, boolean unsigned) {
        int zeroPoint = switch (random.nextInt(4)) {
            case 0 -> -128;
            case 1 -> 127;
            default -> random.nextInt(256) - 128;
        };
        return unsigned ? zeroPoint + 128 : zeroPoint;
    }

    @TestFactory
    Stream<DynamicTest> everyProblemGivesTheIntegersOfTheReferenceKernel() {
        return IntStream.range(0, 200)
                .boxed()
                .flatMap(seed -> Stream.of(
                        test(seed, conv(new Random(seed))),
                        test(seed, depthwise(new Random(seed))),
                        test(seed, dense(new Random(seed)))));
    }

    private static Problem conv(Random random) {
        int channels = 1 + random.nextInt(9);
        boolean pointwise = random.nextInt(3) == 0;
        Conv2DOptions options = Conv2DOptions.DEFAULT
                .withPadding(Padding.values()[random.nextInt(2)])
                .withStrideH(pointwise ? 1 : 1 + random.nextInt(3))
                .withStrideW(pointwise ? 1 : 1 + random.nextInt(3))
                .withDilationHFactor(1 + random.nextInt(2))
                .withDilationWFactor(1 + random.nextInt(3))
                .withFusedActivationFunction(activation(random));
        Shape input = Shape.of(1 + random.nextInt(2), 7 + random.nextInt(6), 10 + random.nextInt(9), channels);
        int height = pointwise ? 1 : 1 + random.nextInt(4);
        int width = pointwise ? 1 : 1 + random.nextInt(4);
        Shape weights = Shape.of(1 + random.nextInt(100), height, width, channels);
        return new Problem(BuiltinOperator.CONV_2D, options, input, weights, 0, random.nextInt(9) == 0);
    }

    private static Problem depthwise(Random random) {
        int channels = 1 + random.nextInt(50);
        DepthwiseConv2DOptions options = DepthwiseConv2DOptions.DEFAULT
                .withPadding(Padding.values()[random.nextInt(2)])
                .withStrideH(1 + random.nextInt(3))
                .withStrideW(1 + random.nextInt(3))
                .withDilationHFactor(1 + random.nextInt(2))
                .withDilationWFactor(1 + random.nextInt(3))
                .withDepthMultiplier(1)
                .withFusedActivationFunction(activation(random));
        Shape input = Shape.of(1 + random.nextInt(2), 7 + random.nextInt(6), 10 + random.nextInt(9), channels);
        Shape weights = Shape.of(1, 1 + random.nextInt(4), 1 + random.nextInt(4), channels);
        return new Problem(BuiltinOperator.DEPTHWISE_CONV_2D, options, input, weights, 3, random.nextInt(9) == 0);
    }

    private static Problem dense(Random random) {
        int depth = 1 + random.nextInt(80);
        FullyConnectedOptions options = FullyConnectedOptions.DEFAULT.withFusedActivationFunction(activation(random));
        Shape input = Shape.of(1 + random.nextInt(60), depth);
        Shape weights = Shape.of(1 + random.nextInt(150), depth);
        return new Problem(BuiltinOperator.FULLY_CONNECTED, options, input, weights, 0, random.nextInt(9) == 0);
    }

    private static ActivationFunctionType activation(Random random) {
        return ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
    }

    private static DynamicTest test(int seed, Problem problem) {
        return DynamicTest.dynamicTest(
                seed + " " + problem.code + problem.input + problem.weights, () -> compare(problem, seed, 1));
    }

    private static void compare(Problem problem, int seed, int threads) {
        Model model = problem.model(new Random(seed));
        Recorder recorder = new Recorder(threads);
        ExecutionContext expected = Runtime.compile(model, REFERENCE).newContext();
        ExecutionContext actual =
                Runtime.compile(model, REFERENCE, List.of(recorder)).newContext();
        assertThat(recorder.taken).isEqualTo(1);
        Random random = new Random(seed + 7);
        for (int run = 0; run < 2; run++) {
            Tensor x = problem.bytes(
                    random, problem.input, expected.inputs().getFirst().type());
            expected.setInput(0, x);
            actual.setInput(0, x);
            expected.run();
            actual.run();

            assertThat(actual.output(0).copy().bytes())
                    .isEqualTo(expected.output(0).copy().bytes());
        }
    }

    /// Sums that leave the range where floats are exact, and the range of 32 bits.
    @Test
    void deepSumsAreCutIntoExactParts() {
        for (int depth : new int[] {257, 258, 259, 515, 516, 517, 1033, 5000, 80_000}) {
            for (int seed = 0; seed < 8; seed++) {
                Shape input = Shape.of(1 + 4 * (seed % 2), depth);
                compare(
                        new Problem(
                                BuiltinOperator.FULLY_CONNECTED,
                                FullyConnectedOptions.DEFAULT,
                                input,
                                Shape.of(depth > 10_000 ? 3 : 40, depth),
                                0,
                                seed % 4 != 3),
                        seed,
                        1);
            }
        }
        Conv2DOptions options = Conv2DOptions.DEFAULT.withStrideH(1).withStrideW(1);
        for (int seed = 0; seed < 8; seed++) {
            Shape input = Shape.of(1, 5, 6, 70);
            Shape weights = Shape.of(33, 3, 3, 70);
            compare(new Problem(BuiltinOperator.CONV_2D, options, input, weights, 0, seed % 2 == 0), seed, 1);
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        Conv2DOptions options = Conv2DOptions.DEFAULT.withStrideH(1).withStrideW(1);
        for (int filter = 1; filter <= 3; filter += 2) {
            Shape weights = Shape.of(70, filter, filter, 16);
            compare(
                    new Problem(BuiltinOperator.CONV_2D, options, Shape.of(1, 40, 40, 16), weights, 0, false),
                    filter,
                    3);
        }
    }

    /// Halves, their neighbours, what is out of range, infinite or no number.
    @Test
    void quantizesAsTheReferenceKernelDoes() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            boolean unsigned = seed % 3 == 0;
            float scale = seed % 2 == 0 ? 0.25f : scale(random);
            float[] values = new float[1 + random.nextInt(9000)];
            for (int i = 0; i < values.length; i++) {
                float half = (random.nextInt(600) - 300 + 0.5f) * scale;
                values[i] = switch (random.nextInt(8)) {
                    case 0 -> Math.nextUp(half);
                    case 1 -> Math.nextDown(half);
                    case 2 -> half;
                    case 3 -> (float) random.nextGaussian() * 1e10f;
                    case 4 -> new float[] {0, -0f, Float.NaN, Float.MAX_VALUE, 1 / 0f, -1 / 0f}[random.nextInt(6)];
                    default -> (float) random.nextGaussian() * 100 * scale;
                };
            }
            ModelBuilder builder = new ModelBuilder();
            TensorId x = builder.floats("x", values.length);
            TensorType type = unsigned ? TensorType.UINT8 : TensorType.INT8;
            TensorId y = builder.quantized("y", type, Shape.of(1), scale, zeroPoint(random, unsigned));
            Model model = builder.node(BuiltinOperator.QUANTIZE, QuantizeOptions.DEFAULT, List.of(x), y)
                    .subgraph("main", List.of(x), y)
                    .build();
            Recorder recorder = new Recorder(1 + seed % 2);

            byte[] expected = run(Runtime.compile(model, REFERENCE), values);
            byte[] actual = run(Runtime.compile(model, REFERENCE, List.of(recorder)), values);

            assertThat(recorder.taken).isEqualTo(1);
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static byte[] run(CompiledModel compiled, float[] values) {
        ExecutionContext context = compiled.newContext();
        context.setInput(0, Tensor.of(Shape.of(values.length), values));
        context.run();
        return context.output(0).copy().bytes();
    }

    @Test
    void leavesToTheReferenceKernelsWhatIsQuantizedInOtherWays() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x", TensorType.INT16, Shape.of(1, 4), 0.1f, 0);
        Tensor w = Tensor.of(Shape.of(2, 4), new byte[8]).withQuantization(QuantizationParameters.perTensor(0.1f, 0));
        TensorId y = builder.quantized("y", TensorType.INT16, Shape.of(1, 2), 0.1f, 0);
        Model model = builder.node(
                        BuiltinOperator.FULLY_CONNECTED,
                        FullyConnectedOptions.DEFAULT,
                        List.of(x, builder.constant("w", w)),
                        y)
                .subgraph("main", List.of(x), y)
                .build();
        Recorder recorder = new Recorder(1);
        Runtime.compile(model, REFERENCE, List.of(recorder)).newContext().run();

        assertThat(recorder.taken).isZero();
    }
}
