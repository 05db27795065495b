package dev.lithe.datasets;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Shorthands of the tests.
final class Samples {
    private Samples() {}

    static List<Sample> all(Dataset dataset) {
        List<Sample> samples = new ArrayList<>();
        for (Iterator<Sample> iterator = dataset.samples(); iterator.hasNext(); ) {
            samples.add(iterator.next());
        }
        return samples;
    }

    static InputSpec floats(String name, int... shape) {
        return InputSpec.of(name, TensorType.FLOAT32, Shape.of(shape));
    }

    static InputSpec int8(String name, float scale, int zeroPoint, int... shape) {
        return new InputSpec(
                name, TensorType.INT8, Shape.of(shape), QuantizationParameters.perTensor(scale, zeroPoint));
    }

    static List<SignatureSpec> signature(InputSpec... inputs) {
        return List.of(new SignatureSpec("serving_default", List.of(inputs)));
    }
}
