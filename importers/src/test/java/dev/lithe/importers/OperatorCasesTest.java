package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
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
import org.junit.jupiter.params.provider.CsvSource;

/// SavedModels of TensorFlow's own operator tests, written in graph mode, against its answers.
class OperatorCasesTest {
    @TempDir
    private Path folder;

    /// @param least how many cases have to convert; of the others an error that names the nodes is taken
    @ParameterizedTest
    @CsvSource({
        "add, 5",
        "avg_pool, 5",
        "concat, 5",
        "constant, 7",
        "control_dep, 1",
        "conv, 3",
        "conv_relu, 3",
        "conv_relu1, 3",
        "conv_relu6, 4",
        "conv_to_depthwiseconv_with_shared_weights, 1",
        "depthwiseconv, 8",
        "expand_dims, 9",
        "fully_connected, 8",
        "identify_dilated_conv, 12",
        "identify_dilated_conv1d, 12",
        "identity, 6",
        "max_pool, 6",
        "mean, 2",
        "mul, 7",
        "pad, 5",
        "padv2, 5",
        "relu6, 2",
        "reshape, 5",
        "softmax, 2",
        "squeeze, 5",
        "strided_slice_np_style, 10",
        "sub, 5",
        "transpose, 6"
    })
    void answersLikeTensorFlow(String operator, int least) throws IOException {
        TestModels.unzip(TestModels.shared("conformance/tensorflow-ops/" + operator + ".zip"), folder);
        int converted = 0;
        try (Stream<Path> cases = Files.list(folder)) {
            for (Path one : cases.sorted().toList()) {
                if (Files.readString(one.resolve("case.json")).contains("\"mode\": \"float\"")) {
                    converted += check(one) ? 1 : 0;
                }
            }
        }
        assertThat(converted).isGreaterThanOrEqualTo(least);
    }

    private static boolean check(Path one) {
        Model model;
        try {
            model = TestModels.prepared(one);
        } catch (UnsupportedException e) {
            assertThat(e.offenders()).isNotEmpty();
            return false;
        }
        Map<String, Tensor> inputs = Npz.read(one.resolve("inputs.npz"));
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> feed = new LinkedHashMap<>();
            for (String name : interpreter.inputs().keySet()) {
                Tensor given = inputs.get(name.replace("/", "__"));
                if (given != null) {
                    feed.put(
                            name,
                            TestModels.withType(
                                    given, interpreter.inputs().get(name).type()));
                }
            }
            // Some cases were recorded without what is not read, and strings are nothing to compute with here.
            boolean complete = feed.keySet().equals(interpreter.inputs().keySet())
                    && feed.values().stream().noneMatch(t -> t.type() == TensorType.STRING);
            if (complete) {
                compare(interpreter.run(feed), Npz.read(one.resolve("outputs.npz")));
            }
            return complete;
        }
    }

    private static void compare(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
        assertThat(outputs).hasSameSizeAs(expected);
        List<String> names = List.copyOf(outputs.keySet());
        for (String name : names) {
            TestModels.assertClose(outputs.get(name), expected.get(name.replace("/", "__")), 1e-5);
        }
    }
}
