package dev.lithe.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailureTest {
    private static String printed(Throwable thrown, boolean traced) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Failure.of(thrown, traced).print(new PrintStream(bytes, true, StandardCharsets.UTF_8), traced);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static UnsupportedException typed(String tensor) {
        return new UnsupportedException(
                "LQ0399",
                "two operators are unknown",
                "leave them out.",
                List.of(
                        new Offender(Location.operator("m.tflite", 0, 12, "SOFTMAX", tensor), "has no kernel"),
                        new Offender(Location.operator("m.tflite", 1, 3, "RELU", "r"), "has none either")));
    }

    @Test
    void printsAllOffendersTheRemedyAndTheCode() {
        assertThat(printed(typed("probs"), false).lines())
                .containsExactly(
                        "two operators are unknown",
                        "  m.tflite: subgraph 0, operator 12 SOFTMAX 'probs': has no kernel",
                        "  m.tflite: subgraph 1, operator 3 RELU 'r': has none either",
                        "Fix: leave them out. [LQ0399]");
    }

    @Test
    void shortensNamesForPeopleOnly() {
        String name = "first" + "/block".repeat(50) + "/last";
        assertThat(printed(typed(name), false))
                .contains("'first/block")
                .contains("/last'")
                .contains("...");
        assertThat(Failure.of(typed(name), false).json().toString()).contains(name);
    }

    @Test
    void jsonLeavesOutWhatIsNotKnown() {
        Map<?, ?> error = (Map<?, ?>) Failure.of(typed("probs"), false).json().get("error");
        assertThat(((List<?>) error.get("offenders")).getFirst())
                .isEqualTo(Map.of(
                        "what", "has no kernel",
                        "file", "m.tflite",
                        "subgraph", 0,
                        "operator_index", 12,
                        "operator", "SOFTMAX",
                        "tensor", "probs"));
    }

    @Test
    void turnsWhatTheMachineThrowsIntoSentences() {
        assertThat(printed(new OutOfMemoryError("Java heap space"), false))
                .contains("memory does not suffice")
                .contains("-Xmx")
                .contains("[LQ0902]");
        assertThat(printed(new StackOverflowError(), false))
                .contains("nested too deeply")
                .contains("[LQ0903]");
        assertThat(printed(new NoSuchFileException("a.npz"), false))
                .contains("a.npz: there is no such file")
                .contains("[LQ0904]");
    }

    @Test
    void asksToReportWhatWasNotExpectedAndKeepsTheTraceForVerbose() {
        IllegalStateException fault = new IllegalStateException("inconsistent");
        assertThat(printed(fault, false))
                .contains("IllegalStateException: inconsistent")
                .contains("please report it")
                .contains("[LQ0901]")
                .doesNotContain("\tat ");
        assertThat(printed(fault, true))
                .contains("\tat " + FailureTest.class.getModule().getName());
        assertThat(Failure.of(fault, false).exitCode()).isEqualTo(1);
    }
}
