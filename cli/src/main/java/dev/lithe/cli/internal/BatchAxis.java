package dev.lithe.cli.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes arrays apart along their leading axis, one part per inference, and puts the outputs together again.
///
/// An array of one dimension more than the input holds an input at each leading index. One of the same rank is
/// split into parts of the input's batch size, 1 where that is open; then outputs are joined along their own
/// leading axis.
final class BatchAxis {
    private final Map<String, Tensor> others = new LinkedHashMap<>();
    private final Map<String, Split> splits = new LinkedHashMap<>();
    private final int count;
    private final boolean stacked;

    /// An array and how it falls into parts.
    ///
    /// @param extra whether its leading axis is one that the input does not have
    /// @param rows entries of the leading axis in a part
    private record Split(Tensor array, boolean extra, int rows) {
        static Split of(Tensor array, Shape declared) {
            int batch = declared.rank() == 0 ? 1 : Math.max(1, declared.dimension(0));
            boolean extra = array.shape().rank() > declared.rank();
            return new Split(array, extra, extra ? 1 : batch);
        }

        boolean fits(Shape declared) {
            int rank = array.shape().rank();
            return rank > 0
                    && (rank == declared.rank() || rank == declared.rank() + 1)
                    && array.shape().dimension(0) > 0
                    && array.shape().dimension(0) % rows == 0;
        }

        int count() {
            return array.shape().dimension(0) / rows;
        }

        Tensor part(int index) {
            Shape block = array.shape().withDimension(0, rows);
            Shape shape = extra ? Shape.of(Arrays.copyOfRange(block.toArray(), 1, block.rank())) : block;
            int units = block.flatSize() * Tensor.unitsPerElement(array.type());
            Object values = Tensor.newArray(array.type(), units);
            System.arraycopy(array.array(), index * units, values, 0, units);
            return Tensor.wrap(array.type(), shape, array.quantization(), values);
        }
    }

    /// Arrays that belong to no input are passed on whole, to be complained about by the run.
    ///
    /// @throws DatasetException where an array has no such axis, or they disagree about the number of inferences
    BatchAxis(Map<String, Tensor> arrays, Map<String, TensorSpec> inputs) {
        List<Offender> offenders = new ArrayList<>();
        arrays.forEach((name, array) -> {
            TensorSpec input = inputs.get(name);
            if (input == null) {
                others.put(name, array);
                return;
            }
            Split split = Split.of(array, input.declaredShape());
            splits.put(name, split);
            if (!split.fits(input.declaredShape())) {
                offenders.add(new Offender(
                        Location.NOWHERE,
                        "'" + name + "' of shape " + array.shape() + " for an input of shape "
                                + input.declaredShape()));
            }
        });
        if (offenders.isEmpty()
                && splits.values().stream().map(Split::count).distinct().count() > 1) {
            splits.forEach((name, split) -> offenders.add(new Offender(
                    Location.NOWHERE, "'" + name + "' has " + Text.count(split.count(), "entry", "entries"))));
        }
        if (!offenders.isEmpty()) {
            throw new DatasetException(
                    "LQ0525",
                    "the inputs cannot be split along their leading axis",
                    "give arrays with one entry per inference on the leading axis, or drop --batch-axis.",
                    offenders);
        }
        this.count = splits.values().stream().mapToInt(Split::count).findFirst().orElse(1);
        this.stacked = splits.values().stream().allMatch(Split::extra);
    }

    /// The number of inferences.
    int count() {
        return count;
    }

    /// The inputs of inference `index`.
    Map<String, Tensor> part(int index) {
        Map<String, Tensor> part = new LinkedHashMap<>(others);
        splits.forEach((name, split) -> part.put(name, split.part(index)));
        return part;
    }

    /// All outputs with one name, in the order of the inferences, as one tensor.
    ///
    /// @throws DatasetException where their shapes differ
    Tensor join(String name, List<Tensor> outputs) {
        Tensor first = outputs.getFirst();
        if (outputs.stream().anyMatch(output -> !output.shape().equals(first.shape()))) {
            throw new DatasetException(
                    "LQ0526",
                    Location.NOWHERE,
                    "output '" + name + "' has another shape in different inferences",
                    "run them one by one, without --batch-axis.");
        }
        int units = first.elementCount() * Tensor.unitsPerElement(first.type());
        Object all = Tensor.newArray(first.type(), Math.multiplyExact(units, outputs.size()));
        for (int i = 0; i < outputs.size(); i++) {
            System.arraycopy(outputs.get(i).array(), 0, all, i * units, units);
        }
        int rank = first.shape().rank();
        Shape shape = stacked || rank == 0
                ? first.shape().extendedTo(rank + 1).withDimension(0, outputs.size())
                : first.shape().withDimension(0, first.shape().dimension(0) * outputs.size());
        return Tensor.wrap(first.type(), shape, first.quantization(), all);
    }
}
