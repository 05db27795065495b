package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// BATCH_MATMUL with one constant matrix as its second operand is FULLY_CONNECTED that keeps the leading
/// dimensions; its weights are the matrix transposed, `[columns, depth]`. Not where there are several
/// constant matrices, or the first operand is read transposed.
public final class MatmulToFullyConnected extends PatternPass {
    @Override
    public String name() {
        return "write products with a constant matrix as FULLY_CONNECTED";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.BATCH_MATMUL
                || !view.isFloatConstant(node, 1)
                || view.input(node, 0).isConstant()
                || !view.input(node, 0).isRanked()
                || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        BatchMatMulOptions options = node.options().as(BatchMatMulOptions.class, BatchMatMulOptions.DEFAULT);
        Shape matrix = view.input(node, 1).shape();
        Shape x = view.input(node, 0).declaredShape();
        boolean single = matrix.flatSize(0, matrix.rank() - 2) == 1 && matrix.rank() <= x.rank();
        boolean depth = x.dimension(-1) != Shape.UNKNOWN;
        return single && depth && !options.adjX() ? patch -> replace(node, options.adjY(), view, patch) : null;
    }

    private static void replace(Node node, boolean transposed, GraphView view, GraphPatch patch) {
        TensorSpec matrix = view.input(node, 1);
        int rows = matrix.shape().dimension(-2);
        int columns = matrix.shape().dimension(-1);
        TensorSpec weights = transposed
                ? matrix.withShape(Shape.of(rows, columns))
                : FloatConstants.compute(
                        "transpose", matrix.name(), Shape.of(columns, rows), List.of(matrix), values -> {
                            float[] turned = new float[rows * columns];
                            for (int i = 0; i < turned.length; i++) {
                                turned[i] = values.getFirst()[i % rows * columns + i / rows];
                            }
                            return turned;
                        });
        boolean keep = view.input(node, 0).declaredShape().rank() != 2;
        FullyConnectedOptions options = new FullyConnectedOptions(
                ActivationFunctionType.NONE,
                FullyConnectedOptionsWeightsFormat.DEFAULT,
                keep,
                false,
                TensorType.FLOAT32);
        TensorId added = patch.addTensor(view.index(), weights);
        patch.replace(
                node.id(),
                Nodes.inPlaceOf(node, BuiltinOperator.FULLY_CONNECTED, options, node.input(0), added, TensorId.NONE));
    }
}
