package dev.lithe.quantizer;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small float model built by hand, with the ranges of its activations.
final class TestGraph {
    private final ModelBuilder builder = new ModelBuilder();
    private final List<TensorId> inputs = new ArrayList<>();
    private final List<TensorId> outputs = new ArrayList<>();
    private final Map<TensorKey, TensorStatistics> ranges = new LinkedHashMap<>();

    TensorId input(String name, float min, float max, int... shape) {
        TensorId id = activation(name, min, max, shape);
        inputs.add(id);
        return id;
    }

    TensorId constant(String name, Shape shape, float... values) {
        return builder.constant(name, Tensor.of(shape, values));
    }

    TensorId activation(String name, float min, float max, int... shape) {
        ranges.put(new TensorKey(0, name, 0), new TensorStatistics(min, max, 100));
        return builder.floats(name, shape);
    }

    TestGraph node(BuiltinOperator code, Options options, List<TensorId> from, TensorId to) {
        builder.node(code, options.builtin(), from, to);
        return this;
    }

    TestGraph output(TensorId id) {
        outputs.add(id);
        return this;
    }

    TestGraph withoutRange(String name) {
        ranges.remove(new TensorKey(0, name, 0));
        return this;
    }

    Model model() {
        return GraphValidator.validate(builder.subgraph("main", inputs, outputs.toArray(TensorId[]::new))
                .build());
    }

    CalibrationTable ranges() {
        return new CalibrationTable("", ranges);
    }
}
