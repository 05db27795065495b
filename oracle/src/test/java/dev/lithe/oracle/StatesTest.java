package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.TensorId;
import dev.lithe.runtime.Kernels;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models with a state (resource variables, LSTM and SVDF with variable tensors): the official runtime's
/// answers over 20 calls, and the same ones again after a reset.
class StatesTest {
    private static final int CALLS = 20;

    private static RememberingOracle oracle;

    @BeforeAll
    static void open() {
        oracle = new RememberingOracle();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "micro-wake-word-models__hey_jarvis",
                "micro-wake-word-models__hey_jarvis_2",
                "micro-wake-word-models__okay_nabu",
                "micro-wake-word-models__alexa",
                "tflite-micro__keyword_scrambled",
                "tflite-micro__micro_speech_lstm",
                "tflite-micro__trained_lstm",
                "tflite-micro__trained_lstm_int8"
            })
    void answersAreTheOfficialRuntimesCallAfterCallAndAfterAReset(String name) {
        RunningSides sides =
                new RunningSides(Shared.path("corpus/quantized/" + name + ".tflite"), 2 * CALLS, Set.of(CALLS));
        Set<TensorId> all = sides.activations();
        Set<TensorId> outputs = new LinkedHashSet<>(sides.graph().outputs());
        Map<TensorId, List<byte[]>> theirs = sides.theirs(oracle, all);

        assertThat(theirs.values()).as("the values differ from call to call").anyMatch(StatesTest::differ);
        sides.compare(sides.ours(Kernels.REFERENCE, all, true), theirs);
        theirs.keySet().retainAll(outputs);
        for (Kernels kernels : Kernels.values()) {
            Map<TensorId, List<byte[]>> ours = sides.ours(kernels, outputs, false);
            sides.compare(ours, theirs);
            ours.values().forEach(StatesTest::checkReset);
        }
    }

    private static boolean differ(List<byte[]> values) {
        return values.stream().map(Arrays::hashCode).distinct().count() == CALLS;
    }

    private static void checkReset(List<byte[]> values) {
        for (int call = 0; call < CALLS; call++) {
            assertThat(values.get(CALLS + call)).as("call %d", call).isEqualTo(values.get(call));
        }
    }
}
