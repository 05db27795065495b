package dev.lithe.datasets.internal;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.NpyArray;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Samples that lie along the leading axis of arrays: the content of an `.npz` or `.npy` file.
final class TableDataset implements Dataset {
    /// How an array is cut into samples: sample `i` is rows `i * rows` on; with `split` they stay an axis of the
    /// sample, otherwise they are one row, which is the sample. `whole` arrays have no such axis and are one
    /// sample.
    private record Cut(NpyArray array, int rows, boolean split, int count) {
        Tensor sample(int i) {
            if (array.shape().rank() == 0) {
                return array.tensor();
            }
            Tensor read = array.rows(i * rows, rows);
            return split ? read : read.withShape(dropLeading(array.shape()));
        }
    }

    private final Path path;
    private final Assembler assembler;
    private final Map<String, Cut> cuts;
    private final @Nullable Cut labels;
    private final int count;

    private TableDataset(Path path, Assembler assembler, Map<String, Cut> cuts, @Nullable Cut labels, int count) {
        this.path = path;
        this.assembler = assembler;
        this.cuts = cuts;
        this.labels = labels;
        this.count = count;
    }

    static Dataset bind(Path path, Map<String, NpyArray> arrays, SignatureSpec signature) {
        List<Offender> offenders = new ArrayList<>();
        String location = path.toString();
        KeyBinding binding = KeyBinding.of(signature, arrays.keySet(), location, offenders);
        Map<String, Cut> cuts = new LinkedHashMap<>();
        for (InputSpec input : signature.inputs()) {
            NpyArray array = arrays.get(binding.keys().getOrDefault(input.name(), ""));
            if (array != null) {
                Assembler.addProblem(offenders, location, input, Fit.typeProblem(input, array.type()));
                Cut cut = cut(input, array);
                Assembler.addProblem(offenders, location, input, cutProblem(input, array, cut));
                if (cut != null) {
                    cuts.put(input.name(), cut);
                }
            }
        }
        int count = commonCount(cuts, location, offenders);
        Cut labels = binding.labelKey() == null || count < 0
                ? null
                : labels(Objects.requireNonNull(arrays.get(binding.labelKey())), cuts, count, location, offenders);
        if (!offenders.isEmpty()) {
            throw DataErrors.misfit(location, Assembler.FIX, offenders);
        }
        if (count <= 0) {
            throw DataErrors.noSamples(location, "it holds no samples");
        }
        return new TableDataset(path, new Assembler(signature), cuts, labels, count);
    }

    /// How `array` feeds `input`; null where its shape does not suit.
    private static @Nullable Cut cut(InputSpec input, NpyArray array) {
        Shape shape = array.shape();
        Shape declared = input.declaredShape();
        boolean oneMore = shape.rank() == declared.rank() + 1 || (declared.rank() == 0 && shape.rank() > 0);
        if (oneMore && input.accepts(dropLeading(shape))) {
            return new Cut(array, 1, false, shape.dimension(0));
        }
        if (shape.rank() != declared.rank()) {
            return null;
        }
        if (shape.rank() == 0) {
            return new Cut(array, 1, true, 1);
        }
        int batch = input.batchSize();
        boolean suits = input.accepts(shape.withDimension(0, batch)) && batch > 0 && shape.dimension(0) % batch == 0;
        return suits ? new Cut(array, batch, true, shape.dimension(0) / batch) : null;
    }

    private static @Nullable String cutProblem(InputSpec input, NpyArray array, @Nullable Cut cut) {
        if (cut != null) {
            return null;
        }
        Shape declared = input.declaredShape();
        Shape shape = array.shape();
        int batch = input.batchSize();
        if (shape.rank() == declared.rank() && shape.rank() > 0 && input.accepts(shape.withDimension(0, batch))) {
            return shape.dimension(0) + " examples do not divide into samples of the model's batch size " + batch
                    + ": leave out the last " + shape.dimension(0) % Math.max(batch, 1);
        }
        int[] leading = new int[declared.rank() + 1];
        leading[0] = Shape.UNKNOWN;
        System.arraycopy(declared.toArray(), 0, leading, 1, declared.rank());
        String split = declared.rank() == 0 ? "" : " or " + Fit.text(declared.withDimension(0, Shape.UNKNOWN));
        return "has shape " + Fit.text(shape) + " where " + Fit.text(Shape.of(leading)) + split
                + ", samples on the leading axis, is expected";
    }

    private static int commonCount(Map<String, Cut> cuts, String location, List<Offender> offenders) {
        Set<Integer> counts = new TreeSet<>();
        cuts.values().forEach(cut -> counts.add(cut.count()));
        if (counts.size() > 1) {
            cuts.forEach((name, cut) -> offenders.add(new Offender(
                    Location.tensor(location, -1, name),
                    "holds " + cut.count() + " samples, but every input needs the same number")));
        }
        return counts.size() == 1 ? counts.iterator().next() : -1;
    }

    /// Labels come one a sample, or one an example where a sample is a batch of several.
    private static @Nullable Cut labels(
            NpyArray array, Map<String, Cut> cuts, int count, String location, List<Offender> offenders) {
        int batch = cuts.values().stream()
                .filter(Cut::split)
                .mapToInt(Cut::rows)
                .max()
                .orElse(1);
        int length = array.shape().rank() == 0 ? 0 : array.shape().dimension(0);
        if (length == (long) count * batch && array.shape().rank() > 0) {
            return new Cut(array, batch, true, count);
        }
        if (length == count && array.shape().rank() > 0) {
            return new Cut(array, 1, true, count);
        }
        offenders.add(new Offender(
                Location.tensor(location, -1, KeyBinding.LABELS),
                "holds " + length + " labels for " + count + " samples"
                        + (batch > 1 ? " of " + batch + " examples each" : "")));
        return null;
    }

    private static Shape dropLeading(Shape shape) {
        return Shape.of(IntStream.of(shape.toArray()).skip(1).toArray());
    }

    @Override
    public Iterator<Sample> samples() {
        return IntStream.range(0, count).mapToObj(this::sample).iterator();
    }

    private Sample sample(int i) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        cuts.forEach((name, cut) -> tensors.put(name, cut.sample(i)));
        return assembler.assemble(tensors, labels == null ? null : labels.sample(i), path + "[" + i + "]");
    }

    @Override
    public String digest() {
        return new Digest().text("file").file(path).finish();
    }

    @Override
    public long size() {
        return count;
    }
}
