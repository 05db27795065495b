package dev.lithe.cli.internal;

import dev.lithe.Models;
import dev.lithe.OutputFile;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Runtime;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "run",
        header = "Runs a model on inputs from an npz archive and writes its outputs to another.",
        description = "Names are those of the signature, or of the tensors where the model has none.")
final class RunCommand extends Command {
    private static final String LABELS = "labels";

    @Parameters(paramLabel = "MODEL", description = ImportArguments.ANY)
    Path path = Path.of("");

    @Option(
            names = "--inputs",
            required = true,
            paramLabel = "IN.npz",
            description = "The inputs by name ('/' may be written '__'), in the model's types; float32 is quantized "
                    + "where the model takes integers.")
    Path inputs = Path.of("");

    @Option(names = "--outputs", required = true, paramLabel = "OUT.npz", description = "Where the outputs go.")
    Path outputs = Path.of("");

    @Option(
            names = "--batch-axis",
            description = "One inference per leading index of the inputs; outputs are put together the same way.")
    boolean batchAxis;

    @Option(names = "--dequantize", description = "Write the real values of integer outputs (default: as they are).")
    boolean dequantize;

    @Option(names = "--signature", paramLabel = "KEY", description = "Which signature to run, where there are several.")
    @Nullable
    String signature;

    @Option(names = "--force", description = "Replace OUT.npz where it exists.")
    boolean force;

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    @Override
    Answer work(Console console) {
        try (OutputFile file = OutputFile.claim(outputs, force)) {
            Model model = Models.read(path);
            try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, runtime.plan(common.threads)))) {
                Map<String, Tensor> given =
                        named(Npz.read(inputs), inputs(interpreter).keySet());
                Map<String, Tensor> results = batchAxis ? runAll(interpreter, given, console) : run(interpreter, given);
                file.stage(channel -> Npz.write(Channels.newOutputStream(channel), results));
                file.commit();
                return answer(results, interpreter);
            }
        }
    }

    private Map<String, TensorSpec> inputs(Interpreter interpreter) {
        return signature == null ? interpreter.inputs() : interpreter.inputs(signature);
    }

    /// `a__b` stands for `a/b` where the model has that name and not the other. The labels of a test set are left
    /// out.
    private static Map<String, Tensor> named(Map<String, Tensor> arrays, Set<String> names) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        arrays.forEach((key, array) -> named.put(
                names.stream()
                        .filter(name ->
                                name.equals(key) || name.replace("/", "__").equals(key))
                        .findFirst()
                        .orElse(key),
                array));
        if (!names.contains(LABELS)) {
            named.remove(LABELS);
        }
        return named;
    }

    private Map<String, Tensor> run(Interpreter interpreter, Map<String, Tensor> given) {
        Map<String, Tensor> results = signature == null ? interpreter.run(given) : interpreter.run(signature, given);
        if (dequantize) {
            results.replaceAll((_, tensor) -> Interpreter.dequantize(tensor));
        }
        return results;
    }

    private Map<String, Tensor> runAll(Interpreter interpreter, Map<String, Tensor> given, Console console) {
        BatchAxis axis = new BatchAxis(given, inputs(interpreter));
        Map<String, List<Tensor>> parts = new LinkedHashMap<>();
        try (Step step = console.step("Running")) {
            for (int i = 0; i < axis.count(); i++) {
                run(interpreter, axis.part(i))
                        .forEach((name, tensor) -> parts.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(tensor));
                step.progress(i + 1, axis.count());
            }
        }
        Map<String, Tensor> results = new LinkedHashMap<>();
        parts.forEach((name, tensors) -> results.put(name, axis.join(name, tensors)));
        return results;
    }

    private Answer answer(Map<String, Tensor> results, Interpreter interpreter) {
        List<String> text = new ArrayList<>();
        List<Map<String, Object>> arrays = new ArrayList<>();
        results.forEach((name, tensor) -> {
            text.add(name + "  " + Text.type(tensor.type()) + " " + Text.shape(tensor.shape()));
            Map<String, Object> array = new LinkedHashMap<>();
            array.put("name", name);
            array.put("type", tensor.type().name());
            array.put("shape", tensor.shape().dimensions().stream().boxed().toList());
            arrays.add(array);
        });
        text.add("written to " + outputs);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("output", outputs.toString());
        document.put("kernels", interpreter.compiled().kernels());
        document.put("outputs", arrays);
        return new Answer(common.quiet ? List.of() : text, document);
    }
}
