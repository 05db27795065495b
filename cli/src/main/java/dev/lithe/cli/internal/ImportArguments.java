package dev.lithe.cli.internal;

import dev.lithe.graph.Shape;
import dev.lithe.importers.ImportOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// What of a model is taken, and with which shapes.
final class ImportArguments {
    /// What a model can be that is not quantized yet.
    static final String SOURCE =
            "A SavedModel folder, a Keras file (.keras, .h5), a frozen graph (.pb), an .onnx file or a"
                    + " float .tflite file; the kind is detected.";

    /// What any model can be.
    static final String ANY =
            "A .tflite file, or what lithe convert takes: a SavedModel folder, .keras, .h5, .pb or .onnx.";

    @Option(
            names = "--signature",
            paramLabel = "KEY",
            description = "Take this signature only (default: all). Repeatable.")
    List<String> signatures = List.of();

    @Option(
            names = "--input-shape",
            paramLabel = "NAME=1,224,224,3",
            description = "Fix the shape of an input. Repeatable.")
    List<String> shapes = List.of();

    @Option(
            names = "--keep-layout",
            description = "Leave images at the inputs and outputs of an ONNX model channels first (NCHW)"
                    + " instead of channels last (NHWC).")
    boolean keepLayout;

    @Option(
            names = "--allow-custom-ops",
            description = "Keep TensorFlow nodes that cannot be expressed as custom operators, which the runtime needs"
                    + " kernels for, instead of refusing the model.")
    boolean allowCustomOps;

    @Option(
            names = "--inputs",
            split = ",",
            paramLabel = "NODE",
            description = "Where a frozen graph (.pb) begins (default: its placeholders).")
    List<String> inputs = List.of();

    @Option(
            names = "--outputs",
            split = ",",
            paramLabel = "NODE",
            description = "What a frozen graph (.pb) computes (default: the nodes that nothing reads).")
    List<String> outputs = List.of();

    ImportOptions options() {
        Map<String, Shape> byName = new LinkedHashMap<>();
        shapes.forEach(text -> {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw unreadable(text);
            }
            byName.put(text.substring(0, equals), shape(text, text.substring(equals + 1)));
        });
        return ImportOptions.DEFAULT
                .withSignatures(signatures)
                .withInputShapes(byName)
                .withKeepLayout(keepLayout)
                .withAllowCustomOps(allowCustomOps)
                .withInputs(inputs)
                .withOutputs(outputs);
    }

    private static Shape shape(String option, String list) {
        try {
            return Shape.of(Arrays.stream(list.split(",", -1))
                    .mapToInt(word -> Integer.parseInt(word.strip()))
                    .toArray());
        } catch (IllegalArgumentException e) {
            throw unreadable(option);
        }
    }

    private static UsageException unreadable(String text) {
        return UsageException.value(
                "--input-shape " + text + " is no NAME=DIMENSIONS", "write it as in image=1,224,224,3.");
    }
}
