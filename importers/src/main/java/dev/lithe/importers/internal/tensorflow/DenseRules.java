package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Matrix products. A known right-hand side becomes the weights of FULLY_CONNECTED, which stand
/// there as [out, in].
final class DenseRules {
    private DenseRules() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "MatMul", DenseRules::matMul,
                "BatchMatMul", DenseRules::batchMatMul,
                "BatchMatMulV2", DenseRules::batchMatMul,
                "BatchMatMulV3", DenseRules::batchMatMul);
    }

    private static List<Value> matMul(Call call) {
        Value x = call.attributes().flag("transpose_a", false)
                ? Transposition.of(call.graph(), call.name(), call.input(0), 1, 0)
                : call.input(0);
        return fullyConnected(call, x, call.attributes().flag("transpose_b", false), false);
    }

    private static List<Value> batchMatMul(Call call) {
        boolean transposeA = call.attributes().flag("adj_x", false);
        boolean transposeB = call.attributes().flag("adj_y", false);
        boolean weights =
                call.input(1) instanceof Value.Known known && known.shape().rank() == 2;
        if (weights && !transposeA) {
            return fullyConnected(call, call.input(0), transposeB, true);
        }
        return call.emit(
                BuiltinOperator.BATCH_MATMUL,
                new BatchMatMulOptions(transposeA, transposeB, false),
                call.input(0),
                call.input(1));
    }

    private static List<Value> fullyConnected(Call call, Value x, boolean transposed, boolean keepDimensions) {
        Value weights = call.input(1);
        if (!transposed) {
            weights = Transposition.of(call.graph(), call.name(), weights, 1, 0);
        } else if (weights instanceof Value.Known known) {
            weights = known.withName(call.name());
        }
        FullyConnectedOptions options = new FullyConnectedOptions(
                ActivationFunctionType.NONE,
                FullyConnectedOptionsWeightsFormat.DEFAULT,
                keepDimensions,
                false,
                TensorType.FLOAT32);
        return call.emit(BuiltinOperator.FULLY_CONNECTED, options, x, weights, Value.ABSENT);
    }
}
