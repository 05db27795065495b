package dev.lithe.cli.internal;

import dev.lithe.Converted;
import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.calibration.CalibrationOptions;
import dev.lithe.calibration.Calibrator;
import dev.lithe.calibration.RangesFile;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.evaluation.Evaluation;
import dev.lithe.evaluation.Evaluation.Comparison;
import dev.lithe.evaluation.EvaluationOptions;
import dev.lithe.evaluation.Evaluator;
import dev.lithe.evaluation.Latency;
import dev.lithe.evaluation.LatencyOptions;
import dev.lithe.evaluation.Metric;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
        name = "demo",
        header = "Converts and runs the bundled example in every mode and prints the table.",
        description = "The example tells handwritten digits apart: a small residual network, 200 images to calibrate "
                + "with and 500 to judge by. Nothing is written.")
final class DemoCommand extends Command {
    /// Enough for a demonstration; `benchmark` measures longer.
    private static final LatencyOptions LATENCY =
            LatencyOptions.DEFAULT.withWarmup(50, Duration.ofMillis(300)).withDuration(Duration.ofMillis(200));

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    /// What one mode came to.
    private record Result(DemoMode mode, long bytes, Evaluation evaluation, Latency latency) {
        double value() {
            return evaluation.value().orElseThrow();
        }
    }

    @Override
    Answer work(Console console) {
        Example example = Example.find();
        Model model = Models.open(example.model());
        RangesFile ranges = calibrate(model, Dataset.npz(example.calibration()), console);
        DataSource test = Dataset.npz(example.test());
        List<Result> results = new ArrayList<>();
        List<DemoMode> modes = DemoMode.all();
        try (Step step = console.step("Converting and running")) {
            for (DemoMode mode : modes) {
                results.add(measure(mode, model, ranges, test));
                step.progress(results.size(), modes.size());
            }
        }
        return new Answer(text(results), document(results));
    }

    private RangesFile calibrate(Model model, DataSource data, Console console) {
        try (Step step = console.step("Calibrating")) {
            CalibrationOptions options =
                    CalibrationOptions.DEFAULT.withThreads(common.threads).withProgress(step::progress);
            return RangesFile.of(
                    Calibrator.calibrate(model, data.bind(model), options).table(), model);
        }
    }

    /// Everything is measured on the file's bytes, read back.
    private Result measure(DemoMode mode, Model source, RangesFile ranges, DataSource test) {
        Converter converter = Converter.of(source).quantize(mode.quantization());
        boolean needsRanges = mode.quantization().recipe().mode().needsRanges();
        Converted converted = needsRanges ? converter.ranges(ranges).convert() : converter.convert();
        byte[] file = converted.bytes();
        Model model = TfliteReader.read(MemorySegment.ofArray(file), mode.name() + ".tflite");
        EvaluationOptions options = EvaluationOptions.of(Metric.TOP1)
                .withAgainst(source)
                .withThreads(common.threads)
                .withKernels(runtime.kernels);
        Evaluation evaluation = Evaluator.evaluate(model, test, options);
        PlanOptions plan = runtime.plan(1);
        Latency latency = Latency.measure(
                Runtime.compile(model, plan), test.bind(model).samples().next(), LATENCY);
        return new Result(mode, file.length, evaluation, latency);
    }

    private static List<String> text(List<Result> results) {
        Result reference = results.getFirst();
        Table table = new Table("mode", ">bytes", ">size", ">top-1", ">drop", ">agreement", ">latency", "serves");
        for (Result result : results) {
            table.row(
                    result.mode().name(),
                    Text.grouped(result.bytes()),
                    Text.percent((double) result.bytes() / reference.bytes()),
                    Text.percent(result.value()),
                    Text.format("%.1f", 100 * (reference.value() - result.value())),
                    agreement(result).isPresent()
                            ? Text.percent(agreement(result).getAsDouble())
                            : "",
                    BenchmarkCommand.micros(result.latency().medianMicros()),
                    result.mode().devices());
        }
        List<String> lines = new ArrayList<>();
        lines.add("Handwritten digits, " + Text.grouped(reference.evaluation().samples()) + " test images; kernels: "
                + reference.latency().kernels() + ", 1 thread");
        lines.add("");
        lines.addAll(table.lines());
        lines.addAll(List.of(
                "",
                "size: of the float32 file; drop: lost accuracy in points; agreement: same answer as float32;",
                "latency: median of one image in this virtual machine, not on the device.",
                "",
                "Next, with a model of your own (a SavedModel folder or a float .tflite file):",
                "  ./lithe convert saved_model -o small.tflite --quantize dynamic",
                "  ./lithe convert saved_model -o int8.tflite --quantize int8 --calibration samples.npz",
                "  ./lithe evaluate int8.tflite --data test.npz --against saved_model",
                "  ./lithe inspect int8.tflite"));
        return lines;
    }

    private static OptionalDouble agreement(Result result) {
        Optional<Comparison> against = result.evaluation().against();
        return against.isPresent() ? against.get().agreement() : OptionalDouble.empty();
    }

    private static Map<String, Object> document(List<Result> results) {
        Result reference = results.getFirst();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("example", "digits");
        document.put("metric", Metric.TOP1.word());
        document.put("samples", reference.evaluation().samples());
        document.put("kernels", reference.latency().kernels());
        document.put(
                "modes", results.stream().map(result -> mode(result, reference)).toList());
        return document;
    }

    private static Map<String, Object> mode(Result result, Result reference) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", result.mode().name());
        map.put("mode", result.mode().quantization().recipe().mode().word());
        map.put("options", result.mode().options());
        map.put("bytes", result.bytes());
        map.put("ratio", (double) result.bytes() / reference.bytes());
        map.put("value", result.value());
        map.put("drop", reference.value() - result.value());
        map.put("agreement", EvaluateCommand.number(agreement(result)));
        map.put(
                "sqnr_db",
                EvaluateCommand.number(
                        result.evaluation().against().isPresent()
                                ? result.evaluation().against().get().sqnrDb()
                                : OptionalDouble.empty()));
        map.put("median_us", result.latency().medianMicros());
        map.put("arena_bytes", result.latency().arenaBytes());
        map.put("devices", result.mode().devices());
        return map;
    }
}
