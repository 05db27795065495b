package dev.lithe.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.Floats;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The keyword model from its SavedModel in every mode, with TensorFlow's ranges (which name tensors as TensorFlow
/// does), against TensorFlow's files. Folding batch normalization may differ in the last bits: TensorFlow takes the
/// processor's estimate of the inverse square root.
class SavedModelParametersTest {
    private static final int ULPS = 4;
    private static final double WEIGHTS = 0.005;

    private long weights;
    private long otherWeights;

    @TestFactory
    Stream<DynamicTest> the_saved_model_gives_the_parameters_of_the_float_file() {
        assumeFalse(Golden.isAbsent(), "the folder of goldens is absent");
        Path source = Golden.folder().resolveSibling("corpus").resolve("source").resolve("kws_dscnn_mlperf");
        Model model = Models.open(source);
        return Golden.modes("kws").entrySet().stream()
                .map(mode ->
                        DynamicTest.dynamicTest(mode.getKey(), () -> check(model, mode.getKey(), mode.getValue())));
    }

    private void check(Model model, String mode, Quantization quantization) {
        Converter converter = Converter.of(model).quantize(quantization.compatTensorflow());
        Converter ready =
                quantization.recipe().mode().needsRanges() ? converter.ranges(Golden.ranges("kws")) : converter;
        byte[] bytes = ready.convert().bytes();
        Model ours = TfliteReader.read(MemorySegment.ofArray(bytes), "ours");
        Model theirs = TfliteReader.read(Golden.file("kws", mode));
        assertThat(operators(ours)).isEqualTo(operators(theirs));
        assertThat((long) bytes.length)
                .isLessThanOrEqualTo(Golden.file("kws", mode).toFile().length());
        weights = 0;
        otherWeights = 0;
        List<Node> ourNodes = computing(ours);
        List<Node> theirNodes = computing(theirs);
        for (int i = 0; i < theirNodes.size(); i++) {
            List<TensorSpec> our = tensors(ours, ourNodes.get(i));
            List<TensorSpec> their = tensors(theirs, theirNodes.get(i));
            assertThat(our).hasSameSizeAs(their);
            for (int k = 0; k < their.size(); k++) {
                compare(our.get(k), their.get(k));
            }
        }
        assertThat((double) otherWeights).isLessThanOrEqualTo(WEIGHTS * weights);
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    /// All operators but those that widen a stored constant, which stand in front in no order that matters.
    private static List<Node> computing(Model model) {
        return model.main().nodes().stream()
                .filter(n -> !model.tensor(n.input(0)).isConstant())
                .toList();
    }

    private static List<TensorSpec> tensors(Model model, Node node) {
        List<TensorId> ids = new ArrayList<>(node.inputs());
        ids.addAll(node.outputs());
        return ids.stream().filter(TensorId::isPresent).map(model::tensor).toList();
    }

    private void compare(TensorSpec our, TensorSpec their) {
        assertThat(our.type()).as(their.name()).isEqualTo(their.type());
        assertThat(our.declaredShape()).as(their.name()).isEqualTo(their.declaredShape());
        assertThat(our.quantization().zeroPoints())
                .as(their.name())
                .isEqualTo(their.quantization().zeroPoints());
        Floats scales = their.quantization().scales();
        assertThat(our.quantization().scales().size()).isEqualTo(scales.size());
        for (int i = 0; i < scales.size(); i++) {
            int steps = Float.floatToIntBits(our.quantization().scales().get(i)) - Float.floatToIntBits(scales.get(i));
            assertThat(Math.abs(steps)).as("scale %d of %s", i, their.name()).isLessThanOrEqualTo(ULPS);
        }
        if (their.isConstant() && their.type() == TensorType.INT8) {
            compareWeights(our, their);
        }
    }

    private void compareWeights(TensorSpec our, TensorSpec their) {
        byte[] a = our.constant().bytes().toArray();
        byte[] b = their.constant().bytes().toArray();
        for (int i = 0; i < b.length; i++) {
            int step = Math.abs(a[i] - b[i]);
            assertThat(step).as("weight %d of %s", i, their.name()).isLessThanOrEqualTo(1);
            weights++;
            otherWeights += step;
        }
    }
}
