package dev.lithe.datasets.internal;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes samples of one signature: checks values, quantizes float data at an integer edge.
record Assembler(SignatureSpec signature) {
    static final String FIX = "give each input as the model declares it; `inspect` lists the model's inputs.";

    /// A sample of tensors that are known to fit, by input name.
    Sample assemble(Map<String, Tensor> tensors, @Nullable Tensor label, String location) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (InputSpec input : signature.inputs()) {
            Tensor tensor = Objects.requireNonNull(tensors.get(input.name()));
            checkFinite(tensor, input.name(), location);
            inputs.put(input.name(), inType(input, tensor));
        }
        if (label != null) {
            checkFinite(label, KeyBinding.LABELS, location);
        }
        return new Sample(signature.key(), inputs, label, location);
    }

    private static Tensor inType(InputSpec input, Tensor tensor) {
        return tensor.type() == input.type()
                ? tensor.withQuantization(input.quantization())
                : EdgeQuantization.toType(tensor, input.type(), input.quantization());
    }

    /// A sample of tensors under the data's own keys, each a whole sample.
    ///
    /// @throws DatasetException listing what does not fit (LQ0506)
    Sample assembleKeyed(Map<String, Tensor> keyed, String location) {
        List<Offender> offenders = new ArrayList<>();
        Map<String, TensorShape> shapes = new LinkedHashMap<>();
        keyed.forEach((key, tensor) -> shapes.put(key, new TensorShape(tensor.type(), tensor.shape())));
        KeyBinding binding = checkKeyed(shapes, location, offenders);
        if (!offenders.isEmpty()) {
            throw DataErrors.misfit(location, FIX, offenders);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (InputSpec input : signature.inputs()) {
            Tensor tensor = Objects.requireNonNull(keyed.get(binding.keys().get(input.name())));
            tensors.put(input.name(), tensor.withShape(Fit.sampleShape(input, tensor.shape())));
        }
        return assemble(tensors, binding.labelKey() == null ? null : keyed.get(binding.labelKey()), location);
    }

    /// Type and shape of an array whose elements nobody has read yet.
    record TensorShape(TensorType type, Shape shape) {}

    /// Checks whole-sample arrays under the data's own keys, adding what does not fit to `offenders`.
    KeyBinding checkKeyed(Map<String, TensorShape> keyed, String location, List<Offender> offenders) {
        KeyBinding binding = KeyBinding.of(signature, keyed.keySet(), location, offenders);
        for (InputSpec input : signature.inputs()) {
            TensorShape array = keyed.get(binding.keys().getOrDefault(input.name(), ""));
            if (array != null) {
                addProblem(offenders, location, input, Fit.typeProblem(input, array.type()));
                addProblem(offenders, location, input, Fit.sampleProblem(input, array.shape()));
            }
        }
        return binding;
    }

    static void addProblem(List<Offender> offenders, String location, InputSpec input, @Nullable String problem) {
        if (problem != null) {
            offenders.add(new Offender(Location.tensor(location, -1, input.name()), problem));
        }
    }

    private static void checkFinite(Tensor tensor, String name, String location) {
        int bad = firstNonFinite(tensor);
        if (bad >= 0) {
            double value = tensor.elementAsDouble(bad);
            throw new DatasetException(
                    "LQ0507",
                    Location.tensor(location, -1, name),
                    "element " + index(tensor.shape(), bad) + " is " + (Double.isNaN(value) ? "NaN" : "infinite"),
                    "clean the data: a range that contains NaN or infinity cannot be quantized.");
        }
    }

    private static int firstNonFinite(Tensor tensor) {
        int count = tensor.elementCount();
        switch (tensor.type()) {
            case FLOAT32 -> {
                float[] values = tensor.floats();
                for (int i = 0; i < count; i++) {
                    if (!Float.isFinite(values[i])) {
                        return i;
                    }
                }
            }
            case FLOAT16, BFLOAT16, FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    if (!Double.isFinite(tensor.elementAsDouble(i))) {
                        return i;
                    }
                }
            }
            default -> {
                return -1; // integers, bools and strings have no such values
            }
        }
        return -1;
    }

    private static String index(Shape shape, int flat) {
        int[] index = new int[shape.rank()];
        int rest = flat;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.dimension(axis);
            rest /= shape.dimension(axis);
        }
        return java.util.Arrays.toString(index);
    }
}
