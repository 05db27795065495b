package dev.lithe.runtime.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;

/// Which operators may run while shapes are planned: those that compute shapes from shapes, which other
/// operators need to know before they run.
final class Folding {
    /// The largest tensor that is computed at plan time, in elements.
    static final long LARGEST = 4096;

    /// Operators whose result is more than a function of their inputs.
    private static final Set<BuiltinOperator> EXCLUDED = EnumSet.of(
            BuiltinOperator.WHILE,
            BuiltinOperator.IF,
            BuiltinOperator.CALL,
            BuiltinOperator.CALL_ONCE,
            BuiltinOperator.STABLEHLO_CASE,
            BuiltinOperator.STABLEHLO_COMPOSITE,
            BuiltinOperator.MULTINOMIAL,
            BuiltinOperator.RANDOM_UNIFORM,
            BuiltinOperator.RANDOM_STANDARD_NORMAL,
            BuiltinOperator.VAR_HANDLE,
            BuiltinOperator.READ_VARIABLE,
            BuiltinOperator.ASSIGN_VARIABLE,
            BuiltinOperator.HASHTABLE,
            BuiltinOperator.HASHTABLE_FIND,
            BuiltinOperator.HASHTABLE_SIZE,
            BuiltinOperator.CUSTOM);

    private Folding() {}

    static boolean isFoldable(Node node, int[] outputs, TensorSpec[] specs) {
        return outputs.length > 0
                && !EXCLUDED.contains(node.code().builtin())
                && IntStream.of(outputs).allMatch(i -> i >= 0 && isCount(specs[i].type()));
    }

    /// Whether the operator looks at the shapes of its inputs only.
    static boolean readsShapesOnly(Node node) {
        BuiltinOperator code = node.code().builtin();
        return code == BuiltinOperator.SHAPE || code == BuiltinOperator.RANK;
    }

    private static boolean isCount(TensorType type) {
        return type == TensorType.INT32 || type == TensorType.INT64 || type == TensorType.BOOL;
    }
}
