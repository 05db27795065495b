package dev.lithe.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
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
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The vector kernels against the operators' reference kernels, bit for bit, over seeded problems: whole
/// vectors and tails, strides, dilation, every fused activation, values that overflow.
class SimdKernelsTest {
    private static final PlanOptions REFERENCE = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
    private static final List<ActivationFunctionType> ACTIVATIONS = List.of(
            ActivationFunctionType.NONE,
            ActivationFunctionType.RELU,
            ActivationFunctionType.RELU_N1_TO_1,
            ActivationFunctionType.RELU6);

    /// Asks the vector kernels and remembers what they took.
    private static final class Recorder implements KernelProvider {
        private final SimdKernels kernels;
        private final List<Operator> taken = new ArrayList<>();

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
            kernel.ifPresent(k -> taken.add(operator));
            return kernel;
        }
    }

    private record Problem(BuiltinOperator code, OperatorOptions options, Shape input, Shape weights, boolean bias) {
        Model model(Random random) {
            ModelBuilder builder = new ModelBuilder();
            TensorId x = builder.tensor("x", TensorType.FLOAT32, input);
            List<TensorId> inputs = new ArrayList<>(List.of(x, builder.constant("weights", random(random, weights))));
            if (bias) {
                int channels = weights.dimension(code == BuiltinOperator.DEPTHWISE_CONV_2D ? 3 : 0);
                inputs.add(builder.constant("bias", random(random, Shape.of(channels))));
            }
            TensorId y = builder.floats("y", 1);
            return builder.node(code, options, inputs, y)
                    .subgraph("main", List.of(x), y)
                    .build();
        }
    }

    private static Tensor random(Random random, Shape shape) {
        float[] values = new float[shape.flatSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (random.nextInt(40)) {
                case 0 -> 0f;
                case 1 -> -0f;
                case 2 -> random.nextFloat() * 1e30f;
                default -> (float) random.nextGaussian();
            };
        }
        return Tensor.of(shape, values);
    }

    @TestFactory
    Stream<DynamicTest> everyProblemGivesTheBitsOfTheReferenceKernel() {
        return IntStream.range(0, 240).boxed().flatMap(seed -> Stream.of(conv(seed), depthwise(seed), dense(seed)));
    }

    private static DynamicTest conv(int seed) {
        Random random = new Random(seed);
        int channels = 1 + random.nextInt(9);
        int outputs = 1 + random.nextInt(70);
        boolean pointwise = random.nextInt(3) == 0;
        int height = pointwise ? 1 : 1 + random.nextInt(4);
        int width = pointwise ? 1 : 1 + random.nextInt(4);
        Conv2DOptions options = Conv2DOptions.DEFAULT
                .withPadding(Padding.values()[random.nextInt(2)])
                .withStrideH(pointwise ? 1 : 1 + random.nextInt(3))
                .withStrideW(pointwise ? 1 : 1 + random.nextInt(3))
                .withDilationHFactor(1 + random.nextInt(2))
                .withDilationWFactor(1 + random.nextInt(3))
                .withFusedActivationFunction(ACTIVATIONS.get(seed % 4));
        Shape input = Shape.of(1 + random.nextInt(2), 7 + random.nextInt(6), 10 + random.nextInt(9), channels);
        Shape weights = Shape.of(outputs, height, width, channels);
        return test(seed, new Problem(BuiltinOperator.CONV_2D, options, input, weights, random.nextBoolean()));
    }

    private static DynamicTest depthwise(int seed) {
        Random random = new Random(1000 + seed);
        int channels = 1 + random.nextInt(50);
        DepthwiseConv2DOptions options = DepthwiseConv2DOptions.DEFAULT
                .withPadding(Padding.values()[random.nextInt(2)])
                .withStrideH(1 + random.nextInt(3))
                .withStrideW(1 + random.nextInt(3))
                .withDilationHFactor(1 + random.nextInt(2))
                .withDilationWFactor(1 + random.nextInt(3))
                .withDepthMultiplier(1)
                .withFusedActivationFunction(ACTIVATIONS.get(seed % 4));
        Shape input = Shape.of(1 + random.nextInt(2), 7 + random.nextInt(6), 10 + random.nextInt(9), channels);
        Shape weights = Shape.of(1, 1 + random.nextInt(4), 1 + random.nextInt(4), channels);
        return test(
                seed, new Problem(BuiltinOperator.DEPTHWISE_CONV_2D, options, input, weights, random.nextBoolean()));
    }

    private static DynamicTest dense(int seed) {
        Random random = new Random(2000 + seed);
        int depth = 1 + random.nextInt(80);
        FullyConnectedOptions options =
                FullyConnectedOptions.DEFAULT.withFusedActivationFunction(ACTIVATIONS.get(seed % 4));
        Shape input = Shape.of(1 + random.nextInt(60), depth);
        Shape weights = Shape.of(1 + random.nextInt(90), depth);
        return test(seed, new Problem(BuiltinOperator.FULLY_CONNECTED, options, input, weights, random.nextBoolean()));
    }

    private static DynamicTest test(int seed, Problem problem) {
        return DynamicTest.dynamicTest(seed + " " + problem.code + problem.input + problem.weights, () -> {
            Model model = problem.model(new Random(seed));
            Tensor x = random(new Random(seed + 7), problem.input);
            Recorder recorder = new Recorder(1);
            float[] expected = run(Runtime.compile(model, REFERENCE), x);
            float[] actual = run(Runtime.compile(model, REFERENCE, List.of(recorder)), x);

            assertThat(recorder.taken).hasSize(1);
            assertThat(firstDifference(actual, expected)).isEqualTo(-1);
        });
    }

    /// By bits; which NaN it is says nothing.
    private static int firstDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                return i;
            }
        }
        return -1;
    }

    private static float[] run(CompiledModel compiled, Tensor x) {
        ExecutionContext context = compiled.newContext();
        context.setInput(0, x);
        context.run();
        return context.output(0).copy().floats();
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        Conv2DOptions options = Conv2DOptions.DEFAULT.withStrideH(1).withStrideW(1);
        Problem conv =
                new Problem(BuiltinOperator.CONV_2D, options, Shape.of(1, 40, 40, 16), Shape.of(40, 3, 3, 16), true);
        Problem dense = new Problem(
                BuiltinOperator.FULLY_CONNECTED,
                FullyConnectedOptions.DEFAULT,
                Shape.of(1, 2000),
                Shape.of(500, 2000),
                true);
        for (Problem problem : List.of(conv, dense)) {
            Model model = problem.model(new Random(3));
            Tensor x = random(new Random(4), problem.input);
            float[] one = run(Runtime.compile(model, REFERENCE, List.of(new Recorder(1))), x);
            float[] three = run(Runtime.compile(model, REFERENCE, List.of(new Recorder(3))), x);

            assertThat(Arrays.equals(one, three)).isTrue();
        }
    }

    @Test
    void leavesToTheReferenceKernelsWhatItDoesNotTake() {
        DepthwiseConv2DOptions options =
                DepthwiseConv2DOptions.DEFAULT.withStrideH(1).withStrideW(1).withDepthMultiplier(2);
        Model twoForOne = new Problem(
                        BuiltinOperator.DEPTHWISE_CONV_2D, options, Shape.of(1, 4, 4, 3), Shape.of(1, 2, 2, 6), false)
                .model(new Random(1));
        Recorder recorder = new Recorder(1);

        CompiledModel compiled = Runtime.compile(twoForOne, REFERENCE, List.of(recorder));

        assertThat(recorder.taken).isEmpty();
        assertThat(run(compiled, random(new Random(2), Shape.of(1, 4, 4, 3)))).hasSize(4 * 4 * 6);
    }

    @Test
    void isChosenWhereTheVectorApiIsThere() {
        Model model = new Problem(
                        BuiltinOperator.FULLY_CONNECTED,
                        FullyConnectedOptions.DEFAULT,
                        Shape.of(1, 2),
                        Shape.of(3, 2),
                        false)
                .model(new Random(1));

        assertThat(Runtime.compile(model, PlanOptions.DEFAULT).kernels()).startsWith("simd-");
        assertThat(Runtime.compile(model, PlanOptions.DEFAULT.kernels(Kernels.SIMD))
                        .kernels())
                .startsWith("simd-");
        assertThat(Runtime.compile(model, REFERENCE).kernels()).isEqualTo("reference");
    }
}
