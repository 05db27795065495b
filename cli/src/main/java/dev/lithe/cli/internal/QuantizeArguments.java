package dev.lithe.cli.internal;

import dev.lithe.Quantization;
import dev.lithe.quantizer.BiasType;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Option;

/// The options of `convert` that say what becomes of the numbers.
final class QuantizeArguments {
    @Option(
            names = "--quantize",
            paramLabel = "MODE",
            description = {
                "none (default): float32 as it is;",
                "dynamic: 8-bit weights, activations quantized at run time;",
                "float16: weights in half the bytes;",
                "int8: 8-bit weights and activations, needs --calibration;",
                "int16x8: 8-bit weights, 16-bit activations, needs --calibration."
            })
    QuantizationMode mode = QuantizationMode.NONE;

    @Option(names = "--integer-only", description = "No float fallback; fails where an operator has no integer kernel.")
    boolean integerOnly;

    @Option(
            names = "--input-type",
            paramLabel = "TYPE",
            description = "Type of the model's inputs: float32 (default); int8 or uint8 with int8; int16 with int16x8.")
    TensorType inputType = TensorType.FLOAT32;

    @Option(
            names = "--output-type",
            paramLabel = "TYPE",
            description = "Type of the model's outputs, as for --input-type.")
    TensorType outputType = TensorType.FLOAT32;

    @Option(names = "--per-tensor", description = "One scale per weight tensor instead of one per channel.")
    boolean perTensor;

    @Option(
            names = "--bias-type",
            paramLabel = "TYPE",
            description = "int16x8: auto (default), int32 or int64. auto is int64 except where int32 cannot overflow.")
    BiasType biasType = BiasType.AUTO;

    @Option(
            names = "--compat",
            paramLabel = "tensorflow",
            description = "TensorFlow's own choices, bit for bit, also where ours are better.")
    String compat = "";

    @Option(
            names = "--exclude-op",
            paramLabel = "NAME",
            description = "Keep operators of this type in float, such as SOFTMAX. Repeatable.")
    List<BuiltinOperator> excludedOperators = List.of();

    @Option(
            names = "--exclude-layer",
            paramLabel = "REGEX",
            description = "Keep operators in float whose output's name contains a match. Repeatable.")
    List<String> excludedLayers = List.of();

    Quantization quantization() {
        if (!compat.isEmpty() && !compat.equals("tensorflow")) {
            throw UsageException.value("--compat " + compat + " is unknown", "the only choice is --compat tensorflow.");
        }
        Quantization choice = Quantization.of(mode)
                .inputType(inputType)
                .outputType(outputType)
                .biasType(biasType);
        choice = integerOnly ? choice.integerOnly() : choice;
        choice = perTensor ? choice.perTensor() : choice;
        choice = compat.isEmpty() ? choice : choice.compatTensorflow();
        for (BuiltinOperator operator : excludedOperators) {
            choice = choice.excludeOp(operator);
        }
        for (String layer : excludedLayers) {
            choice = excludeLayer(choice, layer);
        }
        return checked(choice);
    }

    private static Quantization excludeLayer(Quantization choice, String regex) {
        try {
            return choice.excludeLayer(regex);
        } catch (PatternSyntaxException e) {
            throw UsageException.value(
                    "--exclude-layer '" + regex + "' is no regular expression: " + e.getDescription(),
                    "put a backslash before characters that are meant as they stand.");
        }
    }

    private static Quantization checked(Quantization choice) {
        List<String> contradictions = choice.recipe().contradictions();
        if (!contradictions.isEmpty()) {
            throw new UsageException(
                    "LQ0401", String.join("; ", contradictions), "choose options that go together (see --help).");
        }
        return choice;
    }
}
