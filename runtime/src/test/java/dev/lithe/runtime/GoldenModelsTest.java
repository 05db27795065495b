package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lithe.datasets.Npy;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Real models in every mode that today's tools write, against the answers of LiteRT's reference kernels.
class GoldenModelsTest {
    private static final List<String> MODELS =
            List.of("ad01", "bert", "kws", "resnet8", "sww", "vit", "vitout", "vww96");

    @TestFactory
    Stream<DynamicTest> outputsAreThoseOfTheReferenceKernels() throws IOException {
        Path golden = Path.of(System.getProperty("lithe.shared", "shared"), "golden");
        assumeThat(golden).isDirectory();
        List<DynamicTest> tests = new ArrayList<>();
        for (String model : MODELS) {
            try (Stream<Path> modes = Files.list(golden.resolve(model))) {
                modes.filter(Files::isDirectory).sorted().forEach(folder -> {
                    for (Kernels kernels : Kernels.values()) {
                        String name = golden.relativize(folder) + " " + kernels;
                        tests.add(DynamicTest.dynamicTest(name, () -> check(folder, kernels)));
                    }
                });
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, Kernels kernels) {
        Model model = TfliteReader.read(folder.resolve("model.tflite"));
        ExecutionContext context =
                Runtime.compile(model, PlanOptions.DEFAULT.kernels(kernels)).newContext();
        Tensor inputs = Npy.read(folder.resolve("input.npy"));
        Tensor expected = Npy.read(folder.resolve("output_ref.npy"));
        int samples = inputs.shape().dimension(0);
        assertThat(samples).isEqualTo(8);
        for (int i = 0; i < samples; i++) {
            context.setInput(0, row(inputs, i, context.inputShape(0)));
            Tensor mine = roomy(context.outputs().getFirst());
            if (i % 2 == 0) {
                context.releaseOutputs();
            } else {
                context.setOutput(0, mine);
            }
            context.run();
            assertSame(context.output(0), row(expected, i, context.output(0).shape()), range(expected), i);
            assertThat(context.output(0).array() == mine.array()).isEqualTo(i % 2 != 0);
            assertThat(Arrays.equals(end(mine), new byte[Long.BYTES]))
                    .as("what lies behind")
                    .isTrue();
        }
    }

    /// A tensor whose array is longer than it needs: kernels may not write to its end.
    private static Tensor roomy(TensorSpec spec) {
        Object array = Tensor.newArray(spec.type(), spec.shape().flatSize() + Long.BYTES);
        return Tensor.wrap(spec.type(), spec.shape(), spec.quantization(), array);
    }

    private static byte[] end(Tensor tensor) {
        Tensor whole = Tensor.wrap(
                tensor.type(), Shape.of(Array.getLength(tensor.array())), QuantizationParameters.NONE, tensor.array());
        byte[] all = whole.toLittleEndian();
        return Arrays.copyOfRange(all, all.length - Long.BYTES, all.length);
    }

    private static void assertSame(Tensor actual, Tensor expected, double range, int sample) {
        double limit = actual.type() == TensorType.FLOAT32 ? 1e-5 * range : 0;
        assertThat(actual.type()).isEqualTo(expected.type());
        double worst = 0;
        for (int i = 0; i < actual.elementCount(); i++) {
            worst = Math.max(worst, Math.abs(actual.elementAsDouble(i) - expected.elementAsDouble(i)));
        }
        assertThat(worst).as("largest difference in sample " + sample).isLessThanOrEqualTo(limit);
    }

    private static double range(Tensor values) {
        double[] all = values.toDoubles();
        return Arrays.stream(all).max().orElse(0) - Arrays.stream(all).min().orElse(0);
    }

    /// Part `index` of a tensor that is split along its leading dimension.
    private static Tensor row(Tensor all, int index, Shape shape) {
        int length = all.elementCount() / all.shape().dimension(0);
        assertThat(shape.flatSize()).isEqualTo(length);
        Tensor row = Tensor.allocate(all.type(), shape, all.quantization());
        System.arraycopy(all.array(), index * length, row.array(), 0, length);
        return row;
    }
}
