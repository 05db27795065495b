package dev.lithe.cli;

import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model of TensorFlow's own tests whose node parses protocol buffers, which no operator does.
class CustomOpsTest {
    @TempDir
    Path folder;

    private Path model() throws IOException {
        Path zip = Path.of(System.getProperty("lithe.shared"), "conformance", "tensorflow-ops", "parse_example.zip");
        assumeTrue(Files.exists(zip), "the shared folder");
        Path model = folder.resolve("model");
        Files.createDirectories(model.resolve("variables"));
        try (FileSystem archive = FileSystems.newFileSystem(zip)) {
            Files.copy(archive.getPath("000", "saved_model.pb"), model.resolve("saved_model.pb"));
        }
        return model;
    }

    @Test
    void isRefusedWithoutTheOption() throws IOException {
        Path output = folder.resolve("model.tflite");
        CliRun run = lithe("convert", model(), "-o", output).fails(1, "LQ0353");
        assertThat(run.err()).contains("ParseExampleV2 'ParseExample/ParseExampleV2'", "--allow-custom-ops");
        assertThat(output).doesNotExist();
    }

    @Test
    void isKeptAsACustomOperatorWithIt() throws IOException {
        Path output = folder.resolve("model.tflite");
        lithe("convert", model(), "-o", output, "--allow-custom-ops", "-q").succeeds();
        String operators = lithe("inspect", output, "--json").succeeds().out();
        assertThat(operators).containsPattern("\"custom_name\"\\s*:\\s*\"ParseExampleV2\"");
    }
}
