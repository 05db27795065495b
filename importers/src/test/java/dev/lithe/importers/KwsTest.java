package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npy;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The keyword model of MLPerf Tiny from its SavedModel, against what TensorFlow's converter makes
/// of it.
class KwsTest {
    private final Model ours = TestModels.prepared(TestModels.shared("corpus/source/kws_dscnn_mlperf"));
    private final Model theirs = TfliteReader.read(TestModels.shared("golden/kws/none/model.tflite"));

    @Test
    void hasTheSameOperators() {
        assertThat(operators(ours)).isEqualTo(operators(theirs));
        for (int i = 0; i < theirs.main().nodes().size(); i++) {
            Node ourNode = ours.main().nodes().get(i);
            Node theirNode = theirs.main().nodes().get(i);
            assertThat(ourNode.options()).as("options of %s", theirNode).isEqualTo(theirNode.options());
            assertThat(ourNode.inputs()).hasSameSizeAs(theirNode.inputs());
        }
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    @Test
    void hasTheSameTensors() {
        for (int i = 0; i < theirs.main().nodes().size(); i++) {
            Node ourNode = ours.main().nodes().get(i);
            Node theirNode = theirs.main().nodes().get(i);
            for (int k = 0; k < theirNode.inputs().size(); k++) {
                TensorSpec our = ours.tensor(ourNode.input(k));
                TensorSpec their = theirs.tensor(theirNode.input(k));
                assertThat(our.type()).isEqualTo(their.type());
                assertThat(our.shape()).isEqualTo(their.shape());
            }
            TensorSpec our = ours.tensor(ourNode.output(0));
            TensorSpec their = theirs.tensor(theirNode.output(0));
            assertThat(our.name()).isEqualTo(their.name());
            assertThat(our.shape()).isEqualTo(their.shape());
            assertThat(our.declaredShape()).isEqualTo(their.declaredShape());
        }
    }

    @Test
    void hasTheSameSignature() {
        assertThat(ours.signatures()).hasSize(1);
        assertThat(ours.signatures().getFirst().key()).isEqualTo("serving_default");
        assertThat(ours.signatures().getFirst().inputs().keySet()).containsExactly("input_1");
        assertThat(ours.signatures().getFirst().outputs().keySet()).containsExactly("dense");
        TensorSpec input = ours.tensor(ours.main().inputs().getFirst());
        assertThat(input.name()).isEqualTo("serving_default_input_1:0");
        assertThat(input.shape()).isEqualTo(Shape.of(1, 49, 10, 1));
        assertThat(input.shapeSignature()).isEqualTo(Shape.of(-1, 49, 10, 1));
        assertThat(ours.tensor(ours.main().outputs().getFirst()).name()).isEqualTo("StatefulPartitionedCall:0");
    }

    /// Scales come from the largest weight of a channel: those differ by at most 4 units in the
    /// last place, all weights by 4 (TensorFlow takes the processor's estimate of the inverse
    /// square root), biases by what cancels in them.
    @Test
    void hasTheSameWeights() {
        for (int i = 0; i < theirs.main().nodes().size(); i++) {
            Node ourNode = ours.main().nodes().get(i);
            Node theirNode = theirs.main().nodes().get(i);
            if (theirNode.inputs().size() < 3) {
                continue;
            }
            float[] our = values(ours.tensor(ourNode.input(1)));
            float[] their = values(theirs.tensor(theirNode.input(1)));
            for (int k = 0; k < their.length; k++) {
                assertThat(Math.abs(our[k] - their[k]))
                        .as("weight %d of %s", k, theirNode.code())
                        .isLessThanOrEqualTo(4 * Math.ulp(their[k]));
            }
            float[] ourBias = values(ours.tensor(ourNode.input(2)));
            float[] theirBias = values(theirs.tensor(theirNode.input(2)));
            for (int k = 0; k < theirBias.length; k++) {
                assertThat(Math.abs(ourBias[k] - theirBias[k]))
                        .as("bias %d of %s", k, theirNode.code())
                        .isLessThanOrEqualTo(4 * Math.ulp(8f));
            }
        }
    }

    @Test
    void answersLikeTensorFlow() {
        Tensor input = Npy.read(TestModels.shared("golden/kws/none/input.npy"));
        Tensor expected = Npy.read(TestModels.shared("golden/kws/none/output_ref.npy"));
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(ours, options))) {
            int samples = expected.shape().dimension(0);
            float[] answers = new float[expected.elementCount()];
            int size = input.elementCount() / samples;
            int results = answers.length / samples;
            for (int i = 0; i < samples; i++) {
                float[] sample = Arrays.copyOfRange(input.floats(), i * size, (i + 1) * size);
                Tensor answer = interpreter
                        .run(Map.of("input_1", Tensor.of(Shape.of(1, 49, 10, 1), sample)))
                        .get("dense");
                System.arraycopy(answer.floats(), 0, answers, i * results, results);
            }
            TestModels.assertClose(Tensor.of(expected.shape(), answers), expected, 1e-6);
        }
    }

    private static float[] values(TensorSpec spec) {
        return Tensor.fromLittleEndian(
                        spec.type(),
                        spec.shape(),
                        QuantizationParameters.NONE,
                        spec.constant().bytes().segment())
                .floats();
    }
}
