package dev.lithe.cli.frompython;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.cli.internal.CommandLineRun;
import dev.lithe.cli.internal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A command line run in this process. Warnings may come, errors not.
record ShellRun(int exitCode, String err) {
    static ShellRun of(List<String> words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
        int code = CommandLineRun.run(terminal, words.toArray(String[]::new));
        return new ShellRun(code, err.toString(StandardCharsets.UTF_8));
    }

    void succeeds() {
        assertThat(exitCode).as(err).isZero();
    }
}
