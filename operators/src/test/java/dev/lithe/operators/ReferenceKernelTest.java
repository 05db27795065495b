package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.fixtures.Fixture;
import dev.lithe.operators.fixtures.GraphRun;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every reference kernel against what LiteRT 2.21's reference kernel answered: integers equal, floats equal bit for
/// bit or, where an exponential is in it, to the operator's tolerance.
class ReferenceKernelTest {
    static final List<String> ARCHIVES = List.of(
            "pooling",
            "reduction",
            "arithmetic",
            "activation",
            "layout",
            "convolution",
            "dense",
            "quantization",
            "math",
            "comparison",
            "indexing",
            "spatial",
            "transposed",
            "matmul",
            "search",
            "types",
            "rare");

    @TestFactory
    Stream<DynamicTest> answersAsLiteRtDoes() {
        return ARCHIVES.stream()
                .flatMap(archive -> Fixture.of(archive).stream())
                .map(fixture -> DynamicTest.dynamicTest(fixture.name(), () -> check(fixture)));
    }

    private static void check(Fixture fixture) {
        List<Tensor> outputs = GraphRun.run(fixture.model(), fixture.inputs());
        assertThat(outputs).hasSameSizeAs(fixture.outputs());
        BuiltinOperator code = fixture.model().main().nodes().getFirst().code().builtin();
        Tolerance tolerance = Operators.definition(code).orElseThrow().tolerance();
        for (int i = 0; i < outputs.size(); i++) {
            Tensor actual = outputs.get(i);
            Tensor expected = fixture.outputs().get(i);
            assertThat(actual.shape()).isEqualTo(expected.shape());
            assertThat(wide(actual.type())).isEqualTo(expected.type());
            if (actual.type() == TensorType.STRING) {
                assertThat(actual.copy().strings()).isDeepEqualTo(expected.strings());
            } else if (fixture.name().endsWith("~1")) {
                assertClose(actual, expected, 1);
            } else if (isHalf(actual.type()) && tolerance.floatRelative() > 0) {
                // A rounding of the float's last bit may cross a step of the half: one in eleven bits (or eight).
                assertClose(actual, expected, (actual.type() == TensorType.FLOAT16 ? 1e-3 : 8e-3) * range(expected));
            } else if (isFloat(actual.type()) && tolerance.floatRelative() > 0) {
                assertClose(actual, expected, tolerance.floatRelative() * range(expected));
            } else {
                assertThat(actual.toDoubles()).isEqualTo(expected.toDoubles());
            }
        }
    }

    /// NumPy, which the answers are kept with, has nothing below a byte.
    private static TensorType wide(TensorType type) {
        return switch (type) {
            case INT4 -> TensorType.INT8;
            case UINT4 -> TensorType.UINT8;
            default -> type;
        };
    }

    private static boolean isHalf(TensorType type) {
        return type == TensorType.FLOAT16 || type == TensorType.BFLOAT16;
    }

    private static boolean isFloat(TensorType type) {
        return type == TensorType.FLOAT32 || type == TensorType.FLOAT64;
    }

    private static void assertClose(Tensor actual, Tensor expected, double limit) {
        double[] a = actual.toDoubles();
        double[] e = expected.toDoubles();
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).as("element %d", i).isCloseTo(e[i], within(limit));
        }
    }

    private static double range(Tensor tensor) {
        double[] values = tensor.toDoubles();
        return Arrays.stream(values).max().orElse(0)
                - Arrays.stream(values).min().orElse(0);
    }
}
