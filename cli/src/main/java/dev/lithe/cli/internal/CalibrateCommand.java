package dev.lithe.cli.internal;

import dev.lithe.Models;
import dev.lithe.OutputFile;
import dev.lithe.calibration.Calibration;
import dev.lithe.calibration.CalibrationOptions;
import dev.lithe.calibration.Calibrator;
import dev.lithe.calibration.RangesFile;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.graph.Model;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "calibrate",
        header = "Records the range of every activation over a dataset, or joins such records.",
        footer = {
            "",
            "Examples:",
            "  lithe calibrate saved_model --data samples.npz -o ranges.json",
            "  lithe calibrate --merge monday.json tuesday.json -o ranges.json"
        })
final class CalibrateCommand extends Command {
    @Parameters(arity = "0..1", paramLabel = "MODEL", description = ImportArguments.SOURCE)
    @Nullable
    Path path;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "The representative dataset: " + DataArguments.DATA + ".")
    @Nullable
    String data;

    @Option(names = "--calibration-samples", paramLabel = "N", description = "Use the first N samples (default: 500).")
    @Nullable
    Long samples;

    @ArgGroup(validate = false, heading = "%nFolders of images as DATA:%n", order = 3)
    DataArguments reading = new DataArguments();

    @ArgGroup(validate = false, heading = "%nSource:%n", order = 4)
    ImportArguments source = new ImportArguments();

    @Option(
            names = "--merge",
            arity = "1..*",
            paramLabel = "FILE.json",
            description = "Join these records of one model instead.")
    @Nullable
    List<Path> merge;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "RANGES.json",
            description = "The file to write, for convert --ranges.")
    Path output = Path.of("");

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    @Option(names = "--force", description = "Replace RANGES.json where it exists.")
    boolean force;

    @Override
    Answer work(Console console) {
        if (merge != null) {
            return merge(merge);
        }
        if (path == null || data == null) {
            throw UsageException.missing(
                    "lithe calibrate needs MODEL and --data DATA, or --merge with files to join",
                    "see `lithe calibrate --help`.");
        }
        if (samples != null && samples < 1) {
            throw UsageException.value("--calibration-samples " + samples + " is none", "give a number of at least 1.");
        }
        return calibrate(path, reading.source(data), console);
    }

    private Answer calibrate(Path modelPath, DataSource dataSource, Console console) {
        try (OutputFile file = OutputFile.claim(output, force);
                Step step = console.step("Calibrating")) {
            Model model = Models.open(modelPath, source.options());
            CalibrationOptions options = CalibrationOptions.DEFAULT
                    .withThreads(common.threads)
                    .withKernels(runtime.kernels)
                    .withProgress(step::progress);
            Calibration calibration = Calibrator.calibrate(
                    model, dataSource.bind(model), samples == null ? options : options.withMaxSamples(samples));
            step.close();
            console.warn(calibration.warnings());
            return write(
                    RangesFile.of(calibration.table(), model), calibration.samples(), calibration.warnings(), file);
        }
    }

    private Calibration calibrate(Model model, Dataset dataset, Console console) {
        try (Step step = console.step("Calibrating")) {
            CalibrationOptions options =
                    CalibrationOptions.DEFAULT.withThreads(common.threads).withProgress(step::progress);
            return Calibrator.calibrate(model, dataset, samples == null ? options : options.withMaxSamples(samples));
        }
    }

    private Answer merge(List<Path> files) {
        if (path != null || data != null) {
            throw UsageException.conflict(
                    "--merge joins files; it takes neither MODEL nor --data", "give the files after --merge.");
        }
        try (OutputFile file = OutputFile.claim(output, force)) {
            RangesFile merged = files.stream()
                    .map(RangesFile::read)
                    .reduce(RangesFile::merge)
                    .orElseThrow(() -> new IllegalStateException("picocli takes no --merge without files"));
            long most = merged.byName().values().stream()
                    .mapToLong(statistics -> statistics.samples())
                    .max()
                    .orElse(0);
            return write(merged, most, List.of(), file);
        }
    }

    private Answer write(RangesFile ranges, long count, List<String> warnings, OutputFile file) {
        file.stage(JsonText.content(ranges.toJson().getBytes(StandardCharsets.UTF_8)));
        file.commit();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("output", output.toString());
        document.put("tensors", ranges.byName().size());
        document.put("samples", count);
        document.put("warnings", warnings);
        String line = output + ": ranges of " + Text.count(ranges.byName().size(), "tensor") + " over "
                + Text.count(count, "sample");
        return new Answer(common.quiet ? List.of() : List.of(line), document);
    }
}
