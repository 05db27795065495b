package dev.lithe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.cli.internal.CommandLineRun;
import dev.lithe.cli.internal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A command line run in this process: its exit code and what it printed.
record CliRun(int exitCode, String out, String err) {
    static final Path ROOT = Path.of(System.getProperty("lithe.root"));
    static final Path DIGITS = ROOT.resolve("examples/digits");

    static CliRun lithe(Object... args) {
        return lithe(false, args);
    }

    static CliRun lithe(boolean debug, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(stream(out), stream(err), false, debug);
        int code = CommandLineRun.run(
                terminal, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
        return new CliRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /// The one document on standard output.
    JsonNode json() {
        return new ObjectMapper().readTree(out);
    }

    CliRun succeeds() {
        assertThat(err).as("standard error").isEmpty();
        assertThat(exitCode).isZero();
        return this;
    }

    /// Fails with this exit code and error code, on standard error only.
    CliRun fails(int exit, String code) {
        assertThat(exitCode).as(err).isEqualTo(exit);
        assertThat(out).as("standard output").isEmpty();
        assertThat(err).contains("Fix: ").contains("[" + code + "]");
        return this;
    }
}
