package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// HDF5 files of Keras 2 that people published.
class KerasCorpusTest {
    private static final String WEIGHTS_ONLY = "ml-1m_GMF_8_1501651698.h5";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> answersLikeTensorFlow() throws IOException {
        try (Stream<Path> files = Files.walk(TestModels.shared("corpus/source"), 2)) {
            List<Path> models = files.filter(file -> file.toString().matches(".*\\.(h5|hdf5)"))
                    .filter(file -> !file.endsWith(WEIGHTS_ONLY))
                    .sorted()
                    .toList();
            assertThat(models).hasSize(16);
            return models.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
        }
    }

    /// Against what TensorFlow answered when `corpus/make.py` asked it, in parts of the output's range.
    private static void check(Path file) throws IOException {
        Model model = TestModels.prepared(file);
        assertThat(model.main().nodes()).isNotEmpty();
        Map<String, Tensor> answers =
                Npz.read(Path.of("src/test/keras/corpus", file.getParent().getFileName() + ".npz"));
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT))) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            // The input layers of the one model with two of them are called in their order.
            for (String name : new TreeSet<>(interpreter.inputs().keySet())) {
                TensorSpec spec = interpreter.inputs().get(name);
                inputs.put(name, fill(spec.type(), spec.shape(), inputs.size()));
            }
            Tensor actual = interpreter.run(inputs).get("output_0");
            Tensor expected = answers.get("out_0");
            int step = (int) answers.get("out_0_step").elementAsDouble(0);
            double range = answers.get("out_0_range").elementAsDouble(0);
            assertThat((actual.elementCount() + step - 1) / step).isEqualTo(expected.elementCount());
            for (int i = 0; i < expected.elementCount(); i++) {
                assertThat(actual.elementAsDouble(i * step))
                        .as("element " + i * step)
                        .isCloseTo(expected.elementAsDouble(i), within(1e-4 * range));
            }
        }
    }

    /// What `fill` in make.py computes: floats in [-1, 1), integers in [0, 100).
    private static Tensor fill(TensorType type, Shape shape, int number) {
        int count = Math.toIntExact(shape.elementCount());
        float[] reals = new float[count];
        int[] whole = new int[count];
        for (int i = 0; i < count; i++) {
            double unit = ((i * 2654435761L + number * 40503L + 12345L) & 0xFFFFFFFFL) / 4294967296.0;
            reals[i] = (float) (2 * unit - 1);
            whole[i] = (int) Math.floor(unit * 100);
        }
        return TestModels.withType(
                type == TensorType.FLOAT32 ? Tensor.of(shape, reals) : Tensor.of(shape, whole), type);
    }

    @Test
    void weightsWithoutLayersAreNamedAsSuch() {
        Path file = TestModels.shared("corpus/source/ncf_gmf_ml1m/" + WEIGHTS_ONLY);
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("weights only")
                .hasMessageContaining("item_embedding")
                .hasMessageContaining("LQ0372");
    }

    @Test
    void noZipFileIsTakenForOne() throws IOException {
        Path file = Files.write(folder.resolve("model.keras"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("LQ0170");
    }
}
