package dev.lithe.cli.internal;

import dev.lithe.Models;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.evaluation.Latency;
import dev.lithe.evaluation.LatencyOptions;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
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
        name = "benchmark",
        header = "Measures a model's latency over warmed-up runs, its memory and its size.")
final class BenchmarkCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = ImportArguments.ANY)
    Path path = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Run on the first sample of these data (default: a random one).")
    String data = "random:1";

    @ArgGroup(validate = false, heading = "%nFolders of images as DATA:%n", order = 3)
    DataArguments reading = new DataArguments();

    @Option(names = "--signature", paramLabel = "KEY", description = "Which signature, where there are several.")
    @Nullable
    String signature;

    @Option(names = "--profile", description = "Also show each operator's share.")
    boolean profile;

    @Mixin
    RuntimeArguments runtime = new RuntimeArguments();

    @Override
    Answer work(Console console) throws IOException {
        DataSource source = reading.source(data);
        Model model = Models.read(path);
        Sample sample = sample(model, source);
        PlanOptions plan = runtime.plan(common.threads);
        LatencyOptions options = LatencyOptions.DEFAULT;
        Latency latency = Latency.measure(Runtime.compile(model, plan), sample, options);
        long fileBytes = InspectCommand.size(path);
        Map<String, Object> document = document(latency, fileBytes);
        List<String> text = new ArrayList<>(text(latency, fileBytes));
        if (profile) {
            List<Latency.OperatorTime> times = Latency.profile(model, sample, plan, options);
            document.put(
                    "operators", times.stream().map(BenchmarkCommand::document).toList());
            text.add("");
            text.addAll(text(times));
        }
        return new Answer(text, document);
    }

    private Sample sample(Model model, DataSource source) {
        Iterator<Sample> samples =
                source.bind(SignatureSpec.select(model, chosen(model))).samples();
        if (!samples.hasNext()) {
            throw UsageException.missing(data + " has no samples", "give data with at least one, or leave it out.");
        }
        return samples.next();
    }

    /// The signature that was asked for, or the one that stands for all.
    private @Nullable String chosen(Model model) {
        List<String> keys = model.signatures().stream().map(SignatureDef::key).toList();
        if (signature != null || keys.size() < 2) {
            return signature;
        }
        if (keys.contains(Interpreter.DEFAULT_SIGNATURE)) {
            return Interpreter.DEFAULT_SIGNATURE;
        }
        throw UsageException.missing(
                path + " has several signatures: " + String.join(", ", keys), "choose one with --signature.");
    }

    private static Map<String, Object> document(Latency latency, long fileBytes) {
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("median_us", latency.medianMicros());
        times.put("p90_us", latency.p90Micros());
        times.put("p99_us", latency.p99Micros());
        times.put("runs", latency.runs());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("latency", times);
        document.put("arena_bytes", latency.arenaBytes());
        document.put("constant_bytes", latency.constantBytes());
        document.put("file_bytes", fileBytes);
        document.put("threads", latency.threads());
        document.put("kernels", latency.kernels());
        return document;
    }

    private static Map<String, Object> document(Latency.OperatorTime time) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("index", time.index());
        map.put("name", time.name());
        map.put("output", time.output());
        map.put("median_us", time.medianMicros());
        map.put("share", time.share());
        return map;
    }

    private List<String> text(Latency latency, long fileBytes) {
        return new Table("", ">", "")
                .row("latency", micros(latency.medianMicros()), "median of " + Text.count(latency.runs(), "run"))
                .row("", micros(latency.p90Micros()), "p90")
                .row("", micros(latency.p99Micros()), "p99")
                .row("memory", Text.grouped(latency.arenaBytes()) + " bytes", "arena of a run")
                .row("", Text.grouped(latency.constantBytes()) + " bytes", "constants, shared")
                .row("file", Text.grouped(fileBytes) + " bytes", "")
                .row("kernels", latency.kernels(), "on " + Text.count(latency.threads(), "thread"))
                .lines();
    }

    private static List<String> text(List<Latency.OperatorTime> times) {
        Table table = new Table(">#", "operator", ">median", ">share", "output");
        for (Latency.OperatorTime time : times) {
            table.row(
                    time.index(),
                    time.name(),
                    micros(time.medianMicros()),
                    Text.percent(time.share()),
                    Text.shortened(time.output(), 48));
        }
        return table.lines();
    }

    static String micros(double micros) {
        return micros >= 10_000 ? Text.format("%.1f ms", micros / 1000) : Text.format("%.1f us", micros);
    }
}
