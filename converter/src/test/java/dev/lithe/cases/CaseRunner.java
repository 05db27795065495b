package dev.lithe.cases;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.datasets.Dataset;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.ImportOptions;
import dev.lithe.operators.OperatorValidator;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.util.Map;
import java.util.stream.Collectors;

/// Converts a case in its mode and runs what comes out.
final class CaseRunner {
    /// Of the range of an output in mode float.
    private static final double BOUND = 1e-5;
    /// Where TensorFlow's own file is farther than that, as with the logarithm of a number just above 1, ours may be
    /// half again as far.
    private static final double HALF_AGAIN = 1.5;

    private CaseRunner() {}

    static Outcome run(OperatorCase one) {
        Model model;
        try {
            model = Models.open(one.folder());
        } catch (UnsupportedException e) {
            String why = e.offenders().stream()
                    .map(o -> o.location().operator() + " " + o.what())
                    .distinct()
                    .collect(Collectors.joining("; "));
            return new Outcome(one, keeps(one) ? Outcome.Kind.CUSTOM : Outcome.Kind.REFUSED, why);
        } catch (InvalidModelException e) {
            return new Outcome(one, Outcome.Kind.REFUSED, String.valueOf(e.getMessage()));
        }
        return compared(one, answers(one, converted(one, model)));
    }

    private static Outcome compared(OperatorCase one, Map<String, Tensor> answers) {
        String difference = Answers.difference(one, answers, BOUND);
        if (difference == null) {
            return new Outcome(one, Outcome.Kind.RIGHT, "");
        }
        boolean asTheirs = one.isFloat()
                && Answers.difference(one, answers, Math.min(1e-4, HALF_AGAIN * Answers.peerDistance(one))) == null;
        return new Outcome(one, asTheirs ? Outcome.Kind.RIGHT : Outcome.Kind.WRONG, difference);
    }

    private static boolean keeps(OperatorCase one) {
        try {
            Model model = Models.open(one.folder(), ImportOptions.DEFAULT.withAllowCustomOps(true));
            return Converter.of(model).convert().bytes().length > 0;
        } catch (UnsupportedException e) {
            return false;
        }
    }

    private static Model converted(OperatorCase one, Model model) {
        Converter converter = Converter.of(model);
        switch (one.mode()) {
            case "int8" -> converter = converter.quantize(Quantization.int8());
            case "int16x8" -> converter = converter.quantize(Quantization.int16x8());
            case "dynamic_range" -> converter = converter.quantize(Quantization.dynamic());
            default -> {}
        }
        if (one.mode().startsWith("int")) {
            converter = converter.calibrate(Dataset.npz(one.folder().resolve("calibration.npz")));
        }
        return OperatorValidator.validate(
                GraphValidator.validate(converter.convert().model()));
    }

    private static Map<String, Tensor> answers(OperatorCase one, Model model) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            return interpreter.run(one.inputs(interpreter.inputs()));
        }
    }
}
