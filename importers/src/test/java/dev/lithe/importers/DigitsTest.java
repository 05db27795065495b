package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The bundled example, a Keras 3 export.
class DigitsTest {
    private final Model model = TestModels.prepared(TestModels.digits().resolve("saved_model"));

    /// What TensorFlow's converter makes of it; the figures stand in the example's expected.json.
    @Test
    void hasTensorFlowsOperators() {
        assertThat(model.main().nodes().stream().map(n -> n.code().toString()))
                .containsExactly(
                        "CONV_2D",
                        "DEPTHWISE_CONV_2D",
                        "CONV_2D",
                        "MAX_POOL_2D",
                        "CONV_2D",
                        "DEPTHWISE_CONV_2D",
                        "ADD",
                        "AVERAGE_POOL_2D",
                        "CONV_2D",
                        "PAD",
                        "CONV_2D",
                        "ADD",
                        "MEAN",
                        "RESHAPE",
                        "FULLY_CONNECTED",
                        "FULLY_CONNECTED",
                        "SOFTMAX");
    }

    @Test
    void leavesKerasSecondNameOfTheSameSignatureOut() {
        assertThat(model.signatures()).hasSize(1);
        assertThat(model.signatures().getFirst().key()).isEqualTo("serving_default");
        assertThat(model.signatures().getFirst().inputs()).containsOnlyKeys("image");
        assertThat(model.signatures().getFirst().outputs()).containsOnlyKeys("output_0");
        assertThat(model.tensor(model.main().outputs().getFirst()).name()).isEqualTo("StatefulPartitionedCall_1:0");
    }

    @Test
    void answersLikeTensorFlow() {
        Tensor expected =
                Npz.read(TestModels.digits().resolve("expected_outputs.npz")).get("output_0");
        int samples = expected.shape().dimension(0);
        Tensor images =
                Npz.open(TestModels.digits().resolve("test.npz")).array("image").rows(0, samples);
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            TestModels.assertClose(interpreter.run(Map.of("image", images)).get("output_0"), expected, 1e-5);
        }
    }
}
