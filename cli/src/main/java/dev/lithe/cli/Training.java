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

    /// @param args `short` for the commands that hardly compute, `compute` for the others
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("lithe-training");
        try {
            boolean compute = List.of(args).contains("compute");
            for (List<String> command : compute ? computing(folder) : brief(folder)) {
                run(command);
            }
        } finally {
            deleteAll(folder);
        }
    }

    private static List<List<String>> brief(Path folder) {
        return List.of(List.of("--version"), List.of("--help"));
    }

    private static List<List<String>> computing(Path folder) {
        return List.of(List.of("--version"));
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
