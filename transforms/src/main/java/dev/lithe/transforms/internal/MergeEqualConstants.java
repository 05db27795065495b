package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import dev.lithe.transforms.Pass;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Keeps one tensor of small constants that are equal. In a graph that is still to be quantized these are
/// integers: axes, shapes, permutations, paddings; the readers of a float constant may need it in different
/// quantization. The file stores equal bytes once in any case.
public final class MergeEqualConstants implements Pass {
    private static final Set<TensorType> INTEGERS = EnumSet.of(TensorType.INT32, TensorType.INT64, TensorType.BOOL);

    private final Set<TensorType> types;
    private final long largest;

    private record Value(TensorType type, Shape shape, QuantizationParameters quantization, Bytes bytes) {}

    private MergeEqualConstants(Set<TensorType> types, long largest) {
        this.types = types;
        this.largest = largest;
    }

    /// Integers up to 256 bytes.
    public static MergeEqualConstants integers() {
        return new MergeEqualConstants(INTEGERS, 256);
    }

    /// All types, up to 64 KiB: biases that are zero.
    public static MergeEqualConstants all() {
        return new MergeEqualConstants(EnumSet.complementOf(EnumSet.of(TensorType.STRING)), 1 << 16);
    }

    @Override
    public String name() {
        return "keep equal constants once";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (Subgraph subgraph : model.subgraphs()) {
            Map<Value, TensorId> first = new HashMap<>();
            for (TensorSpec spec : subgraph.tensors().values()) {
                if (isSmall(spec) && !subgraph.outputs().contains(spec.id())) {
                    Bytes bytes = FloatConstants.constant(spec).bytes();
                    TensorId earlier = first.putIfAbsent(
                            new Value(spec.type(), spec.shape(), spec.quantization(), bytes), spec.id());
                    if (earlier != null && !patch.consumers(spec.id()).isEmpty()) {
                        patch.replaceUses(spec.id(), earlier);
                        changed = true;
                    }
                }
            }
        }
        return changed ? patch.apply() : model;
    }

    private boolean isSmall(TensorSpec spec) {
        return spec.isConstant()
                && types.contains(spec.type())
                && !spec.variable()
                && spec.sparsity() == null
                && FloatConstants.constant(spec).byteSize() <= largest;
    }
}
