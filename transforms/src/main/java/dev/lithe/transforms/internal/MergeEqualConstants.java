package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
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

/// Keeps one tensor of small integer constants that are equal: axes, shapes, permutations, paddings. (Float constants
/// stay: their readers may need them in different quantization. The file stores equal bytes once in any case.)
public final class MergeEqualConstants implements Pass {
    private static final long LARGEST = 256;
    private static final Set<TensorType> TYPES = EnumSet.of(TensorType.INT32, TensorType.INT64, TensorType.BOOL);

    private record Value(TensorType type, Shape shape, Bytes bytes) {}

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
                    TensorId earlier = first.putIfAbsent(new Value(spec.type(), spec.shape(), bytes), spec.id());
                    if (earlier != null && !patch.consumers(spec.id()).isEmpty()) {
                        patch.replaceUses(spec.id(), earlier);
                        changed = true;
                    }
                }
            }
        }
        return changed ? patch.apply() : model;
    }

    private static boolean isSmall(TensorSpec spec) {
        return spec.isConstant()
                && TYPES.contains(spec.type())
                && !spec.variable()
                && spec.sparsity() == null
                && !spec.quantization().isPresent()
                && FloatConstants.constant(spec).byteSize() <= LARGEST;
    }
}
