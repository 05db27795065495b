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
    private final Map<String, Tensor> arrays;
    private final Map<String, TensorSpec> inputs;
    private final int count;
    private final boolean stacked;

    /// @throws DatasetException where an array has no such axis, or they disagree about the number of inferences
    BatchAxis(Map<String, Tensor> arrays, Map<String, TensorSpec> inputs) {
        this.arrays = arrays;
        this.inputs = inputs;
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<Offender> offenders = new ArrayList<>();
        arrays.forEach((name, array) -> {
            if (inputs.containsKey(name)) {
                count(name, array, counts, offenders);
            }
        });
        if (counts.values().stream().distinct().count() > 1) {
            counts.forEach((name, n) -> offenders.add(new Offender(Location.NOWHERE, "'" + name + "' has " + n)));
        }
        if (!offenders.isEmpty() || counts.isEmpty()) {
            throw new DatasetException(
                    "LQ0525",
                    "the inputs cannot be split along their leading axis",
                    "give arrays with one entry per inference on the leading axis, or drop --batch-axis.",
                    offenders);
        }
        this.count = counts.values().iterator().next();
        this.stacked = counts.keySet().stream().allMatch(this::hasExtraAxis);
    }

    private void count(String name, Tensor array, Map<String, Integer> counts, List<Offender> offenders) {
        int rank = inputs.get(name).declaredShape().rank();
        int leading = array.shape().rank() == 0 ? 0 : array.shape().dimension(0);
        boolean fits = array.shape().rank() == rank + 1 || (array.shape().rank() == rank && rank > 0);
        if (!fits || leading == 0 || leading % (hasExtraAxis(name) ? 1 : batchSize(name)) != 0) {
            offenders.add(new Offender(
                    Location.NOWHERE,
                    "'" + name + "' of shape " + array.shape() + " for an input of shape "
                            + inputs.get(name).declaredShape()));
            return;
        }
        counts.put(name, hasExtraAxis(name) ? leading : leading / batchSize(name));
    }

    /// The number of inferences.
    int count() {
        return count;
    }

    private boolean hasExtraAxis(String name) {
        return arrays.get(name).shape().rank()
                > inputs.get(name).declaredShape().rank();
    }

    private int batchSize(String name) {
        Shape declared = inputs.get(name).declaredShape();
        return declared.rank() == 0 ? 1 : Math.max(1, declared.dimension(0));
    }

    /// The inputs of inference `index`. Arrays that belong to no input are passed on whole, to be complained
    /// about.
    Map<String, Tensor> part(int index) {
        Map<String, Tensor> part = new LinkedHashMap<>();
        arrays.forEach((name, array) -> part.put(name, inputs.containsKey(name) ? part(name, array, index) : array));
        return part;
    }

    private Tensor part(String name, Tensor array, int index) {
        int rows = hasExtraAxis(name) ? 1 : batchSize(name);
        Shape block = array.shape().withDimension(0, rows);
        Shape shape = hasExtraAxis(name) ? Shape.of(Arrays.copyOfRange(block.toArray(), 1, block.rank())) : block;
        int units = Math.toIntExact(block.elementCount()) * Tensor.unitsPerElement(array.type());
        Object values = Tensor.newArray(array.type(), units);
        System.arraycopy(array.array(), index * units, values, 0, units);
        return Tensor.wrap(array.type(), shape, array.quantization(), values);
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
        boolean stack = stacked || first.shape().rank() == 0;
        int units = first.elementCount() * Tensor.unitsPerElement(first.type());
        Object all = Tensor.newArray(first.type(), Math.multiplyExact(units, outputs.size()));
        for (int i = 0; i < outputs.size(); i++) {
            System.arraycopy(outputs.get(i).array(), 0, all, i * units, units);
        }
        Shape shape = stack
                ? first.shape().extendedTo(first.shape().rank() + 1).withDimension(0, outputs.size())
                : first.shape().withDimension(0, first.shape().dimension(0) * outputs.size());
        return Tensor.wrap(first.type(), shape, first.quantization(), all);
    }
}
