package dev.lithe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.importers.ImportOptions;
import dev.lithe.quantizer.Precision;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that come with the ranges of their activations: ONNX files that onnxruntime quantized
/// (`importers/src/test/onnx/make.py`).
class StatedRangesTest {
    private static final Path CASES =
            Path.of(System.getProperty("lithe.root", ".."), "importers", "src", "test", "onnx", "cases");

    private static Model open(String name) {
        return Models.open(CASES.resolve(name).resolve("model.onnx"), ImportOptions.DEFAULT.withKeepLayout(true));
    }

    private static Map<String, TensorSpec> byName(Model model) {
        Map<String, TensorSpec> specs = new HashMap<>();
        model.main().tensors().values().forEach(t -> specs.put(t.name(), t));
        return specs;
    }

    private static void assertAnswers(Model model, double tolerance) {
        Tensor expected =
                Npz.read(CASES.resolve("quantized_cnn").resolve("outputs.npz")).get("y");
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT))) {
            Tensor actual = interpreter
                    .run(Npz.read(CASES.resolve("quantized_cnn").resolve("inputs.npz")))
                    .get("y");
            assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(tolerance));
        }
    }

    @Test
    void int8NeedsNoDataAndHasTheScalesOfTheFile() {
        Model floats = open("quantized_cnn");

        Converted converted = Converter.of(floats).quantize(Quantization.int8()).convert();

        Map<String, TensorSpec> specs = byName(converted.model());
        int compared = 0;
        for (Node node : floats.main().nodes()) {
            if (node.code().builtin() != BuiltinOperator.QUANTIZE) {
                continue;
            }
            var stated = floats.main().tensor(node.output(0));
            TensorSpec made = specs.get(floats.main().tensor(node.input(0)).name());
            if (made == null || made.type() != TensorType.INT8) {
                continue;
            }
            boolean fixed = made.quantization().scale() == 1f / 256;
            if (!fixed) {
                assertThat(made.quantization().scale())
                        .as(made.name())
                        .isCloseTo(
                                stated.quantization().scale(),
                                within(2e-6f * stated.quantization().scale()));
                int shift = stated.type() == TensorType.UINT8 ? 128 : 0;
                assertThat(made.quantization().zeroPoint())
                        .isEqualTo(stated.quantization().zeroPoint() - shift);
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(4);
        assertThat(converted.decisions()).noneMatch(d -> d.precision() == Precision.FLOAT32);
        assertAnswers(converted.model(), 0.02);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dynamic", "float16"})
    void otherModesKeepThePairs(String mode) {
        Quantization quantization = switch (mode) {
            case "dynamic" -> Quantization.dynamic();
            case "float16" -> Quantization.float16();
            default -> Quantization.none();
        };

        Model model = Converter.of(open("quantized_cnn"))
                .quantize(quantization)
                .convert()
                .model();

        assertThat(model.main().nodes()).anyMatch(n -> n.code().builtin() == BuiltinOperator.QUANTIZE);
        assertAnswers(model, 0.02);
    }

    /// Its result has no range, so what makes it stays in float, unless that is not allowed.
    @Test
    void whatHasNoRangeStaysInFloat() {
        Converted converted =
                Converter.of(open("quantized")).quantize(Quantization.int8()).convert();

        assertThat(converted.decisions())
                .anyMatch(d -> d.code().builtin() == BuiltinOperator.CONV_2D && d.precision() == Precision.FLOAT32);
        assertThatThrownBy(() -> Converter.of(open("quantized"))
                        .quantize(Quantization.int8().integerOnly())
                        .convert())
                .isInstanceOfSatisfying(
                        QuantizationException.class, e -> assertThat(e.code()).isEqualTo("LQ0405"));
    }
}
