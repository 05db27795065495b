package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.proto.SavedModel;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SavedModels of several kinds, made by `src/test/savedmodels/make.py` along with TensorFlow's answers.
class SavedModelVintagesTest {
    @TempDir
    private Path folder;

    private static Path fixture(String name) {
        return Path.of("src", "test", "savedmodels", name);
    }

    private static Map<String, Tensor> run(Model model, String signature, Map<String, Tensor> arrays) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            interpreter.inputs(signature).keySet().forEach(name -> inputs.put(name, arrays.get(name)));
            return interpreter.run(signature, inputs);
        }
    }

    private static void assertAnswers(Path path, Model model, String signature) {
        Map<String, Tensor> expected = Npz.read(path.resolve("outputs.npz"));
        run(model, signature, Npz.read(path.resolve("inputs.npz")))
                .forEach((name, actual) -> TestModels.assertClose(actual, expected.get(name), 1e-6));
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"session_references", "session_resources"})
    void modelsOfTensorFlowOne(String name) {
        Model model = TestModels.prepared(fixture(name));
        assertThat(operators(model)).containsExactly("CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX");
        assertThat(model.tensor(model.main().inputs().getFirst()).name()).isEqualTo("net/image:0");
        assertThat(model.tensor(model.main().outputs().getFirst()).name()).isEqualTo("net/probabilities:0");
        assertAnswers(fixture(name), model, "serving_default");
    }

    /// One graph is for training, one for an accelerator; a file may have them in any order.
    @Test
    void theGraphForServingOfThree() {
        Model model = TestModels.prepared(fixture("session_tags"));
        assertThat(operators(model)).containsExactly("FULLY_CONNECTED");
        assertAnswers(fixture("session_tags"), model, "predict");
    }

    /// Placeholders with defaults that the signature does not name: a factor, and whether to train.
    @Test
    void inputsThatKeepTheirDefaults() {
        Model model = TestModels.prepared(fixture("session_defaults"));
        assertThat(model.main().inputs()).hasSize(1);
        assertThat(operators(model)).doesNotContain("IF");
        assertAnswers(fixture("session_defaults"), model, "serving_default");
    }

    @Test
    void aResidualNetwork() {
        Model model = TestModels.prepared(TestModels.shared("corpus/source/resnet20_cifar10_akamaster/saved_model"));
        assertThat(operators(model)).filteredOn("CONV_2D"::equals).hasSize(19);
        assertThat(operators(model)).filteredOn("ADD"::equals).hasSize(9);
        assertThat(operators(model)).hasSize(36);
    }

    @Test
    void twoSignaturesShareTheirWeights() {
        Path path = fixture("two_signatures");
        Model model = TestModels.prepared(path);
        assertThat(model.signatures()).extracting(s -> s.key()).containsExactly("one", "two");
        assertThat(model.signatures().get(1).inputs().keySet()).containsExactly("a", "b");
        assertThat(model.signatures().get(1).outputs().keySet()).containsExactly("difference", "sum");
        assertAnswers(path, model, "one");
        assertAnswers(path, model, "two");
    }

    @Test
    void oneSignatureOfTwo() {
        ImportOptions options = ImportOptions.DEFAULT.withSignatures(List.of("two"));
        Model model = Importers.load(fixture("two_signatures"), options);
        assertThat(model.signatures()).hasSize(1);
        assertThat(model.subgraphs()).hasSize(1);
        assertAnswers(fixture("two_signatures"), model, "two");
    }

    /// A copy of the example whose graph is changed.
    private Path changed(UnaryOperator<SavedModel> change) throws IOException {
        Path from = TestModels.digits().resolve("saved_model");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        Path graph = folder.resolve("saved_model.pb");
        Files.write(
                graph,
                change.apply(SavedModel.parseFrom(Files.readAllBytes(graph))).toByteArray());
        return folder;
    }

    private static SavedModel withoutRestoreGraph(SavedModel model) {
        SavedModel.Builder builder = model.toBuilder();
        builder.getMetaGraphsBuilder(0).clearSaverDef();
        return builder.build();
    }

    @Test
    void variablesAreFoundByObjectsWhereNothingRestoresThem() throws IOException {
        Model original = TestModels.raw(TestModels.digits().resolve("saved_model"));
        Model model = TestModels.raw(changed(SavedModelVintagesTest::withoutRestoreGraph));
        assertThat(model.subgraphs()).isEqualTo(original.subgraphs());
    }

    @Test
    void aVariableThatTheCheckpointDoesNotHave() throws IOException {
        Path path = changed(model -> {
            SavedModel.Builder builder = withoutRestoreGraph(model).toBuilder();
            builder.getMetaGraphsBuilder(0).clearObjectGraphDef();
            builder.getMetaGraphsBuilder(0)
                    .getGraphDefBuilder()
                    .getNodeBuilderList()
                    .forEach(node -> {
                        if (node.getOp().equals("VarHandleOp")) {
                            node.putAttr("shared_name", SavedModelFixture.text("nowhere/" + node.getName()));
                        }
                    });
            return builder.build();
        });
        assertThatThrownBy(() -> TestModels.raw(path))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("has no value in the checkpoint")
                .hasMessageContaining("LQ0251");
    }
}
