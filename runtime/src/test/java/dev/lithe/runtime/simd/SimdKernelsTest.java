package dev.lithe.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.activation.HardSwish;
import dev.lithe.operators.activation.LeakyRelu;
import dev.lithe.operators.activation.Relu;
import dev.lithe.operators.activation.Relu0To1;
import dev.lithe.operators.activation.Relu6;
import dev.lithe.operators.activation.ReluN1To1;
import dev.lithe.operators.arithmetic.Add;
import dev.lithe.operators.arithmetic.Div;
import dev.lithe.operators.arithmetic.Maximum;
import dev.lithe.operators.arithmetic.Minimum;
import dev.lithe.operators.arithmetic.Mul;
import dev.lithe.operators.arithmetic.SquaredDifference;
import dev.lithe.operators.arithmetic.Sub;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.dense.BatchMatmul;
import dev.lithe.operators.dense.FullyConnected;
import dev.lithe.operators.layout.Transpose;
import dev.lithe.operators.math.Abs;
import dev.lithe.operators.math.Neg;
import dev.lithe.operators.math.Rsqrt;
import dev.lithe.operators.math.Sqrt;
import dev.lithe.operators.math.Square;
import dev.lithe.operators.pooling.AveragePool2D;
import dev.lithe.operators.pooling.MaxPool2D;
import dev.lithe.operators.quantization.Quantize;
import dev.lithe.operators.reduction.Mean;
import dev.lithe.operators.reduction.Sum;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.KernelProvider;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    /// An operator on inputs of these shapes, and constants behind them.
    private record Simple(
            BuiltinOperator code, @Nullable OperatorOptions options, List<Shape> inputs, List<Tensor> constants) {
        Model model() {
            ModelBuilder builder = new ModelBuilder();
            List<TensorId> variable = new ArrayList<>();
            for (Shape shape : inputs) {
                variable.add(builder.tensor("x" + variable.size(), TensorType.FLOAT32, shape));
            }
            List<TensorId> all = new ArrayList<>(variable);
            for (Tensor constant : constants) {
                all.add(builder.constant("c" + all.size(), constant));
            }
            TensorId y = builder.floats("y", 1);
            return builder.node(code, options, all, y)
                    .subgraph("main", variable, y)
                    .build();
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

    /// What makes a seeded problem for each operator that has vector kernels, beside those above.
    private static final Map<Class<? extends Operator>, Function<Random, Simple>> SIMPLE = Map.ofEntries(
            Map.entry(MaxPool2D.class, r -> pool(BuiltinOperator.MAX_POOL_2D, r)),
            Map.entry(AveragePool2D.class, r -> pool(BuiltinOperator.AVERAGE_POOL_2D, r)),
            Map.entry(
                    Add.class,
                    r -> binary(BuiltinOperator.ADD, AddOptions.DEFAULT.withFusedActivationFunction(activation(r)), r)),
            Map.entry(
                    Sub.class,
                    r -> binary(BuiltinOperator.SUB, SubOptions.DEFAULT.withFusedActivationFunction(activation(r)), r)),
            Map.entry(
                    Mul.class,
                    r -> binary(BuiltinOperator.MUL, MulOptions.DEFAULT.withFusedActivationFunction(activation(r)), r)),
            Map.entry(
                    Div.class,
                    r -> binary(BuiltinOperator.DIV, DivOptions.DEFAULT.withFusedActivationFunction(activation(r)), r)),
            Map.entry(Maximum.class, r -> binary(BuiltinOperator.MAXIMUM, null, r)),
            Map.entry(Minimum.class, r -> binary(BuiltinOperator.MINIMUM, null, r)),
            Map.entry(SquaredDifference.class, r -> binary(BuiltinOperator.SQUARED_DIFFERENCE, null, r)),
            Map.entry(Relu.class, r -> unary(BuiltinOperator.RELU, null, r)),
            Map.entry(Relu6.class, r -> unary(BuiltinOperator.RELU6, null, r)),
            Map.entry(ReluN1To1.class, r -> unary(BuiltinOperator.RELU_N1_TO_1, null, r)),
            Map.entry(Relu0To1.class, r -> unary(BuiltinOperator.RELU_0_TO_1, null, r)),
            Map.entry(
                    LeakyRelu.class,
                    r -> unary(
                            BuiltinOperator.LEAKY_RELU, LeakyReluOptions.DEFAULT.withAlpha(r.nextFloat() - 0.3f), r)),
            Map.entry(HardSwish.class, r -> unary(BuiltinOperator.HARD_SWISH, null, r)),
            Map.entry(Neg.class, r -> unary(BuiltinOperator.NEG, null, r)),
            Map.entry(Abs.class, r -> unary(BuiltinOperator.ABS, null, r)),
            Map.entry(Square.class, r -> unary(BuiltinOperator.SQUARE, null, r)),
            Map.entry(Sqrt.class, r -> unary(BuiltinOperator.SQRT, null, r)),
            Map.entry(Rsqrt.class, r -> unary(BuiltinOperator.RSQRT, null, r)),
            Map.entry(Mean.class, r -> reduction(BuiltinOperator.MEAN, r)),
            Map.entry(Sum.class, r -> reduction(BuiltinOperator.SUM, r)),
            Map.entry(Transpose.class, SimdKernelsTest::transpose),
            Map.entry(BatchMatmul.class, SimdKernelsTest::matmul));

    /// QUANTIZE in [SimdIntegersTest].
    @Test
    void everyOperatorWithVectorKernelsIsTestedHere() {
        Set<Class<? extends Operator>> tested = new HashSet<>(SIMPLE.keySet());
        tested.addAll(Set.of(Conv2D.class, DepthwiseConv2D.class, FullyConnected.class, Quantize.class));

        assertThat(tested).isEqualTo(SimdKernels.OPERATORS);
    }

    @TestFactory
    Stream<DynamicTest> everySimpleProblemGivesTheBitsOfTheReferenceKernel() {
        return SIMPLE.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().getSimpleName()))
                .map(entry -> DynamicTest.dynamicTest(entry.getKey().getSimpleName(), () -> {
                    for (int seed = 0; seed < 40; seed++) {
                        compare(entry.getValue().apply(new Random(seed)), new Random(1000 + seed), 1 + seed % 2);
                    }
                }));
    }

    private static void compare(Simple problem, Random random, int threads) {
        Model model = problem.model();
        Recorder recorder = new Recorder(threads);
        ExecutionContext expected = Runtime.compile(model, REFERENCE).newContext();
        ExecutionContext actual =
                Runtime.compile(model, REFERENCE, List.of(recorder)).newContext();
        assertThat(recorder.taken).as(problem.toString()).hasSize(1);
        for (int run = 0; run < 2; run++) {
            for (int i = 0; i < problem.inputs.size(); i++) {
                Tensor x = random(random, problem.inputs.get(i));
                expected.setInput(i, x);
                actual.setInput(i, x);
            }
            expected.run();
            actual.run();
            int difference = firstDifference(
                    actual.output(0).copy().floats(), expected.output(0).copy().floats());
            assertThat(difference).as(problem.toString()).isEqualTo(-1);
        }
    }

    private static ActivationFunctionType activation(Random random) {
        return ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
    }

    private static Simple pool(BuiltinOperator code, Random random) {
        Pool2DOptions options = Pool2DOptions.DEFAULT
                .withPadding(Padding.values()[random.nextInt(2)])
                .withStrideH(1 + random.nextInt(3))
                .withStrideW(1 + random.nextInt(3))
                .withFilterHeight(1 + random.nextInt(4))
                .withFilterWidth(1 + random.nextInt(4))
                .withFusedActivationFunction(activation(random));
        Shape input =
                Shape.of(1 + random.nextInt(2), 5 + random.nextInt(6), 6 + random.nextInt(9), 1 + random.nextInt(40));
        return new Simple(code, options, List.of(input), List.of());
    }

    /// Shapes of which either may lack dimensions, or have 1 in the place of any.
    private static Simple binary(BuiltinOperator code, @Nullable OperatorOptions options, Random random) {
        int[] whole = {1 + random.nextInt(3), 1 + random.nextInt(5), 1 + random.nextInt(4), 1 + random.nextInt(700)};
        return new Simple(code, options, List.of(part(whole, random), part(whole, random)), List.of());
    }

    private static Shape part(int[] whole, Random random) {
        int kept = random.nextInt(2) == 0 ? 4 : random.nextInt(5);
        int[] sizes = Arrays.copyOfRange(whole, 4 - kept, 4);
        for (int d = 0; d < kept; d++) {
            sizes[d] = random.nextInt(4) == 0 ? 1 : sizes[d];
        }
        return Shape.of(sizes);
    }

    private static Simple unary(BuiltinOperator code, @Nullable OperatorOptions options, Random random) {
        return new Simple(code, options, List.of(Shape.of(1 + random.nextInt(3), 1 + random.nextInt(100))), List.of());
    }

    private static Shape anyShape(Random random, int rank) {
        return Shape.of(IntStream.range(0, rank).map(d -> 1 + random.nextInt(9)).toArray());
    }

    private static Simple reduction(BuiltinOperator code, Random random) {
        Shape input = anyShape(random, 1 + random.nextInt(4));
        int[] axes = IntStream.range(0, input.rank())
                .filter(d -> random.nextInt(2) == 0)
                .map(d -> random.nextInt(2) == 0 ? d : d - input.rank())
                .toArray();
        ReducerOptions options = ReducerOptions.DEFAULT.withKeepDims(random.nextInt(2) == 0);
        return new Simple(code, options, List.of(input), List.of(Tensor.of(Shape.of(axes.length), axes)));
    }

    private static Simple transpose(Random random) {
        Shape input = anyShape(random, 1 + random.nextInt(5));
        List<Integer> permutation =
                new ArrayList<>(IntStream.range(0, input.rank()).boxed().toList());
        Collections.shuffle(permutation, random);
        int[] axes = permutation.stream().mapToInt(Integer::intValue).toArray();
        Shape larger = random.nextInt(3) == 0 ? input.withDimension(0, 40).withDimension(-1, 35) : input;
        return new Simple(
                BuiltinOperator.TRANSPOSE, null, List.of(larger), List.of(Tensor.of(Shape.of(axes.length), axes)));
    }

    private static Simple matmul(Random random) {
        int rows = 1 + random.nextInt(20);
        int depth = 1 + random.nextInt(30);
        int columns = 1 + random.nextInt(90);
        boolean transposed = random.nextInt(2) == 0;
        int batch = 1 + random.nextInt(3);
        int heads = 1 + random.nextInt(3);
        Shape left = random.nextInt(3) == 0 ? Shape.of(rows, depth) : Shape.of(batch, heads, rows, depth);
        int[] matrix = transposed ? new int[] {columns, depth} : new int[] {depth, columns};
        Shape right = random.nextInt(3) == 0
                ? Shape.of(matrix)
                : Shape.of(random.nextInt(2) == 0 ? 1 : batch, heads, matrix[0], matrix[1]);
        BatchMatMulOptions options = BatchMatMulOptions.DEFAULT.withAdjY(transposed);
        return new Simple(BuiltinOperator.BATCH_MATMUL, options, List.of(left, right), List.of());
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
