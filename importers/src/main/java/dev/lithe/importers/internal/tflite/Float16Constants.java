package dev.lithe.importers.internal.tflite;

import dev.lithe.graph.Constant;
import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// Undoes the storage of constants as FLOAT16: the DEQUANTIZE that widens one gives way to a
/// FLOAT32 constant.
public final class Float16Constants {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat SINGLE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Float16Constants() {}

    public static Model widen(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (Subgraph subgraph : model.subgraphs()) {
            for (Node node : subgraph.nodes()) {
                if (node.code().builtin() != BuiltinOperator.DEQUANTIZE) {
                    continue;
                }
                TensorSpec stored = subgraph.tensor(node.input(0));
                Constant constant = stored.constant();
                if (constant != null && stored.type() == TensorType.FLOAT16) {
                    TensorSpec wide = subgraph.tensor(node.output(0));
                    patch.setTensor(wide.withType(TensorType.FLOAT32, QuantizationParameters.NONE)
                            .withConstant(widened(constant)));
                    patch.remove(node.id());
                    changed = true;
                }
            }
        }
        return changed ? patch.removeUnusedTensors().apply() : model;
    }

    private static Constant widened(Constant halves) {
        return new Constant.Derived(
                "widen from FLOAT16", 2 * halves.byteSize(), List.of(halves), bytes -> widen(bytes.getFirst()));
    }

    private static Bytes widen(Bytes halves) {
        long count = halves.byteSize() / 2;
        MemorySegment singles = MemorySegment.ofArray(new byte[Math.toIntExact(4 * count)]);
        for (long i = 0; i < count; i++) {
            singles.setAtIndex(SINGLE, i, Float.float16ToFloat(halves.segment().getAtIndex(HALF, i)));
        }
        return Bytes.of(singles);
    }
}
