package dev.lithe.quantizer.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The quantized twins of float constants while a graph is rewritten: one for each (constant, type,
/// parameters), so that readers which agree share it and readers which do not get their own.
final class ConstantStore {
    private record Key(TensorId constant, TensorType type, QuantizationParameters parameters) {}

    private final GraphPatch patch;
    private final int subgraph;
    private final Map<Key, TensorId> twins = new HashMap<>();
    private final Set<TensorId> encoded = new HashSet<>();
    private final Set<String> names;

    ConstantStore(GraphPatch patch, int subgraph, Set<String> names) {
        this.patch = patch;
        this.subgraph = subgraph;
        this.names = new HashSet<>(names);
    }

    /// The twin of `constant` in `type`. Its bytes are `encode(values)`, evaluated when they are needed.
    TensorId twin(
            TensorSpec constant, TensorType type, QuantizationParameters parameters, Function<float[], byte[]> encode) {
        return twins.computeIfAbsent(new Key(constant.id(), type, parameters), key -> {
            Constant source = constant.constant();
            if (source == null) {
                throw new IllegalArgumentException("'" + constant.name() + "' is no constant");
            }
            boolean first = encoded.add(constant.id());
            String name = first ? constant.name() : Graphs.freshName(constant.name() + "_duplicate", names);
            long byteSize = Tensor.packedByteSize(type, constant.shape().elementCount());
            Constant derived = new Constant.Derived(
                    type + " values of '" + constant.name() + "'",
                    byteSize,
                    List.of(source),
                    bytes -> Bytes.of(MemorySegment.ofArray(encode.apply(
                            Graphs.floats(constant.withConstant(new Constant.Inline(bytes.getFirst())))))));
            return patch.addTensor(
                    subgraph, constant.withName(name).withType(type, parameters).withConstant(derived));
        });
    }
}
