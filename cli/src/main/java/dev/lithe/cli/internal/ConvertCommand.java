package dev.lithe.cli.internal;

import dev.lithe.Converted;
import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.OutputFile;
import dev.lithe.Quantization;
import dev.lithe.calibration.CalibrationOptions;
import dev.lithe.graph.Model;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.StatedRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "convert",
        header = "Converts a model to a .tflite file and quantizes it.",
        footer = {
            "",
            "Examples:",
            "  lithe convert saved_model -o model.tflite --quantize dynamic",
            "  lithe convert saved_model -o model.tflite --quantize int8 --calibration samples.npz",
            "  lithe convert float.tflite -o model.tflite --quantize int8 --calibration samples.npz \\",
            "        --integer-only --input-type int8 --output-type int8"
        })
final class ConvertCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = ImportArguments.SOURCE)
    Path path = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.tflite",
            description = "The file to write.")
    Path output = Path.of("");

    @ArgGroup(validate = false, heading = "%nQuantization:%n", order = 1)
    QuantizeArguments quantize = new QuantizeArguments();

    @ArgGroup(validate = false, heading = "%nRanges of activations (int8, int16x8):%n", order = 2)
    CalibrateArguments calibrate = new CalibrateArguments();

    @ArgGroup(validate = false, heading = "%nFolders of images as DATA:%n", order = 3)
    DataArguments reading = new DataArguments();

    @ArgGroup(validate = false, heading = "%nSource:%n", order = 4)
    ImportArguments source = new ImportArguments();

    @Option(
            names = "--explain",
            paramLabel = "FILE.json",
            description = "Write each operator's precision and the reason for it.")
    @Nullable
    Path explain;

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    @Option(names = "--force", description = "Replace output files that exist.")
    boolean force;

    @Override
    Answer work(Console console) throws IOException {
        Quantization choice = quantize.quantization();
        boolean onnx = path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
        calibrate.check(choice.recipe().mode(), reading, onnx);
        if (output.equals(explain)) {
            throw UsageException.conflict("--explain names the same file as -o", "give the two different names.");
        }
        long start = System.nanoTime();
        try (OutputFile file = OutputFile.claim(output, force);
                OutputFile explanation = explain == null ? null : OutputFile.claim(explain, force)) {
            Model model = Models.open(path, source.options());
            if (onnx && !StatedRanges.isIn(model)) {
                calibrate.requireRanges(choice.recipe().mode());
            }
            Converted converted = convert(model, choice, console);
            converted.stage(file);
            if (explanation != null) {
                explanation.stage(JsonText.content(Explanation.of(converted)));
            }
            long bytes = file.stagedSize();
            file.commit();
            if (explanation != null) {
                explanation.commit();
            }
            console.warn(converted.warnings());
            return answer(converted, bytes, (System.nanoTime() - start) / 1e9);
        }
    }

    private Converted convert(Model model, Quantization choice, Console console) {
        Converter converter = Converter.of(model).quantize(choice);
        if (calibrate.ranges != null) {
            return converter.ranges(calibrate.ranges).convert();
        }
        if (calibrate.data == null) {
            return converter.convert();
        }
        try (Step step = console.step("Calibrating")) {
            CalibrationOptions options = CalibrationOptions.DEFAULT
                    .withMaxSamples(calibrate.samples())
                    .withThreads(common.threads)
                    .withKernels(runtime.kernels)
                    .withProgress(step::progress);
            return converter
                    .calibrate(calibrate.source(reading))
                    .calibration(options)
                    .convert();
        }
    }

    private Answer answer(Converted converted, long bytes, double seconds) throws IOException {
        long sourceBytes = InspectCommand.size(path);
        Map<String, Object> operators = new LinkedHashMap<>();
        converted.operators().forEach((precision, count) -> operators.put(word(precision), count));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("output", output.toString());
        document.put("bytes", bytes);
        document.put("source_bytes", sourceBytes);
        document.put("mode", converted.mode().word());
        document.put("operators", operators);
        document.put("warnings", converted.warnings());
        document.put("seconds", Math.round(seconds * 1000) / 1000.0);
        return new Answer(common.quiet ? List.of() : text(converted, bytes, sourceBytes, seconds), document);
    }

    private List<String> text(Converted converted, long bytes, long sourceBytes, double seconds) {
        List<String> lines = new ArrayList<>();
        lines.add(output + ": " + Text.grouped(bytes) + " bytes, "
                + Text.percent((double) bytes / sourceBytes) + " of " + path.getFileName() + " ("
                + Text.grouped(sourceBytes) + " bytes), in " + Text.format("%.1f s", seconds));
        lines.add("operators: "
                + converted.operators().entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(entry -> entry.getValue() + " " + word(entry.getKey()))
                        .collect(Collectors.joining(", ")));
        return lines;
    }

    static String word(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
