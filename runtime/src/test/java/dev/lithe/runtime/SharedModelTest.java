package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Padding;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One loaded model, many contexts.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SharedModelTest {
    private static final int THREADS = 100;
    private static final Shape INPUT = Shape.of(1, 32, 32, 8);

    /// Convolution, depthwise convolution, dense layer, softmax.
    private static Model model() {
        Random random = new Random(5);
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.tensor("x", TensorType.FLOAT32, INPUT);
        TensorId conv = builder.floats("conv", 1, 32, 32, 24);
        TensorId depthwise = builder.floats("depthwise", 1, 16, 16, 24);
        TensorId flat = builder.floats("flat", 1, 6144);
        TensorId dense = builder.floats("dense", 1, 10);
        TensorId y = builder.floats("y", 1, 10);
        Conv2DOptions convOptions = Conv2DOptions.DEFAULT
                .withPadding(Padding.SAME)
                .withStrideH(1)
                .withStrideW(1)
                .withFusedActivationFunction(ActivationFunctionType.RELU);
        DepthwiseConv2DOptions depthwiseOptions = DepthwiseConv2DOptions.DEFAULT
                .withPadding(Padding.SAME)
                .withStrideH(2)
                .withStrideW(2)
                .withDepthMultiplier(1);
        return builder.node(
                        BuiltinOperator.CONV_2D,
                        convOptions,
                        List.of(x, builder.constant("w1", random(random, Shape.of(24, 3, 3, 8)))),
                        conv)
                .node(
                        BuiltinOperator.DEPTHWISE_CONV_2D,
                        depthwiseOptions,
                        List.of(conv, builder.constant("w2", random(random, Shape.of(1, 3, 3, 24)))),
                        depthwise)
                .node(BuiltinOperator.RESHAPE, new ReshapeOptions(Ints.of(1, 6144)), List.of(depthwise), flat)
                .node(
                        BuiltinOperator.FULLY_CONNECTED,
                        FullyConnectedOptions.DEFAULT,
                        List.of(flat, builder.constant("w3", random(random, Shape.of(10, 6144)))),
                        dense)
                .node(BuiltinOperator.SOFTMAX, SoftmaxOptions.DEFAULT.withBeta(1f), List.of(dense), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    private static Tensor random(Random random, Shape shape) {
        float[] values = new float[shape.flatSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return Tensor.of(shape, values);
    }

    private static Tensor input(int seed) {
        return random(new Random(seed), INPUT);
    }

    @ParameterizedTest
    @EnumSource(Kernels.class)
    void aHundredThreadsGetTheAnswersOfOne(Kernels kernels) throws Exception {
        CompiledModel compiled =
                Runtime.compile(model(), PlanOptions.DEFAULT.kernels(kernels).threads(2));
        List<float[]> expected = new ArrayList<>();
        ExecutionContext alone = Runtime.compile(model(), PlanOptions.DEFAULT.kernels(Kernels.REFERENCE))
                .newContext();
        for (int i = 0; i < THREADS; i++) {
            alone.setInput(0, input(i));
            alone.run();
            expected.add(alone.output(0).copy().floats());
        }
        CountDownLatch together = new CountDownLatch(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<float[]>>> answers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int first = i;
                Callable<List<float[]>> runs = () -> {
                    together.countDown();
                    together.await();
                    return runs(compiled.newContext(), first);
                };
                answers.add(threads.submit(runs));
            }
            for (int i = 0; i < THREADS; i++) {
                List<float[]> given = answers.get(i).get();
                for (int run = 0; run < given.size(); run++) {
                    assertThat(given.get(run)).containsExactly(expected.get((i + run) % THREADS));
                }
            }
        }
    }

    private static List<float[]> runs(ExecutionContext context, int first) {
        List<float[]> outputs = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            context.setInput(0, input((first + run) % THREADS));
            context.run();
            outputs.add(context.output(0).copy().floats());
        }
        return outputs;
    }

    /// What is allocated for each operator beside the arena: its plan, the objects that hold arrays, small buffers.
    private static final long PER_OPERATOR = 4096;
    private static final int OPERATORS = 5;

    @ParameterizedTest
    @EnumSource(
            value = Kernels.class,
            names = {"REFERENCE", "SIMD"})
    void anotherContextCostsItsArena(Kernels kernels) {
        CompiledModel compiled = Runtime.compile(model(), PlanOptions.DEFAULT.kernels(kernels));
        Tensor x = input(1);
        ExecutionContext first = compiled.newContext();
        warm(first, x, kernels == Kernels.SIMD ? 0 : OPERATORS * PER_OPERATOR);

        List<ExecutionContext> kept = new ArrayList<>();
        long bytes = Allocations.bytes(() -> {
            for (int i = 0; i < 10; i++) {
                ExecutionContext context = compiled.newContext();
                context.setInput(0, x);
                context.run();
                kept.add(context);
            }
        });

        long arena = 10 * (first.arenaBytes() - 4L * INPUT.flatSize()); // the input is the caller's
        assertThat(kept).hasSize(10);
        assertThat(bytes).isBetween(arena, arena + 10 * OPERATORS * PER_OPERATOR);
    }

    /// Vector kernels on integers share one array of floats as long as the largest input, whatever their number.
    @Test
    void kernelsOnIntegersShareWhatTheyWorkIn() {
        ModelBuilder builder = new ModelBuilder();
        Shape shape = Shape.of(1, 64, 64, 16);
        TensorId first = builder.quantized("x0", TensorType.INT8, shape, 0.1f, 0);
        TensorId last = first;
        int layers = 12;
        byte[] weights = new byte[16 * 16];
        new Random(1).nextBytes(weights);
        for (int i = 0; i < layers; i++) {
            Tensor w = Tensor.of(Shape.of(16, 1, 1, 16), weights)
                    .withQuantization(QuantizationParameters.perTensor(0.01f, 0));
            TensorId next = builder.quantized("x" + (i + 1), TensorType.INT8, shape, 0.1f, 0);
            Conv2DOptions options = Conv2DOptions.DEFAULT.withStrideH(1).withStrideW(1);
            builder.node(BuiltinOperator.CONV_2D, options, List.of(last, builder.constant("w" + i, w)), next);
            last = next;
        }
        CompiledModel compiled = Runtime.compile(
                builder.subgraph("main", List.of(first), last).build(), PlanOptions.DEFAULT.kernels(Kernels.SIMD));
        Tensor x = Tensor.allocate(TensorType.INT8, shape, QuantizationParameters.NONE);
        ExecutionContext warm = compiled.newContext();
        warm(warm, x, 0);

        ExecutionContext context = compiled.newContext();
        long bytes = Allocations.bytes(() -> {
            context.setInput(0, x);
            context.run();
        });

        long arena = context.arenaBytes() - shape.flatSize(); // the input is the caller's
        long floats = 4L * shape.flatSize();
        assertThat(bytes).isBetween(arena + floats, arena + floats + layers * PER_OPERATOR);
    }

    @Test
    void aRunOnVectorKernelsAllocatesNothing() {
        for (int threads = 1; threads <= 2; threads++) {
            PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.SIMD).threads(threads);
            warm(Runtime.compile(model(), options).newContext(), input(1), 0);
        }
    }

    /// Runs until a run allocates no more than `most` bytes. In the interpreter vectors are objects: the compilers make
    /// registers of them within some hundred runs.
    private static void warm(ExecutionContext context, Tensor x, long most) {
        context.setInput(0, x);
        long bytes = Long.MAX_VALUE;
        for (int run = 0; run < 50_000 && bytes > most; run++) {
            bytes = Allocations.bytes(context::run);
        }
        assertThat(bytes).isLessThanOrEqualTo(most);
    }
}
