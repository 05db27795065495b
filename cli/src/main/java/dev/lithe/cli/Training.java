package dev.lithe.cli;

import dev.lithe.cli.internal.CommandLineRun;
import dev.lithe.cli.internal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What the launcher runs once to train the ahead-of-time cache: the usual commands on the bundled example.
public final class Training {
    private Training() {}

    /// @param args `short` for the commands that hardly compute, anything else for the others
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("lithe-training");
        try {
            boolean brief = List.of(args).contains("short");
            for (List<String> command : brief ? brief(folder) : computing(folder)) {
                run(command);
            }
        } finally {
            deleteAll(folder);
        }
    }

    private static List<List<String>> brief(Path folder) {
        String model = example("saved_model");
        String dynamic = folder.resolve("dynamic.tflite").toString();
        String float16 = folder.resolve("float16.tflite").toString();
        return List.of(
                List.of("--help"),
                List.of("convert", model, "-o", dynamic, "--quantize", "dynamic"),
                List.of("convert", model, "-o", float16, "--quantize", "float16", "--json"),
                List.of("inspect", dynamic),
                List.of("inspect", dynamic, "--json"));
    }

    private static List<List<String>> computing(Path folder) {
        String model = example("saved_model");
        String test = example("test.npz");
        String int8 = folder.resolve("int8.tflite").toString();
        String outputs = folder.resolve("outputs.npz").toString();
        return List.of(
                List.of(
                        "convert",
                        model,
                        "-o",
                        int8,
                        "--quantize",
                        "int8",
                        "--calibration",
                        example("calibration.npz")),
                List.of("run", int8, "--inputs", test, "--outputs", outputs, "--batch-axis"),
                List.of("evaluate", int8, "--data", test, "--against", model, "--json"));
    }

    private static String example(String name) {
        return Path.of(System.getProperty("lithe.home", "."), "examples/digits", name)
                .toString();
    }

    private static void run(List<String> command) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(nowhere, nowhere, false, false);
        CommandLineRun.run(terminal, command.toArray(String[]::new));
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
