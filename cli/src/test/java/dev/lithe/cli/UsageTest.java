package dev.lithe.cli;

import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class UsageTest {
    @TempDir
    Path folder;

    @Test
    void printsVersionAndHelp() {
        assertThat(lithe("--version").succeeds().out()).matches("lithe \\d+\\.\\d+\\.\\d+\\R");
        assertThat(lithe("--help").succeeds().out()).contains("convert", "run", "inspect", "Exit codes:");
        assertThat(lithe("--version", "--json").succeeds().json().get("version").asString())
                .matches("\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void everyCommandHasHelpWithinTheWidthOfATerminal() {
        for (String command : List.of("convert", "run", "inspect")) {
            CliRun help = lithe(command, "--help").succeeds();
            assertThat(help.out()).contains("lithe " + command, "--json", "--threads", "--quiet");
            assertThat(help.out().lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
            assertThat(lithe(command, "--help", "--json")
                            .succeeds()
                            .json()
                            .get("help")
                            .asString())
                    .contains("lithe " + command);
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        lithe("conver", "m").fails(2, "LQ0001");
        assertThat(lithe("convert", "m", "-o", "o", "--quantise", "int8")
                        .fails(2, "LQ0001")
                        .err())
                .contains("unknown option --quantise")
                .contains("--quantize");
        assertThat(lithe("inspect", "a", "b").fails(2, "LQ0001").err()).contains("unexpected argument b");
        assertThat(lithe("--jsn").fails(2, "LQ0001").err()).contains("--json");
    }

    @Test
    void saysWhatIsMissing() {
        lithe().fails(2, "LQ0003");
        assertThat(lithe("convert").fails(2, "LQ0003").err()).contains("MODEL").contains("--output OUT.tflite");
        assertThat(lithe("run", "m", "--inputs", "i.npz").fails(2, "LQ0003").err())
                .contains("--outputs OUT.npz");
        for (String mode : List.of("int8", "int16x8")) {
            assertThat(lithe("convert", "m", "-o", folder.resolve("o"), "--quantize", mode)
                            .fails(2, "LQ0003")
                            .err())
                    .contains("--calibration");
        }
    }

    @Test
    void refusesValuesThatMakeNoSense() {
        assertThat(convert("--quantize", "int7").fails(2, "LQ0004").err()).contains("int16x8");
        convert("--input-type", "INT8").fails(2, "LQ0004");
        convert("--compat", "pytorch").fails(2, "LQ0004");
        convert("--exclude-op", "CONV2D").fails(2, "LQ0004");
        convert("--exclude-layer", "(").fails(2, "LQ0004");
        convert("--bias-type", "int7").fails(2, "LQ0004");
        convert("--threads", "0").fails(2, "LQ0004");
        convert("--threads", "two").fails(2, "LQ0004");
        convert("--input-shape", "image").fails(2, "LQ0004");
        convert("--input-shape", "image=1,x").fails(2, "LQ0004");
        convert("--quantize", "int8", "--calibration", "d", "--calibration-samples", "0")
                .fails(2, "LQ0004");
        convert("--quantize", "int8", "--calibration", "d", "--resize", "big").fails(2, "LQ0516");
        convert("--quantize", "int8", "--calibration", "d", "--normalize", "1,2,3")
                .fails(2, "LQ0004");
    }

    @Test
    void refusesOptionsThatContradictEachOther() {
        convert("--quantize", "float16", "--input-type", "int8").fails(2, "LQ0401");
        convert("--quantize", "dynamic", "--integer-only").fails(2, "LQ0401");
        convert("--quantize", "int8", "--calibration", "d", "--input-type", "int16")
                .fails(2, "LQ0401");
        convert("--quantize", "int8", "--calibration", "d", "--bias-type", "int64")
                .fails(2, "LQ0401");
        convert("--quantize", "int8", "--calibration", "d", "--ranges", "r.json")
                .fails(2, "LQ0002");
        convert("--quantize", "int8", "--ranges", "r.json", "--resize", "96x96").fails(2, "LQ0002");
        convert("--explain", folder.resolve("o")).fails(2, "LQ0002");
    }

    private CliRun convert(Object... options) {
        Object[] args = new Object[options.length + 4];
        args[0] = "convert";
        args[1] = "missing.tflite";
        args[2] = "-o";
        args[3] = folder.resolve("o");
        System.arraycopy(options, 0, args, 4, options.length);
        CliRun run = lithe(args);
        assertThat(folder).isEmptyDirectory();
        return run;
    }

    @Test
    void failsInJsonWhenJsonWasAskedFor() {
        for (CliRun run : List.of(
                lithe("convert", "--json"), lithe("--json", "convert"), lithe("--json"), lithe("nothing", "--json"))) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).isEmpty();
            JsonNode error = run.json().get("error");
            assertThat(error.get("code").asString()).startsWith("LQ00");
            assertThat(error.get("message").asString()).isNotBlank();
            assertThat(error.get("fix").asString()).isNotBlank();
            assertThat(error.get("offenders").isArray()).isTrue();
        }
    }
}
