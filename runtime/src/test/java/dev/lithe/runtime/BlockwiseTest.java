package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.tflite.TfliteReader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The model of the corpus with a scale per block of weights, against XNNPACK, the only kernels that LiteRT has for it
/// (`make_blockwise_fixtures.py` asked it).
class BlockwiseTest {
    /// Of the output's range. XNNPACK rounds scales to eight bits: by 2e-3 at most, half of that on average, and
    /// the errors of a row's 32 blocks cancel out in part. Measured: 8e-4.
    private static final float BOUND = 1e-3f;

    @ParameterizedTest
    @EnumSource
    void answersAsXnnpackDoes(Kernels kernels) throws URISyntaxException {
        Path file = Path.of(System.getProperty("lithe.shared", "absent"), "corpus", "quantized")
                .resolve("LiteRT__qwen_fc_blockwise_quantized.tflite");
        assumeTrue(Files.exists(file), "no corpus here");
        Map<String, Tensor> arrays =
                Npz.read(Path.of(Objects.requireNonNull(BlockwiseTest.class.getResource("/blockwise/qwen.npz"))
                        .toURI()));
        ExecutionContext context = Runtime.compile(TfliteReader.read(file), PlanOptions.DEFAULT.kernels(kernels))
                .newContext();
        context.setInput(0, Objects.requireNonNull(arrays.get("x")));
        context.run();
        float[] expected = Objects.requireNonNull(arrays.get("y")).copy().floats();
        float[] actual = context.output(0).copy().floats();
        assertThat(actual).hasSameSizeAs(expected);
        float range = range(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(BOUND * range));
        }
    }

    private static float range(float[] values) {
        float low = values[0];
        float high = values[0];
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return high - low;
    }
}
