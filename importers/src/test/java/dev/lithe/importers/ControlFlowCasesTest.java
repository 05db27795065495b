package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All float cases of TensorFlow's own tests of branches and lists.
class ControlFlowCasesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cond",
                "control_dep",
                "dynamic_rnn",
                "lstm",
                "static_hashtable",
                "static_rnn_with_control_flow_v2",
                "tensor_list_dynamic_shape",
                "unfused_gru",
                "while",
                "tensor_list_concat",
                "tensor_list_get_item",
                "tensor_list_length",
                "tensor_list_resize",
                "tensor_list_set_item"
            })
    void answersLikeTensorFlow(String operator) throws IOException {
        TestModels.unzip(TestModels.shared("conformance/tensorflow-ops/" + operator + ".zip"), folder);
        try (Stream<Path> cases = Files.list(folder)) {
            for (Path one : cases.sorted().toList()) {
                if (Files.readString(one.resolve("case.json")).contains("\"mode\": \"float\"")) {
                    check(one);
                }
            }
        }
    }

    private static void check(Path one) {
        Model model = TestModels.prepared(one);
        Map<String, Tensor> inputs = Npz.read(one.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(one.resolve("outputs.npz"));
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> feed = new LinkedHashMap<>();
            for (String name : interpreter.inputs().keySet()) {
                feed.put(name, inputs.get(name.replace("/", "__")));
            }
            Map<String, Tensor> outputs = interpreter.run(feed);
            assertThat(outputs).as(one.toString()).hasSameSizeAs(expected);
            for (String name : List.copyOf(outputs.keySet())) {
                Tensor actual = outputs.get(name);
                Tensor wanted = expected.get(name.replace("/", "__"));
                if (wanted.type() == TensorType.STRING) {
                    assertThat(actual.strings()).isDeepEqualTo(wanted.strings());
                } else {
                    TestModels.assertClose(actual, wanted, 1e-5);
                }
            }
        }
    }
}
