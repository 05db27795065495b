package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.WeightMath.QuantizedWeights;
import dev.lithe.operators.WeightMath.WeightRounding;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every scale, zero point, weight and bias of TensorFlow 2.21's quantized files, computed anew from the float
/// model and the ranges that its calibrator recorded: all equal. Skipped where the golden files are absent.
class GoldenParametersTest {
    private static final Pattern RANGE =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\":\\s*\\[\\s*([-+.\\deE]+),\\s*([-+.\\deE]+)\\s*]");

    private final Map<String, TensorSpec> floats = new HashMap<>();
    private int weights;
    private int biases;
    private int activations;

    @ParameterizedTest
    @CsvSource({
        "kws, int8, BY_INVERSE_SCALE",
        "kws, int8_pertensor, BY_INVERSE_RANGE",
        "kws, 16x8_strict, BY_INVERSE_RANGE",
        "kws, dynamic, BY_EXACT_SCALE",
        "resnet8, int8, BY_INVERSE_SCALE",
        "resnet8, int8_pertensor, BY_INVERSE_RANGE",
        "resnet8, 16x8_strict, BY_INVERSE_RANGE",
        "resnet8, 16x8_bias32, BY_INVERSE_RANGE",
        "resnet8, int8_oldq, BY_INVERSE_RANGE",
        "resnet8, dynamic, BY_EXACT_SCALE",
        "ad01, int8, BY_INVERSE_SCALE",
        "ad01, int8_pertensor, BY_INVERSE_RANGE",
        "ad01, 16x8_strict, BY_INVERSE_RANGE",
        "ad01, dynamic, BY_EXACT_SCALE",
        "vww96, int8, BY_INVERSE_SCALE",
        "vww96, 16x8_strict, BY_INVERSE_RANGE",
        "vww96, dynamic, BY_EXACT_SCALE",
        "sww, int8, BY_INVERSE_SCALE",
        "sww, dynamic, BY_EXACT_SCALE",
    })
    void equalTensorFlows(String model, String mode, WeightRounding rounding) throws IOException {
        Path golden = Path.of(System.getProperty("lithe.shared", ""), "golden", model);
        assumeTrue(Files.isDirectory(golden.resolve(mode)), "the golden files are not here");
        Model original = TfliteReader.read(golden.resolve("none/model.tflite"));
        original.main().tensors().values().forEach(t -> floats.put(t.name(), t));
        Model quantized = TfliteReader.read(golden.resolve(mode).resolve("model.tflite"));
        Map<String, double[]> ranges = ranges(golden.resolve("ranges.json"));

        for (Node node : quantized.main().nodes()) {
            NodeView view = new NodeView(quantized.main(), node);
            QuantizationRule rule = Operators.definition(node.code().builtin())
                    .map(Definition::quantization)
                    .orElse(QuantizationRule.unsupported());
            if (rule.scales() == QuantizationRule.Scales.INDEPENDENT) {
                compareActivation(view.output(0), ranges);
            }
            if (rule.weight() >= 0 && view.input(rule.weight()).type() == TensorType.INT8) {
                compareWeights(view, rule, rounding);
            }
        }
        for (var input : quantized.main().inputs()) {
            compareActivation(quantized.tensor(input), ranges);
        }
        assertThat(weights).isPositive();
        if (!mode.equals("dynamic")) {
            assertThat(biases).isPositive();
            assertThat(activations).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kws", "resnet8", "ad01", "vww96"})
    void halvesEqualTensorFlows(String model) {
        Path golden = Path.of(System.getProperty("lithe.shared", ""), "golden", model);
        assumeTrue(Files.isDirectory(golden.resolve("float16")), "the golden files are not here");
        TfliteReader.read(golden.resolve("none/model.tflite"))
                .main()
                .tensors()
                .values()
                .forEach(t -> floats.put(t.name(), t));
        Model halved = TfliteReader.read(golden.resolve("float16/model.tflite"));

        for (TensorSpec tensor : halved.main().tensors().values()) {
            if (tensor.type() == TensorType.FLOAT16 && floats.containsKey(tensor.name())) {
                short[] expected = QuantizationMath.toFloat16(
                        values(floats.get(tensor.name())).floats());
                assertThat(values(tensor).shorts()).as(tensor.name()).isEqualTo(expected);
                weights++;
            }
        }
        assertThat(weights).isGreaterThan(3);
    }

    private void compareActivation(TensorSpec tensor, Map<String, double[]> ranges) {
        double[] range = ranges.get(tensor.name());
        if (range == null || !tensor.quantization().isPresent()) {
            return;
        }
        QuantizationParameters expected = tensor.type() == TensorType.INT16
                ? QuantizationMath.activationInt16(range[0], range[1])
                : QuantizationMath.activationInt8(range[0], range[1]);
        assertThat(tensor.quantization().sameMapping(expected))
                .as("%s: %s, computed %s", tensor.name(), tensor.quantization(), expected)
                .isTrue();
        activations++;
    }

    private void compareWeights(NodeView node, QuantizationRule rule, WeightRounding rounding) {
        TensorSpec stored = node.input(rule.weight());
        QuantizationParameters written = stored.quantization();
        float[] real = values(floats.get(stored.name())).floats();
        int dimension = written.isPerChannel() ? rule.channelDimension() : -1;
        double[] bounds = WeightMath.bounds(real, stored.shape(), dimension);
        float[] scales = WeightMath.scales(real, stored.shape(), dimension);
        float[] bias = node.hasInput(rule.bias()) ? floatBias(node.input(rule.bias())) : null;
        QuantizedWeights expected;
        float[] biasScales = {};
        boolean integer = node.input(0).quantization().isPresent();
        float inputScale = integer ? node.input(0).quantization().scale() : 0;
        if (integer && bias != null && node.input(0).type() == TensorType.INT8) {
            QuantizationMath.BiasFit fit = QuantizationMath.fitBias(inputScale, scales, bias);
            biasScales = fit.biasScales();
            expected = fit.adjusted()
                    ? WeightMath.quantize(real, stored.shape(), dimension, fit.weightScales())
                    : WeightMath.quantizeWithin(real, stored.shape(), dimension, bounds, rounding);
        } else {
            double[] fit = integer && bias != null
                    ? QuantizationMath.fitBiasWide(
                            inputScale, WeightMath.largest(real, stored.shape(), dimension), bias)
                    : bounds;
            expected = WeightMath.quantizeWithin(real, stored.shape(), dimension, fit, rounding);
            biasScales = QuantizationMath.biasScales(
                    inputScale, expected.parameters().scales().toArray());
        }
        assertThat(written.scales().toArray())
                .as(stored.name())
                .containsExactly(expected.parameters().scales().toArray());
        assertThat(values(stored).bytes()).as(stored.name()).isEqualTo(expected.values());
        weights++;
        if (integer && bias != null) {
            compareBias(node.input(rule.bias()), bias, biasScales);
        }
    }

    private void compareBias(TensorSpec stored, float[] bias, float[] scales) {
        assertThat(stored.quantization().scales().toArray()).as(stored.name()).containsExactly(scales);
        Tensor values = values(stored);
        if (stored.type() == TensorType.INT64) {
            assertThat(values.longs()).as(stored.name()).isEqualTo(QuantizationMath.biasInt64(bias, scales));
        } else {
            assertThat(values.ints()).as(stored.name()).isEqualTo(QuantizationMath.biasInt32(bias, scales));
        }
        biases++;
    }

    /// Null where TensorFlow made the bias up (an operator that had none).
    private float[] floatBias(TensorSpec stored) {
        TensorSpec original = floats.get(stored.name());
        boolean known = original != null && original.isConstant() && original.type() == TensorType.FLOAT32;
        return known ? values(original).floats() : null;
    }

    private static Tensor values(TensorSpec spec) {
        return Tensor.fromLittleEndian(
                spec.type(),
                spec.shape(),
                spec.quantization(),
                Objects.requireNonNull(spec.constant()).bytes().segment());
    }

    private static Map<String, double[]> ranges(Path file) throws IOException {
        Map<String, double[]> ranges = new HashMap<>();
        Matcher matcher = RANGE.matcher(Files.readString(file));
        while (matcher.find()) {
            ranges.put(
                    matcher.group(1),
                    new double[] {Double.parseDouble(matcher.group(2)), Double.parseDouble(matcher.group(3))});
        }
        return ranges;
    }
}
