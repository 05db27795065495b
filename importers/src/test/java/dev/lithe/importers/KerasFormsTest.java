package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Files of Keras against TensorFlow's answers, one model per layer or idiom. A folder of more cases,
/// as `make_keras_cases.py` writes them, can be given with `-Dlithe.keras.cases`.
class KerasFormsTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> answersLikeTensorFlow() throws IOException {
        String more = System.getProperty("lithe.keras.cases");
        Path cases = more == null ? TestModels.shared("conformance/keras") : Path.of(more);
        try (Stream<Path> found = Files.list(cases)) {
            return found.sorted().toList().stream()
                    .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
        }
    }

    private void check(Path path) throws IOException {
        Path unpacked = path;
        if (!Files.isDirectory(path)) {
            unpacked = folder.resolve(path.getFileName().toString().replace(".zip", ""));
            TestModels.unzip(path, unpacked);
        }
        Model keras;
        try {
            keras = TestModels.prepared(unpacked.resolve("model.keras"));
        } catch (UnsupportedException e) {
            // The layer is known, but a node of its graph has no operator yet: then its SavedModel has none either.
            assertThat(e.code()).isEqualTo("LQ0353");
            Path exported = unpacked.resolve("saved_model");
            assertThatThrownBy(() -> TestModels.prepared(exported)).isInstanceOf(UnsupportedException.class);
            return;
        }
        answers(keras, unpacked);
        Path older = unpacked.resolve("model.h5");
        if (Files.exists(older)) {
            Model h5 = TestModels.prepared(older);
            answers(h5, unpacked);
            assertThat(operators(h5)).isEqualTo(operators(keras));
        }
    }

    /// The operators with their options and the shapes around them, without names.
    private static List<String> operators(Model model) {
        List<String> lines = new ArrayList<>();
        for (Subgraph subgraph : model.subgraphs()) {
            for (Node node : subgraph.nodes()) {
                List<String> shapes = new ArrayList<>();
                for (TensorId id : node.inputs()) {
                    TensorSpec spec = subgraph.tensors().get(id);
                    shapes.add(spec == null ? "-" : spec.type() + spec.shape().toString());
                }
                lines.add(node.code() + " " + node.options() + " " + shapes);
            }
        }
        return lines;
    }

    private static void answers(Model model, Path folder) throws IOException {
        Map<String, Tensor> arrays = Npz.read(folder.resolve("inputs.npz"));
        // Input layers are numbered as they were made, so by name they come in the order of the arrays.
        List<String> names = model.signatures().getFirst().inputs().keySet().stream()
                .sorted((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
                .toList();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            inputs.put(names.get(i), arrays.get("in_" + i));
        }
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> outputs = interpreter.run(inputs);
            Npz.read(folder.resolve("outputs.npz"))
                    .forEach((key, expected) ->
                            TestModels.assertClose(outputs.get(key.replace("out_", "output_")), expected, 1e-5));
        }
    }
}
