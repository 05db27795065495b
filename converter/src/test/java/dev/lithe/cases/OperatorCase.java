package dev.lithe.cases;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A SavedModel of TensorFlow's operator tests.
///
/// @param mode `float`, `int8`, `int16x8` or `dynamic_range`
/// @param peerConverts whether TensorFlow's own converter managed it, with custom operators allowed
record OperatorCase(String operator, String number, String mode, boolean peerConverts, Path folder) {
    /// A line of INDEX.tsv.
    static OperatorCase of(String line, Path root) {
        String[] fields = line.split("\t");
        Path folder = root.resolve(fields[0]).resolve(fields[1]);
        return new OperatorCase(fields[0], fields[1], fields[2], Boolean.parseBoolean(fields[3]), folder);
    }

    boolean isFloat() {
        return mode.equals("float");
    }

    /// Two runs give two answers.
    boolean isRandom() {
        return operator.equals("multinomial") || operator.startsWith("random_");
    }

    /// The recorded inputs in the types that the model has; zeros for one that nothing reads, which was not recorded.
    Map<String, Tensor> inputs(Map<String, TensorSpec> wanted) {
        Map<String, Tensor> recorded = Npz.read(folder.resolve("inputs.npz"));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        wanted.forEach((name, spec) -> {
            Tensor given = recorded.get(key(name));
            inputs.put(
                    name,
                    given == null
                            ? Tensor.allocate(spec.type(), spec.shape(), QuantizationParameters.NONE)
                            : withType(given, spec.type()));
        });
        return inputs;
    }

    /// What TensorFlow answered, by output.
    Map<String, Tensor> outputs() {
        return Npz.read(folder.resolve("outputs.npz"));
    }

    /// What LiteRT's reference kernels answered for TensorFlow's own file; empty where they do not run it.
    Map<String, Tensor> peerOutputs() {
        Path file = folder.resolve("tflite_outputs.npz");
        return Files.exists(file) ? Npz.read(file) : Map.of();
    }

    static String key(String name) {
        return name.replace("/", "__");
    }

    /// Some inputs were recorded in the type that NumPy gave them.
    private static Tensor withType(Tensor given, TensorType type) {
        if (given.type() == type || given.type() == TensorType.STRING) {
            return given;
        }
        Tensor converted = Tensor.allocate(type, given.shape(), QuantizationParameters.NONE);
        for (int i = 0; i < given.elementCount(); i++) {
            double value = given.elementAsDouble(i);
            switch (converted.array()) {
                case float[] a -> a[i] = (float) value;
                case long[] a -> a[i] = (long) value;
                case int[] a -> a[i] = (int) value;
                case short[] a -> a[i] = (short) value;
                default -> converted.bytes()[i] = (byte) value;
            }
        }
        return converted;
    }

    @Override
    public String toString() {
        return operator + "/" + number;
    }
}
