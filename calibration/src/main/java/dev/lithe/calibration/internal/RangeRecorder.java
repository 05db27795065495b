package dev.lithe.calibration.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorStatistics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Smallest and largest values of tensors, for one thread.
public final class RangeRecorder implements SampleObserver {
    /// What was seen of one tensor.
    private static final class Range {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        long samples;
        boolean seen;
    }

    private final Model model;
    private final Map<TensorId, Range> ranges = new HashMap<>();
    private String sample = "";

    public RangeRecorder(Model model, Set<TensorId> tensors) {
        this.model = model;
        tensors.forEach(id -> ranges.put(id, new Range()));
    }

    @Override
    public void begin(String location) {
        sample = location;
        ranges.values().forEach(range -> range.seen = false);
    }

    /// A tensor without elements has no range and is passed over.
    @Override
    public void observe(TensorId id, Tensor tensor) {
        Range range = ranges.get(id);
        int count = tensor.elementCount();
        if (range == null || count == 0) {
            return;
        }
        float[] values = tensor.floats();
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            min = Math.min(min, values[i]); // NaN spreads, so it shows at the end
            max = Math.max(max, values[i]);
        }
        if (!Float.isFinite(min) || !Float.isFinite(max)) {
            throw notFinite(id, Float.isNaN(min));
        }
        range.min = Math.min(range.min, min);
        range.max = Math.max(range.max, max);
        range.samples += range.seen ? 0 : 1; // a loop's body writes its tensors several times a sample
        range.seen = true;
    }

    private DatasetException notFinite(TensorId id, boolean nan) {
        int subgraph = 0;
        while (!model.subgraphs().get(subgraph).tensors().containsKey(id)) {
            subgraph++;
        }
        return new DatasetException(
                "LQ0509",
                Location.tensor(model.source(), subgraph, model.tensor(id).name()),
                "becomes " + (nan ? "NaN" : "infinite") + " for sample " + sample,
                "leave that sample out, or correct the model: such a tensor has no range to quantize.");
    }

    /// What was seen of a tensor; nothing where no sample reached it.
    public Optional<TensorStatistics> statistics(TensorId id) {
        Range range = ranges.get(id);
        // Adding 0 turns -0 into 0.
        return range == null || range.samples == 0
                ? Optional.empty()
                : Optional.of(new TensorStatistics(range.min + 0f, range.max + 0f, range.samples));
    }
}
