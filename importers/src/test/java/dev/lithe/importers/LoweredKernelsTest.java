package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that several builtin operators stand for, where the answer is known by mathematics.
class LoweredKernelsTest {
    @TempDir
    private Path folder;

    private Tensor answer(SavedModelFixture fixture, Tensor x) throws IOException {
        Model model = TestModels.prepared(fixture.write(folder));
        assertThat(model.main().nodes()).noneMatch(n -> n.code().customName().length() > 0);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT))) {
            return interpreter.run(Map.of("x", x)).values().iterator().next();
        }
    }

    private static SavedModelFixture model(int[] shape) {
        return new SavedModelFixture().signature("s", Map.of("x", shape), Map.of("y", "y:0"));
    }

    private static AttrValue type(DataType type) {
        return AttrValue.newBuilder().setType(type).build();
    }

    private static AttrValue integers(long... values) {
        AttrValue.Builder value = AttrValue.newBuilder();
        for (long one : values) {
            value.getListBuilder().addI(one);
        }
        return value.build();
    }

    /// Two shifts of the last dimension add up, one of which counts it from the back.
    @Test
    void shiftsOfOneDimensionAddUp() throws IOException {
        Tensor y = answer(
                model(new int[] {1, 5})
                        .ints("shift", 4, -6)
                        .ints("axis", 1, -1)
                        .add("y", "Roll", "s_x", "shift", "axis"),
                Tensor.of(Shape.of(1, 5), new float[] {0, 1, 2, 3, 4}));
        assertThat(y.floats()).containsExactly(2, 3, 4, 0, 1);
    }

    @Test
    void aShiftOfADimensionOfUnknownSize() throws IOException {
        Tensor y = answer(
                model(new int[] {-1}).ints("shift", -7).ints("axis", 0).add("y", "Roll", "s_x", "shift", "axis"),
                Tensor.of(Shape.of(5), new float[] {0, 1, 2, 3, 4}));
        assertThat(y.floats()).containsExactly(2, 3, 4, 0, 1);
    }

    /// A cosine of frequency 1 has the spectrum (0, n/2, 0, …).
    @Test
    void aSignalFromItsSpectrum() throws IOException {
        SavedModelFixture fixture = model(new int[] {3})
                .add(
                        "spectrum",
                        "Cast",
                        Map.of("SrcT", type(DataType.DT_FLOAT), "DstT", type(DataType.DT_COMPLEX64)),
                        "s_x")
                .ints("length", 6)
                .add("y", "IRFFT", "spectrum", "length");
        Tensor y = answer(fixture, Tensor.of(Shape.of(3), new float[] {0, 3, 0}));
        assertThat(y.floats()).containsExactly(new float[] {1, 0.5f, -0.5f, -1, -0.5f, 0.5f}, within(1e-6f));
    }

    /// Counted over the batch: `((batch · height + y) · width + x) · channels + channel`.
    @Test
    void placesOfTheLargestOverABatch() throws IOException {
        SavedModelFixture fixture = model(new int[] {2, 1, 4, 1})
                .add(
                        "pool",
                        "MaxPoolWithArgmax",
                        Map.of(
                                "ksize", integers(1, 1, 2, 1),
                                "strides", integers(1, 1, 2, 1),
                                "Targmax", type(DataType.DT_INT64),
                                "include_batch_in_index",
                                        AttrValue.newBuilder().setB(true).build(),
                                "padding", SavedModelFixture.text("VALID")),
                        "s_x")
                .add("y", "Cast", Map.of("SrcT", type(DataType.DT_INT64), "DstT", type(DataType.DT_FLOAT)), "pool:1");
        Tensor y = answer(fixture, Tensor.of(Shape.of(2, 1, 4, 1), new float[] {1, 2, 4, 3, 7, 7, 0, 1}));
        assertThat(y.floats()).containsExactly(1, 2, 4, 7);
    }

    @Test
    void theSmallestOfNothingIsInfinite() throws IOException {
        Tensor y = answer(
                model(new int[] {0, 2}).ints("axis", 0).add("y", "Min", "s_x", "axis"),
                Tensor.of(Shape.of(0, 2), new float[0]));
        assertThat(y.floats()).containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
    }
}
