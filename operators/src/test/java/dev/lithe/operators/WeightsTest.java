package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.operators.fixtures.Fixture;
import dev.lithe.operators.fixtures.GraphRun;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Operators with weights lay them out once where they are constant. Where another node computes them the answers
/// must be the same.
class WeightsTest {
    @TestFactory
    Stream<DynamicTest> computedWeightsGiveTheSameAnswers() {
        return Stream.of("convolution", "dense", "transposed", "matmul")
                .flatMap(archive -> Fixture.of(archive).stream())
                .map(fixture -> DynamicTest.dynamicTest(
                        fixture.name(),
                        () -> assertThat(GraphRun.runWithLateConstants(fixture.model(), fixture.inputs())
                                        .getFirst()
                                        .toDoubles())
                                .isEqualTo(fixture.outputs().getFirst().toDoubles())));
    }
}
