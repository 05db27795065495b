package dev.lithe.oracle;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.calibration.CalibrationOptions;
import dev.lithe.calibration.Calibrator;
import dev.lithe.calibration.RangesFile;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.NpyArray;
import dev.lithe.datasets.Npz;
import dev.lithe.golden.Golden;
import dev.lithe.graph.Model;
import dev.lithe.quantizer.BiasType;
import dev.lithe.runtime.Kernels;
import dev.lithe.schema.BuiltinOperator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// A file that we write in these tests: a model, a mode, and whose choices and ranges.
///
/// @param model a golden's name, or [#EXAMPLE]
/// @param mode the mode's name, as the goldens' folders have it
/// @param tensorflow whether `--compat tensorflow` and the ranges that TensorFlow recorded (the
///     example has none: ours)
record WrittenFile(String model, String mode, boolean tensorflow) {
    static final String EXAMPLE = "digits";

    private static final Path DIGITS =
            Path.of(System.getProperty("lithe.root", "..")).resolve("examples").resolve(EXAMPLE);
    private static final Map<String, Quantization> MODES = modes();
    /// Our own calibration is the same for every mode that needs one.
    private static final Map<String, RangesFile> OWN_RANGES = new ConcurrentHashMap<>();

    private static Map<String, Quantization> modes() {
        Map<String, Quantization> modes = new LinkedHashMap<>(Golden.modes());
        Quantization wide = Quantization.int16x8().integerOnly();
        modes.put("16x8_bias64", wide.biasType(BiasType.INT64));
        modes.put("16x8_bias32", wide.biasType(BiasType.INT32));
        return modes;
    }

    /// The goldens' models, where they are, and the example.
    static List<String> models() {
        List<String> models = new ArrayList<>(Golden.isAbsent() ? List.of() : Golden.MODELS);
        models.add(EXAMPLE);
        return models;
    }

    /// Every mode of `model`. The runtime has no DEPTHWISE_CONV_2D of 16 bits with a 32-bit bias.
    static List<WrittenFile> of(String model) {
        boolean depthwise = open(model).main().nodes().stream()
                .anyMatch(node -> node.code().builtin() == BuiltinOperator.DEPTHWISE_CONV_2D);
        return MODES.keySet().stream()
                .filter(mode -> !(depthwise && mode.equals("16x8_bias32")))
                .flatMap(mode -> List.of(true, false).stream().map(choice -> new WrittenFile(model, mode, choice)))
                .toList();
    }

    private static Model open(String model) {
        return Models.open(model.equals(EXAMPLE) ? DIGITS.resolve("saved_model") : Golden.file(model, "none"));
    }

    /// The file's content.
    byte[] convert() {
        Model source = open(model);
        Quantization choice = MODES.get(mode);
        Converter converter = Converter.of(source).quantize(tensorflow ? choice.compatTensorflow() : choice);
        if (choice.recipe().mode().needsRanges()) {
            converter = tensorflow && !model.equals(EXAMPLE)
                    ? converter.ranges(Golden.ranges(model))
                    : converter.ranges(OWN_RANGES.computeIfAbsent(model, _ -> calibrate(source)));
        }
        return converter.convert().bytes();
    }

    private RangesFile calibrate(Model source) {
        Path samples = model.equals(EXAMPLE) ? DIGITS.resolve("calibration.npz") : Golden.samples(model);
        Dataset dataset = Dataset.npz(samples).bind(source);
        CalibrationOptions options = CalibrationOptions.DEFAULT.withKernels(Kernels.REFERENCE);
        return RangesFile.of(Calibrator.calibrate(source, dataset, options).table(), source);
    }

    /// Eight real inputs, as float32 in little-endian order.
    List<byte[]> inputs() throws IOException {
        if (model.equals(EXAMPLE)) {
            NpyArray images = Npz.open(DIGITS.resolve("test.npz")).array("image");
            return IntStream.range(0, 8)
                    .mapToObj(i -> images.rows(i, 1).toLittleEndian())
                    .toList();
        }
        return Npy.read(Golden.file(model, "none").resolveSibling("input.npy")).samples();
    }

    boolean isDynamic() {
        return mode.equals("dynamic");
    }

    @Override
    public String toString() {
        return model + " " + mode + (tensorflow ? ", TensorFlow's choices" : ", our choices");
    }
}
