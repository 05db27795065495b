package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Ints;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Inputs and outputs that lie in memory of the caller's.
class CallerMemoryTest {
    private static final int LENGTH = 37;

    /// y = (x + 1) + 1.
    private static Model twoSums(int... shape) {
        ModelBuilder builder = new ModelBuilder();
        TensorId one = builder.constant("one", Tensor.of(Shape.of(1), 1f));
        TensorId x = builder.floats("x", shape);
        TensorId between = builder.floats("between", shape);
        TensorId y = builder.floats("y", shape);
        return builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, one), between)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(between, one), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    private static ExecutionContext context(Model model) {
        return Runtime.compile(model, PlanOptions.DEFAULT).newContext();
    }

    private static void assertCode(String code, Runnable work) {
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(work::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void kernelsWorkOnTheCallersArrays() {
        Model model = twoSums(LENGTH);
        TensorId x = model.main().inputs().getFirst();
        ExecutionContext context =
                Runtime.compile(model, PlanOptions.DEFAULT.observe(Set.of(x))).newContext();
        float[] input = new float[LENGTH];
        float[] output = new float[LENGTH];
        context.setInput(0, MemorySegment.ofArray(input));
        context.setOutput(0, FloatBuffer.wrap(output));
        context.observe((id, tensor) -> assertThat(tensor.array()).isSameAs(input));

        for (int round = 0; round < 3; round++) {
            input[LENGTH - 1] = round;
            context.run();

            assertThat(output[LENGTH - 1]).isEqualTo(round + 2f);
            assertThat(context.output(0).array()).isSameAs(output);
        }
    }

    static Stream<MemorySegment> places() {
        ByteBuffer direct = ByteBuffer.allocateDirect(4 * LENGTH + 64).order(ByteOrder.nativeOrder());
        return Stream.of(
                MemorySegment.ofArray(new float[LENGTH]),
                MemorySegment.ofArray(new float[2 * LENGTH]).asSlice(0, 4L * LENGTH),
                MemorySegment.ofArray(new float[2 * LENGTH]).asSlice(12, 4L * LENGTH),
                MemorySegment.ofArray(new int[LENGTH]),
                MemorySegment.ofBuffer(FloatBuffer.wrap(new float[LENGTH + 3], 3, LENGTH)),
                MemorySegment.ofBuffer(direct.slice(8, 4 * LENGTH)),
                Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, LENGTH),
                Arena.ofShared().allocate(ValueLayout.JAVA_FLOAT, LENGTH));
    }

    @ParameterizedTest
    @MethodSource("places")
    void anyMemoryHoldsInputsAndOutputs(MemorySegment memory) {
        ExecutionContext context = context(twoSums(LENGTH));
        MemorySegment other = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, LENGTH);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < LENGTH; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, round * i);
            }
            context.setInput(0, round == 1 ? memory.asReadOnly() : memory);
            context.setOutput(0, other);
            context.run();
            context.setInput(0, other);
            context.setOutput(0, memory);
            context.run();

            for (int i = 0; i < LENGTH; i++) {
                assertThat(other.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(round * i + 2f);
                assertThat(memory.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(round * i + 4f);
            }
        }
    }

    static Stream<TensorType> types() {
        return Stream.of(
                TensorType.FLOAT32,
                TensorType.FLOAT64,
                TensorType.INT8,
                TensorType.UINT8,
                TensorType.BOOL,
                TensorType.INT16,
                TensorType.INT32,
                TensorType.INT64);
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeIsMovedInItsOwnWidth(TensorType type) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.tensor("x", type, Shape.of(3, 2));
        TensorId y = builder.tensor("y", type, Shape.of(6));
        Model model = builder.node(BuiltinOperator.RESHAPE, new ReshapeOptions(Ints.of(6)), List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();
        int width = Tensor.unitBytes(type);
        try (Arena arena = Arena.ofConfined();
                ExecutionContext context = context(model)) {
            MemorySegment in = arena.allocate(6L * width, width);
            MemorySegment out = arena.allocate(6L * width, width);
            for (int i = 0; i < in.byteSize(); i++) {
                in.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + 1));
            }
            context.setInput(0, in);
            context.setOutput(0, out);
            context.run();

            assertThat(out.mismatch(in)).isEqualTo(-1);
        }
    }

    @Test
    void otherSizesAndAlignmentsAreRefused() {
        ExecutionContext context = context(twoSums(LENGTH));
        MemorySegment larger = Arena.ofAuto().allocate(4 * LENGTH + 8, 4);

        assertThatThrownBy(() -> context.setInput(0, larger))
                .hasMessageContaining("test: subgraph 0, tensor 'x': FLOAT32[37] takes 148 bytes, the memory has 156")
                .hasMessageContaining("[LQ0527]");
        assertCode("LQ0527", () -> context.setOutput(0, MemorySegment.ofArray(new float[LENGTH - 1])));
        assertCode("LQ0528", () -> context.setInput(0, larger.asSlice(2, 4 * LENGTH)));
        assertCode("LQ0528", () -> context.setOutput(0, MemorySegment.ofArray(new byte[4 * LENGTH])));
        assertCode("LQ0524", () -> context.setOutput(0, Tensor.of(Shape.of(1, LENGTH), new float[LENGTH])));
    }

    @Test
    void memoryThatCannotBeUsedIsRefused() throws InterruptedException {
        ExecutionContext context = context(twoSums(LENGTH));
        assertCode(
                "LQ0529",
                () -> context.setOutput(
                        0, MemorySegment.ofArray(new float[LENGTH]).asReadOnly()));
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, LENGTH);
        context.setInput(0, memory);
        context.run();
        arena.close();
        assertCode("LQ0529", context::run);
        assertCode("LQ0529", () -> context.setOutput(0, memory));

        try (Arena confined = Arena.ofConfined()) {
            MemorySegment mine = confined.allocate(ValueLayout.JAVA_FLOAT, LENGTH);
            context.input(0);
            context.setOutput(0, mine);
            Thread other = Thread.ofPlatform().start(() -> assertCode("LQ0529", context::run));
            other.join();
            context.run();
            assertThat(mine.get(ValueLayout.JAVA_FLOAT, 0)).isNotZero();
        }
    }

    @Test
    void buffersOfAnotherByteOrderAreRefused() {
        ExecutionContext context = context(twoSums(LENGTH));
        ByteOrder foreign =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * LENGTH).order(foreign);

        assertCode("LQ0532", () -> context.setInput(0, bytes));
        assertCode("LQ0532", () -> context.setOutput(0, bytes.asFloatBuffer()));
        bytes.order(ByteOrder.nativeOrder());
        context.setInput(0, bytes);
        bytes.asFloatBuffer().put(3, 5f);
        context.run();

        assertThat(context.output(0).floats()[3]).isEqualTo(7f);
    }

    @Test
    void stringsHaveNoFixedSize() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.tensor("x", TensorType.STRING, Shape.of(2));
        TensorId y = builder.tensor("y", TensorType.STRING, Shape.of(2, 1));
        Model model = builder.node(BuiltinOperator.RESHAPE, new ReshapeOptions(Ints.of(2, 1)), List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();

        assertCode("LQ0527", () -> context(model).setInput(0, MemorySegment.ofArray(new byte[8])));
    }

    @Test
    void anArrayHasOnePurpose() {
        ExecutionContext context = context(twoSums(LENGTH));
        MemorySegment array = MemorySegment.ofArray(new float[LENGTH]);
        context.setInput(0, array);
        context.setOutput(0, array);

        assertCode("LQ0530", context::run);
        context.releaseOutputs();
        context.run();
        assertThat(context.output(0).floats()).startsWith(2f);
    }

    @Test
    void outputsThatNoKernelComputesAreFilledToo() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 2);
        TensorId c = builder.constant("c", Tensor.of(Shape.of(2), 3f, 4f));
        TensorId shape = builder.tensor("shape", TensorType.INT32, Shape.of(1));
        TensorId y = builder.floats("y", 2);
        Model model = builder.node(
                        BuiltinOperator.SHAPE, ShapeOptions.DEFAULT.withOutType(TensorType.INT32), List.of(x), shape)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, c), y)
                .subgraph("main", List.of(x), x, c, shape, y, y)
                .build();
        ExecutionContext context = context(model);
        float[][] floats = new float[4][2];
        int[] shapes = new int[1];
        context.setInput(0, Tensor.of(Shape.of(2), 1f, 2f));
        context.setOutput(0, MemorySegment.ofArray(floats[0]));
        context.setOutput(1, Tensor.of(Shape.of(2), floats[1]));
        context.setOutput(2, MemorySegment.ofArray(shapes));
        context.setOutput(3, MemorySegment.ofArray(floats[2]));
        context.setOutput(4, MemorySegment.ofArray(floats[3]));
        context.run();

        assertThat(floats[0]).containsExactly(1f, 2f);
        assertThat(floats[1]).containsExactly(3f, 4f);
        assertThat(shapes).containsExactly(2);
        assertThat(floats[2]).containsExactly(4f, 6f);
        assertThat(floats[3]).containsExactly(4f, 6f);
    }

    @Test
    void anOutputWhoseShapeDependsOnValues() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 6);
        TensorId shape = builder.tensor("shape", TensorType.INT32, Shape.of(2));
        TensorId y = builder.floats("y", 1, 1);
        Model model = builder.node(BuiltinOperator.RESHAPE, ReshapeOptions.DEFAULT, List.of(x, shape), y)
                .subgraph("main", List.of(x, shape), y)
                .build();
        ExecutionContext context = context(model);
        context.setInput(0, Tensor.of(Shape.of(6), 1f, 2f, 3f, 4f, 5f, 6f));
        context.setInput(1, Tensor.of(Shape.of(2), 2, 3));

        assertCode("LQ0531", () -> context.setOutput(0, MemorySegment.ofArray(new float[6])));
        float[] mine = new float[6];
        context.setOutput(0, Tensor.of(Shape.of(2, 3), mine));
        context.run();
        assertThat(mine).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);

        context.setInput(1, Tensor.of(Shape.of(2), 3, 2));
        assertCode("LQ0531", context::run);
        context.releaseOutputs();
        context.run();
        assertThat(context.output(0).shape()).isEqualTo(Shape.of(3, 2));
    }

    @Test
    void resizingAndReleasingLetTheMemoryGo() {
        ExecutionContext context = context(twoSums(-1, 2));
        float[] mine = new float[2];
        context.setOutput(0, MemorySegment.ofArray(mine));
        context.run();
        assertThat(mine).containsExactly(2f, 2f);

        context.resizeInput(0, Shape.of(3, 2));
        context.input(0).floats()[5] = 7;
        context.run();
        assertThat(context.output(0).copy().floats()).containsExactly(2f, 2f, 2f, 2f, 2f, 9f);

        float[] more = new float[6];
        context.setOutput(0, MemorySegment.ofArray(more));
        context.run();
        context.releaseOutputs();
        context.input(0).floats()[0] = 100;
        context.run();
        assertThat(context.output(0).floats()).startsWith(102f);
        assertThat(mine).containsExactly(2f, 2f);
        assertThat(more).containsExactly(2f, 2f, 2f, 2f, 2f, 9f);
    }

    @Test
    void aRunOnTheCallersMemoryAllocatesNothing() {
        ExecutionContext context = Runtime.compile(twoSums(LENGTH), PlanOptions.DEFAULT.kernels(Kernels.REFERENCE))
                .newContext();
        ExecutionContext plain = Runtime.compile(twoSums(LENGTH), PlanOptions.DEFAULT.kernels(Kernels.REFERENCE))
                .newContext();
        context.setInput(0, Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, LENGTH));
        context.setOutput(0, Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, LENGTH));
        for (int run = 0; run < 20_000; run++) {
            context.run();
            plain.run();
        }

        // What the kernels themselves take aside.
        assertThat(Allocations.bytes(context::run)).isLessThanOrEqualTo(Allocations.bytes(plain::run));
    }
}
