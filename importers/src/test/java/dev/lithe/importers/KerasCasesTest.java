package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Small Keras models, one per layer or idiom, against TensorFlow's answers. What is listed here
/// has to convert; of the others an error that names the nodes is taken as well.
class KerasCasesTest {
    private static final Set<String> SUPPORTED = Set.of(
            "activation_hard_sigmoid",
            "activation_hard_silu",
            "activation_relu6",
            "activation_silu",
            "activation_softmax",
            "activation_tanh",
            "average_pool1d",
            "batch_norm_alone",
            "bidirectional_gru_sequences",
            "conv1d",
            "conv1d_causal_dilated",
            "conv2d_bn_relu6",
            "conv2d_dilated",
            "conv2d_pad_valid",
            "conv2d_same_stride",
            "conv2d_valid_stride",
            "cropping2d",
            "dense",
            "dense_relu",
            "depthwise_dilated",
            "depthwise_multiplier",
            "embedding_masked_lstm",
            "global_average_pool1d_keepdims",
            "global_average_pool2d",
            "global_max_pool2d",
            "gru_reset_before",
            "inverted_residual",
            "lstm",
            "lstm_backwards",
            "lstm_stacked",
            "lstm_unrolled",
            "max_pool2d_same",
            "merge_add",
            "merge_concatenate",
            "merge_minimum",
            "merge_multiply",
            "nested_model",
            "rescaling",
            "separable_conv2d",
            "simple_rnn",
            "squeeze_excite",
            "two_inputs_two_outputs");

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> answersLikeTensorFlow() throws IOException {
        try (Stream<Path> zips = Files.list(TestModels.shared("conformance/keras"))) {
            return zips.sorted().toList().stream()
                    .map(zip -> DynamicTest.dynamicTest(zip.getFileName().toString(), () -> check(zip)));
        }
    }

    private void check(Path zip) throws IOException {
        String name = zip.getFileName().toString().replace(".zip", "");
        Path unpacked = folder.resolve(name);
        TestModels.unzip(zip, unpacked);
        Model model;
        try {
            model = TestModels.prepared(unpacked.resolve("saved_model"));
        } catch (UnsupportedException e) {
            assertThat(SUPPORTED).as(e.getMessage()).doesNotContain(name);
            assertThat(e.offenders()).isNotEmpty();
            return;
        }
        answers(model, unpacked);
    }

    private static void answers(Model model, Path folder) throws IOException {
        List<String> names = inputNames(Files.readString(folder.resolve("case.json")));
        TestModels.assertKerasAnswers(model, folder, names);
    }

    private static List<String> inputNames(String json) {
        Matcher list = Pattern.compile("\"inputs\":\\s*\\[([^]]*)]").matcher(json);
        assertThat(list.find()).isTrue();
        List<String> names = new ArrayList<>();
        Matcher name = Pattern.compile("\"([^\"]+)\"").matcher(list.group(1));
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }
}
