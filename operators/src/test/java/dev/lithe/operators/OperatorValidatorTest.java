package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OperatorValidatorTest {
    private static final Shape SHAPE = Shape.of(1, 4);
    private final ModelBuilder builder = new ModelBuilder();

    private static List<String> offenders(Model model) {
        InvalidModelException error =
                catchThrowableOfType(InvalidModelException.class, () -> OperatorValidator.validate(model));
        assertThat(error).as("the model passed").isNotNull();
        assertThat(error.code()).isEqualTo("LQ0210");
        return error.offenders().stream().map(Offender::toString).toList();
    }

    @Test
    void reportsMissingAndSurplusOperandsAndTypesAllAtOnce() {
        TensorId x = builder.floats("x", 1, 4);
        TensorId text = builder.tensor("text", TensorType.STRING, SHAPE);
        TensorId y = builder.floats("y", 1, 4);
        TensorId z = builder.floats("z", 1, 4);
        Model model = builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, TensorId.NONE), y)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, text, y), z)
                .subgraph("main", List.of(x, text), z)
                .build();

        List<String> offenders = offenders(model);

        assertThat(offenders).hasSize(3);
        assertThat(offenders.get(0)).matches("test: subgraph 0, operator 0 ADD: input 1 \\(.*\\) is missing");
        assertThat(offenders.get(1)).isEqualTo("test: subgraph 0, operator 1 ADD: has 3 inputs, takes 2");
        assertThat(offenders.get(2))
                .startsWith("test: subgraph 0, operator 1 ADD 'text': input 1")
                .contains("is STRING, may be", "FLOAT32");
    }

    @Test
    void sixteenBitActivationsNeedZeroPointZero() {
        TensorId x = builder.quantized("x", TensorType.INT16, SHAPE, 0.1f, 0);
        TensorId y = builder.quantized("y", TensorType.INT16, SHAPE, 1f / 32768, 3);
        Model model = builder.node(BuiltinOperator.LOGISTIC, null, List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();

        assertThat(offenders(model))
                .contains("test: subgraph 0, operator 0 LOGISTIC 'y': INT16 needs zero point 0, found 3");
    }

    @Test
    void aFixedOutputScaleIsRequired() {
        assertThat(offenders(softmax(1f / 255, -128)))
                .singleElement()
                .asString()
                .startsWith("test: subgraph 0, operator 0 SOFTMAX 'probs': INT8 output needs scale 0.00390625")
                .endsWith("found (scale 0.003921569, zero point -128)");
        assertThat(offenders(softmax(1f / 256, 0))).hasSize(1);
        assertThatCode(() -> OperatorValidator.validate(softmax(1f / 256 * 1.0005f, -128)))
                .as("SOFTMAX has a slack of a thousandth")
                .doesNotThrowAnyException();
    }

    private static Model softmax(float scale, int zeroPoint) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x", TensorType.INT8, SHAPE, 0.1f, 7);
        TensorId y = builder.quantized("probs", TensorType.INT8, SHAPE, scale, zeroPoint);
        return builder.node(BuiltinOperator.SOFTMAX, new SoftmaxOptions(1), List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    @Test
    void operatorsThatCopyNeedTheSameScales() {
        assertThat(offenders(concatenation(TensorType.INT8, 0.2f)))
                .singleElement()
                .asString()
                .contains("CONCATENATION 'b': needs the quantization of 'y' (scale 0.1, zero point 1)", "scale 0.2");
        OperatorValidator.validate(concatenation(TensorType.INT8, 0.1f));
        assertThatCode(() -> OperatorValidator.validate(concatenation(TensorType.UINT8, 0.2f)))
                .as("CONCATENATION rescales UINT8")
                .doesNotThrowAnyException();
    }

    private static Model concatenation(TensorType type, float scale) {
        ModelBuilder builder = new ModelBuilder();
        TensorId a = builder.quantized("a", type, SHAPE, 0.1f, 1);
        TensorId b = builder.quantized("b", type, SHAPE, scale, 1);
        TensorId y = builder.quantized("y", type, Shape.of(1, 8), 0.1f, 1);
        return builder.node(BuiltinOperator.CONCATENATION, ConcatenationOptions.DEFAULT, List.of(a, b), y)
                .subgraph("main", List.of(a, b), y)
                .build();
    }

    /// An INT8 FULLY_CONNECTED: input scale 0.5, output scale 1, three units.
    private static Model dense(QuantizationParameters weights, TensorType biasType, QuantizationParameters bias) {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x", TensorType.INT8, SHAPE, 0.5f, 3);
        TensorId w = builder.constant("w", Tensor.allocate(TensorType.INT8, Shape.of(3, 4), weights));
        TensorId b = builder.constant("b", Tensor.allocate(biasType, Shape.of(3), bias));
        TensorId y = builder.quantized("y", TensorType.INT8, Shape.of(1, 3), 1f, 0);
        return builder.node(BuiltinOperator.FULLY_CONNECTED, FullyConnectedOptions.DEFAULT, List.of(x, w, b), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    private static QuantizationParameters channels(int dimension, float... scales) {
        return QuantizationParameters.perChannel(scales, dimension);
    }

    @Test
    void weightsAreSymmetricWithOneScaleForEachChannelOrOneForAll() {
        QuantizationParameters bias = channels(0, 0.5f, 1f, 2f);
        OperatorValidator.validate(dense(channels(0, 1f, 2f, 4f), TensorType.INT32, bias));
        OperatorValidator.validate(dense(
                QuantizationParameters.perTensor(1f, 0), TensorType.INT32, QuantizationParameters.perTensor(0.5f, 0)));

        assertThat(offenders(dense(
                        QuantizationParameters.perTensor(1f, 5),
                        TensorType.INT32,
                        QuantizationParameters.perTensor(0.5f, 0))))
                .containsExactly("test: subgraph 0, operator 0 FULLY_CONNECTED 'w': weights need zero point 0");
        assertThat(offenders(dense(channels(0, 1f, 2f), TensorType.INT32, channels(0, 0.5f, 1f))))
                .containsExactly("test: subgraph 0, operator 0 FULLY_CONNECTED 'w': has 2 scales for 3 channels");
        assertThat(offenders(dense(channels(1, 1f, 2f, 4f), TensorType.INT32, bias)))
                .singleElement()
                .asString()
                .endsWith("is quantized along dimension 1, the kernel takes 0");
    }

    @Test
    void aBiasHasTheTypeAndTheScalesOfTheProducts() {
        QuantizationParameters weights = channels(0, 1f, 2f, 4f);

        assertThat(offenders(dense(weights, TensorType.INT32, channels(0, 0.5f, 1.1f, 2f))))
                .singleElement()
                .asString()
                .endsWith("'b': scale 1 is 1.1, input scale times weight scale is 1.0");
        assertThat(offenders(dense(weights, TensorType.INT32, QuantizationParameters.perTensor(0.5f, 0))))
                .singleElement()
                .asString()
                .endsWith("'b': has 1 scales, the weights have 3");
        assertThat(offenders(dense(weights, TensorType.INT64, channels(0, 0.5f, 1f, 2f))))
                .containsExactly("test: subgraph 0, operator 0 FULLY_CONNECTED 'b': is INT64; "
                        + "the bias of an INT8 operator is INT32");
        assertThat(offenders(dense(
                        QuantizationParameters.perTensor(1f, 0),
                        TensorType.INT32,
                        QuantizationParameters.perTensor(0.5f, 1))))
                .containsExactly("test: subgraph 0, operator 0 FULLY_CONNECTED 'b': a bias needs zero point 0");
    }

    @TestFactory
    Stream<DynamicTest> goldenFilesPass() throws IOException {
        Path golden = Path.of(System.getProperty("lithe.shared", "shared"), "golden");
        assumeThat(golden).isDirectory();
        try (Stream<Path> files = Files.walk(golden)) {
            return files.filter(file -> file.endsWith("model.tflite")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(
                            golden.relativize(file).toString(),
                            () -> OperatorValidator.validate(TfliteReader.read(file))));
        }
    }
}
