package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The Java build of LiteRT against what its Python build computed for TensorFlow's files.
class GoldenTest {
    private static final List<String> MODELS = List.of("kws", "resnet8", "ad01", "sww", "vww96");
    private static final List<String> MODES =
            List.of("none", "dynamic", "float16", "full", "int8", "uint8", "int8_pertensor", "16x8_strict");

    /// Hybrid convolutions quantize their input at run time. The Python build computes that scale in float32, the
    /// Java build in float64 before it rounds to float32, so the two scales may differ in the last bit, later
    /// activations by a quantization step, and outputs of range 1 by 1.4e-3 (measured, resnet8).
    private static final double HYBRID = 5e-3;

    private static Oracle oracle;

    @BeforeAll
    static void open() {
        oracle = Oracle.open();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    static Stream<Path> models() {
        Path golden = Shared.path("golden");
        return MODELS.stream()
                .flatMap(model ->
                        MODES.stream().map(mode -> golden.resolve(model).resolve(mode)))
                .filter(Files::isDirectory);
    }

    @ParameterizedTest
    @MethodSource("models")
    void referenceKernelsComputeWhatTheyComputeInPython(Path folder) throws IOException {
        double largest = largestDifference(folder, OracleKernels.REFERENCE, "output_ref.npy");

        assertThat(largest).isLessThanOrEqualTo(isHybrid(folder) ? HYBRID : 0);
    }

    /// Optimized float kernels choose their order of summation by CPU. Integers have to be equal.
    @ParameterizedTest
    @MethodSource("models")
    void builtinKernelsComputeWhatTheyComputeInPython(Path folder) throws IOException {
        double largest = largestDifference(folder, OracleKernels.BUILTIN, "output_builtin.npy");

        boolean integers =
                !Npy.read(folder.resolve("output_builtin.npy")).type().equals("f4");
        assertThat(largest).isLessThanOrEqualTo(integers ? 0 : isHybrid(folder) ? HYBRID : 1e-5);
    }

    private static boolean isHybrid(Path folder) {
        return folder.endsWith("dynamic");
    }

    /// The largest difference of an output element over all samples; floats relative to the range of the outputs, or
    /// to 1 where that is smaller.
    private static double largestDifference(Path folder, OracleKernels kernels, String expectedFile)
            throws IOException {
        Npy input = Npy.read(folder.resolve("input.npy"));
        Npy expected = Npy.read(folder.resolve(expectedFile));
        OracleRequest request = OracleRequest.of(kernels)
                .withInvocations(
                        input.samples().stream().map(OracleInvocation::of).toList());

        OracleResult.Completed result =
                oracle.run(folder.resolve("model.tflite"), request).orThrow();

        assertThat(result.runs()).hasSize(8);
        double largest = 0;
        for (int sample = 0; sample < 8; sample++) {
            OracleTensor output = result.runs().get(sample).output(0);
            byte[] wanted = expected.samples().get(sample);
            assertThat(output.data()).hasSameSizeAs(wanted);
            assertThat(output.info().shape().subList(1, output.info().shape().size()))
                    .isEqualTo(expected.shape().subList(1, expected.shape().size()));
            largest = Math.max(largest, difference(expected.type(), output.data(), wanted));
        }
        return largest;
    }

    private static double difference(String type, byte[] actual, byte[] expected) {
        boolean isFloat = type.equals("f4");
        double largest = 0;
        double range = 1;
        for (int at = 0; at < expected.length; at += isFloat ? 4 : 1) {
            double want = element(type, expected, at);
            largest = Math.max(largest, Math.abs(element(type, actual, at) - want));
            range = Math.max(range, Math.abs(want));
        }
        return isFloat ? largest / range : largest;
    }

    private static double element(String type, byte[] data, int at) {
        return switch (type) {
            case "f4" -> ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getFloat(at);
            case "i1" -> data[at];
            case "u1" -> Byte.toUnsignedInt(data[at]);
            default -> throw new IllegalArgumentException("unexpected type " + type);
        };
    }
}
