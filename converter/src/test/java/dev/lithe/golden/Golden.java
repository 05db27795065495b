package dev.lithe.golden;

import dev.lithe.Quantization;
import dev.lithe.schema.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The models that TensorFlow converted, and what to ask of Lithe to get the same. The official runtime's tests in
/// module `oracle` take it from here.
public final class Golden {
    public static final List<String> MODELS = List.of("kws", "resnet8", "vww96", "ad01", "sww");

    private Golden() {}

    public static Path folder() {
        return Path.of(System.getProperty("lithe.shared", "../shared")).resolve("golden");
    }

    public static boolean isAbsent() {
        return !Files.isDirectory(folder());
    }

    /// The mode folders that exist for `model`, with the choices that correspond to them.
    static Map<String, Quantization> modes(String model) {
        Map<String, Quantization> modes = modes();
        modes.keySet().removeIf(mode -> !Files.exists(file(model, mode)));
        return modes;
    }

    /// Every mode by the name of its folder; the map is the caller's.
    public static Map<String, Quantization> modes() {
        Quantization int8 = Quantization.int8();
        Quantization strict = int8.integerOnly().inputType(TensorType.INT8).outputType(TensorType.INT8);
        Map<String, Quantization> modes = new LinkedHashMap<>();
        modes.put("none", Quantization.none());
        modes.put("dynamic", Quantization.dynamic());
        modes.put("float16", Quantization.float16());
        modes.put("full", int8);
        modes.put("int8", strict);
        modes.put("uint8", int8.integerOnly().inputType(TensorType.UINT8).outputType(TensorType.UINT8));
        modes.put("int8_pertensor", strict.perTensor());
        modes.put("16x8_strict", Quantization.int16x8().integerOnly());
        return modes;
    }

    public static Path file(String model, String mode) {
        return folder().resolve(model).resolve(mode).resolve("model.tflite");
    }

    public static Path ranges(String model) {
        return folder().resolve(model).resolve("ranges.json");
    }

    public static Path samples(String model) {
        return folder().resolve("calibration").resolve(model + ".npz");
    }
}
