package dev.lithe.cli.internal;

import dev.lithe.Models;
import dev.lithe.graph.LitheException;
import dev.lithe.graph.Model;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "inspect",
        header = "Shows signatures, operators, tensors, quantization, sizes, memory and metadata.")
final class InspectCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = ImportArguments.ANY)
    Path path = Path.of("");

    @Override
    Answer work(Console console) throws IOException {
        Model model = Models.read(path);
        long fileBytes = size(path);
        Map<String, Object> document = new LinkedHashMap<>();
        Long arena = arenaBytes(model);
        document.put("file_bytes", fileBytes);
        document.put("arena_bytes", arena);
        document.putAll(ModelJson.of(model));
        List<String> text = new ArrayList<>();
        text.add(path.getFileName() + ": " + Text.grouped(fileBytes) + " bytes"
                + (model.description().isEmpty() ? "" : ", '" + model.description() + "'"));
        text.addAll(ModelText.of(model));
        text.addAll(List.of("", "Memory of a run: " + (arena == null ? "unknown" : Text.grouped(arena) + " bytes")));
        return new Answer(text, document);
    }

    /// Bytes of the primary subgraph's activations with unknown dimensions at 1; null where the model cannot be
    /// run.
    private static @Nullable Long arenaBytes(Model model) {
        try {
            return Runtime.compile(model, PlanOptions.DEFAULT.kernels(Kernels.REFERENCE))
                    .newContext()
                    .arenaBytes();
        } catch (LitheException e) {
            return null;
        }
    }

    /// Bytes of a file, or of all files in a folder.
    static long size(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(InspectCommand::fileSize)
                    .sum();
        }
    }

    private static long fileSize(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
