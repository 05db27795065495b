package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.fixtures.Fixture;
import dev.lithe.operators.fixtures.GraphRun;
import dev.lithe.operators.support.RoundedRow;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Blockwise weights against XNNPACK, the only runtime that takes them, within 1e-6 of the output's range: the sums of
/// blocks are added up in another order. Scales with more bits than XNNPACK keeps of them: within 2^-8 of the range.
/// `fixtures/make_blockwise_fixtures.py` recorded the answers.
class BlockwiseWeightsTest {
    private static final double ORDER = 1e-6;
    private static final double ROUNDED_SCALES = 1.0 / 256;

    @TestFactory
    Stream<DynamicTest> answersAsXnnpackDoes() {
        return Fixture.of("blockwise").stream()
                .map(fixture -> DynamicTest.dynamicTest(fixture.name(), () -> check(fixture)));
    }

    private static void check(Fixture fixture) {
        Tensor actual = GraphRun.run(fixture.model(), fixture.inputs()).getFirst();
        double[] expected = fixture.outputs().getFirst().toDoubles();
        double range = Arrays.stream(expected).max().orElseThrow()
                - Arrays.stream(expected).min().orElseThrow();
        double bound = fixture.name().startsWith("rough") ? ROUNDED_SCALES : ORDER;
        assertThat(actual.shape()).isEqualTo(fixture.outputs().getFirst().shape());
        assertThat(actual.toDoubles()).containsExactly(expected, within(bound * range));
    }

    /// A row of -1 to 3: the step is 4/255, and -128 stands for -1.
    @Test
    void aRowIsQuantizedBetweenItsEnds() {
        RoundedRow row = new RoundedRow(4);
        row.quantize(new float[] {9, -1, 0, 1, 3}, 1);

        assertThat(row.scale()).isEqualTo(4 / 255f, within(1e-9f));
        assertThat(row.values()).containsExactly(-64, 0, 64, 191);
    }
}
