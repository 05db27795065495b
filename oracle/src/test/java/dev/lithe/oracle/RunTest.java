package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {
    private static Oracle oracle;

    @BeforeAll
    static void open() {
        oracle = Oracle.open();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    @Test
    void withoutInvocationsTheInterfaceIsTold() {
        OracleResult.Completed result = oracle.run(
                        Shared.path("golden/kws/full/model.tflite"), OracleRequest.of(OracleKernels.REFERENCE))
                .orThrow();

        assertThat(result.runs()).isEmpty();
        assertThat(result.inputs())
                .containsExactly(new OracleTensorInfo(0, "serving_default_input_1:0", 0, List.of(1, 49, 10, 1)));
        assertThat(result.outputs())
                .containsExactly(new OracleTensorInfo(36, "StatefulPartitionedCall:0", 0, List.of(1, 12)));
        assertThat(result.inputs().getFirst().elements()).isEqualTo(490);
    }

    /// Tensors 0 and 22 to 36 of this file are not constants; QUANTIZE makes 22 of 0, RESHAPE 33 of 32, DEQUANTIZE 36
    /// of 35.
    @ParameterizedTest
    @EnumSource
    void everyTensorIsPreserved(OracleKernels kernels) throws IOException {
        Path folder = Shared.path("golden/kws/full");
        byte[] sample = Npy.read(folder.resolve("input.npy")).samples().get(1);
        OracleRequest request = OracleRequest.of(kernels).withInvocation(OracleInvocation.of(sample));

        OracleRun run = oracle.run(folder.resolve("model.tflite"), request.withPreserveAll(true))
                .orThrow()
                .runs()
                .getFirst();

        assertThat(run.tensors().keySet())
                .containsExactlyElementsOf(IntStream.concat(IntStream.of(0), IntStream.rangeClosed(22, 36))
                        .boxed()
                        .toList());
        assertThat(run.tensor(0).data()).isEqualTo(sample);
        assertThat(run.tensor(22).info()).isEqualTo(new OracleTensorInfo(22, "tfl.quantize", 9, List.of(1, 49, 10, 1)));
        assertThat(run.tensor(22).data()).isEqualTo(quantized(run.tensor(0).floats(), 0.58240998f, 84));
        assertThat(run.tensor(33).data()).isEqualTo(run.tensor(32).data());
        assertThat(run.output(0).floats()).isEqualTo(dequantized(run.tensor(35).data(), 0.00390625f, -128));

        OracleRun outputsOnly = oracle.run(folder.resolve("model.tflite"), request)
                .orThrow()
                .runs()
                .getFirst();
        assertThat(outputsOnly.tensors().keySet()).containsExactly(36);
        assertThat(outputsOnly.output(0).data()).isEqualTo(run.output(0).data());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outputsOnly.tensor(22))
                .withMessageContaining("tensor 22");
    }

    @Test
    void inputsAreResizedPerInvocation() {
        OracleInput first = OracleInput.ofFloats(ramp(3 * 128 * 4, 1)).withShape(3, 128, 4);
        OracleInput second = OracleInput.ofFloats(ramp(3 * 128 * 4, 10)).withShape(3, 128, 4);
        OracleInput small = OracleInput.ofFloats(ramp(128 * 4, 1)).withShape(1, 128, 4);

        List<OracleRun> runs = oracle.run(
                        Shared.path("corpus/quantized/LiteRT__simple_add_dynamic_shape.tflite"),
                        OracleRequest.of(OracleKernels.REFERENCE)
                                .withInvocation(OracleInvocation.of(first, second))
                                .withInvocation(OracleInvocation.of(small, small)))
                .orThrow()
                .runs();

        assertThat(runs.get(0).output(0).info().shape()).containsExactly(3, 128, 4);
        assertThat(runs.get(0).output(0).floats()).isEqualTo(ramp(3 * 128 * 4, 11));
        assertThat(runs.get(1).output(0).info().shape()).containsExactly(1, 128, 4);
        assertThat(runs.get(1).output(0).floats()).isEqualTo(ramp(128 * 4, 2));
    }

    @Test
    void eachSignatureRunsItsOwnSubgraph() {
        assertThat(runSignature("add")).containsOnly(8);
        assertThat(runSignature("mul")).containsOnly(15);
        assertThat(Math.abs(runSignature("sub")[99])).isEqualTo(2);
    }

    private static float[] runSignature(String key) {
        float[] three = new float[100];
        float[] five = new float[100];
        Arrays.fill(three, 3);
        Arrays.fill(five, 5);
        OracleRequest request = OracleRequest.of(OracleKernels.BUILTIN)
                .withSignature(key)
                .withPreserveAll(true)
                .withInvocation(OracleInvocation.of(OracleInput.ofFloats(three), OracleInput.ofFloats(five)));
        return oracle.run(Shared.path("corpus/quantized/LiteRT__multi_signature_model.tflite"), request)
                .orThrow()
                .runs()
                .getFirst()
                .output(0)
                .floats();
    }

    /// One model keeps its state in variable tensors (SVDF), the other in resource variables.
    @ParameterizedTest
    @ValueSource(strings = {"tflite-micro__keyword_scrambled", "micro-wake-word-models__hey_jarvis"})
    void stateLastsUntilReset(String name) {
        Path model = Shared.path("corpus/quantized/" + name + ".tflite");
        OracleRequest request = OracleRequest.of(OracleKernels.REFERENCE).withPreserveAll(true);
        long elements = oracle.run(model, request).orThrow().inputs().getFirst().elements();
        byte[] value = new byte[(int) elements * (name.contains("scrambled") ? 2 : 1)];
        Arrays.fill(value, (byte) 100);
        OracleInvocation invocation = OracleInvocation.of(value);

        List<OracleRun> runs = oracle.run(
                        model,
                        request.withInvocations(List.of(
                                invocation, invocation, invocation.withReset(), invocation, invocation.withReset())))
                .orThrow()
                .runs();

        List<List<ByteBuffer>> states = runs.stream().map(RunTest::values).toList();
        assertThat(states.get(1)).isNotEqualTo(states.get(0)).isEqualTo(states.get(3));
        assertThat(states.get(2)).isEqualTo(states.get(0)).isEqualTo(states.get(4));
    }

    private static List<ByteBuffer> values(OracleRun run) {
        return run.tensors().values().stream().map(OracleTensor::buffer).toList();
    }

    private static float[] ramp(int length, int step) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i * step;
        }
        return values;
    }

    /// `round(x / scale) + zeroPoint`, halves away from zero, clamped to int8.
    private static byte[] quantized(float[] values, float scale, int zeroPoint) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            float ratio = values[i] / scale;
            double rounded = Math.signum(ratio) * Math.floor(Math.abs((double) ratio) + 0.5);
            result[i] = (byte) Math.clamp((long) rounded + zeroPoint, -128, 127);
        }
        return result;
    }

    private static float[] dequantized(byte[] values, float scale, int zeroPoint) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = scale * (values[i] - zeroPoint);
        }
        return result;
    }
}
