package dev.lithe.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean interactive) {
        return new Terminal(stream(out), stream(err), interactive, false);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void aBarNeedsATerminalAndAPersonWhoWatches() {
        CommonOptions plain = new CommonOptions();
        CommonOptions json = new CommonOptions();
        json.json = true;
        CommonOptions quiet = new CommonOptions();
        quiet.quiet = true;
        assertThat(new Console(terminal(true), plain).step("Working")).isInstanceOf(ProgressBar.class);
        assertThat(new Console(terminal(false), plain).step("Working")).isSameAs(Step.SILENT);
        assertThat(new Console(terminal(true), json).step("Working")).isSameAs(Step.SILENT);
        assertThat(new Console(terminal(true), quiet).step("Working")).isSameAs(Step.SILENT);
    }

    @Test
    void workThatIsDoneWithinASecondDrawsNothing() {
        try (Step step = new Console(terminal(true), new CommonOptions()).step("Working")) {
            step.progress(1, 2);
            step.progress(2, 2);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void theBarSaysHowFarAndHowLong() {
        assertThat(ProgressBar.line("Calibrating", 50, 200, 10))
                .isEqualTo("Calibrating [#######-----------------------] 50/200, 30 s left");
        assertThat(ProgressBar.line("Calibrating", 200, 200, 40))
                .isEqualTo("Calibrating [##############################] 200/200, 0 s left");
        assertThat(ProgressBar.line("Calibrating", 7, -1, 3)).isEqualTo("Calibrating: 7, 3 s");
    }

    @Test
    void warningsGoToStandardErrorUnlessTheyAreInTheDocument() {
        CommonOptions json = new CommonOptions();
        json.json = true;
        new Console(terminal(false), json).warn(List.of("careful"));
        assertThat(err.size()).isZero();
        new Console(terminal(false), new CommonOptions()).warn(List.of("careful"));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("warning: careful" + System.lineSeparator());
        assertThat(out.size()).isZero();
    }

    @Test
    void jsonKeepsFloatsShortAndHasNoNumbersThatJsonLacks() {
        assertThat(JsonText.of(List.of(0.1f, 0.1, 1e-9f, 3, 4L, true, "a\"b", Float.NaN, Map.of())))
                .isEqualTo("[ 0.1, 0.1, 1.0E-9, 3, 4, true, \"a\\\"b\", null, { } ]");
    }
}
