package dev.lithe.cli.internal;

import dev.lithe.Models;
import dev.lithe.datasets.DataSource;
import dev.lithe.evaluation.Evaluation;
import dev.lithe.evaluation.Evaluation.Comparison;
import dev.lithe.evaluation.EvaluationOptions;
import dev.lithe.evaluation.Evaluator;
import dev.lithe.evaluation.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "evaluate",
        header = "Measures a model's accuracy on labelled data, and how close it is to another model.",
        footer = {
            "",
            "Examples:",
            "  lithe evaluate model.tflite --data test.npz --metric top1",
            "  lithe evaluate int8.tflite --data test.npz --against float.tflite --max-drop 1%%"
        })
final class EvaluateCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = ImportArguments.ANY)
    Path path = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "What to measure on: " + DataArguments.DATA + ".")
    String data = "";

    @ArgGroup(validate = false, heading = "%nFolders of images as DATA:%n", order = 3)
    DataArguments reading = new DataArguments();

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description = "top1 (default), top5: share of right classes; mse, mae: distance from the labels.")
    Metric metric = Metric.TOP1;

    @Option(
            names = "--against",
            paramLabel = "OTHER",
            description = "Another model, usually the float one: adds agreement and signal-to-noise ratio.")
    @Nullable
    Path against;

    @Option(names = "--signature", paramLabel = "KEY", description = "Which signature (default: all with data).")
    @Nullable
    String signature;

    @Option(names = "--output", paramLabel = "NAME", description = "Which output to measure, where there are several.")
    @Nullable
    String output;

    @Option(names = "--min-value", paramLabel = "V", description = "Exit code 3 where the value is worse than this.")
    @Nullable
    Bound minValue;

    @Option(
            names = "--max-drop",
            paramLabel = "D",
            description = "Exit code 3 where the value is worse than OTHER's by more than this, such as 1%% or 0.01.")
    @Nullable
    Bound maxDrop;

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    @Override
    Answer work(Console console) {
        if (maxDrop != null && against == null) {
            throw UsageException.missing("--max-drop needs --against OTHER", "name the model to compare with.");
        }
        DataSource source = reading.source(data);
        EvaluationOptions options = EvaluationOptions.of(metric)
                .withSignature(signature)
                .withOutput(output)
                .withThreads(common.threads)
                .withKernels(runtime.kernels);
        Evaluation evaluation =
                evaluate(path, source, against == null ? options : options.withAgainst(Models.read(against)), console);
        console.warn(evaluation.warnings());
        Map<String, Object> document = document(evaluation);
        List<String> text = new ArrayList<>(text(evaluation));
        List<String> missed = new ArrayList<>();
        checkValue(evaluation, missed);
        if (maxDrop != null && against != null) {
            Evaluation reference = evaluate(against, source, options, console);
            checkDrop(evaluation, reference, missed, document);
        }
        document.put("warnings", evaluation.warnings());
        if (!missed.isEmpty()) {
            document.put("missed", missed);
            missed.forEach(bound -> text.add("NOT MET: " + bound));
        }
        return new Answer(text, document, missed.isEmpty() ? ExitCodes.DONE : ExitCodes.BOUND_NOT_MET);
    }

    private static Evaluation evaluate(Path model, DataSource source, EvaluationOptions options, Console console) {
        try (Step step = console.step("Evaluating " + model.getFileName())) {
            return Evaluator.evaluate(Models.read(model), source, options.withProgress(step::progress));
        }
    }

    private void checkValue(Evaluation evaluation, List<String> missed) {
        if (minValue == null) {
            return;
        }
        double value = required(evaluation);
        boolean met = metric.isClassification() ? value >= minValue.value() : value <= minValue.value();
        if (!met) {
            missed.add(metric.word() + " is " + shown(value) + ", asked for was "
                    + (metric.isClassification() ? "at least " : "at most ") + shown(minValue.value()));
        }
    }

    private void checkDrop(
            Evaluation evaluation, Evaluation reference, List<String> missed, Map<String, Object> document) {
        double value = required(evaluation);
        double other = required(reference);
        double drop = metric.isClassification() ? other - value : value - other;
        document.put("against_value", other);
        document.put("drop", drop);
        if (maxDrop != null && drop > maxDrop.value()) {
            missed.add(metric.word() + " is " + shown(value) + " and " + shown(other) + " for " + against
                    + ": worse by " + shown(drop) + ", allowed was " + shown(maxDrop.value()));
        }
    }

    private double required(Evaluation evaluation) {
        return evaluation
                .value()
                .orElseThrow(() -> UsageException.missing(
                        "the bound needs labels to measure " + metric.word() + " by, and " + data + " has none",
                        "add an array 'labels' to the data, or drop the bound."));
    }

    private Map<String, Object> document(Evaluation evaluation) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("metric", metric.word());
        document.put("value", number(evaluation.value()));
        document.put("samples", evaluation.samples());
        document.put(
                "against", evaluation.against().map(EvaluateCommand::comparison).orElse(null));
        return document;
    }

    private static Map<String, Object> comparison(Comparison comparison) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("agreement", number(comparison.agreement()));
        map.put("sqnr_db", number(comparison.sqnrDb()));
        return map;
    }

    static @Nullable Double number(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
    }

    private List<String> text(Evaluation evaluation) {
        Table table = new Table("", "");
        table.row(
                metric.word(),
                evaluation.value().isPresent() ? shown(evaluation.value().getAsDouble()) : "(the data have no labels)");
        table.row("samples", Text.grouped(evaluation.samples()));
        evaluation.against().ifPresent(comparison -> {
            comparison.agreement().ifPresent(share -> table.row("agreement", Text.percent(share)));
            comparison.sqnrDb().ifPresent(decibels -> table.row("SQNR", decibels(decibels)));
        });
        return table.lines();
    }

    static String decibels(double value) {
        return Double.isInfinite(value) ? "infinite (equal outputs)" : Text.format("%.1f dB", value);
    }

    private String shown(double value) {
        return metric.isClassification() ? Text.format("%.2f %%", 100 * value) : Text.format("%.6g", value);
    }
}
