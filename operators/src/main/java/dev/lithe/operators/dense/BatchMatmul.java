package dev.lithe.operators.dense;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// BATCH_MATMUL: matrix products `[…, rows, depth]` times `[…, depth, columns]`; the leading dimensions broadcast.
///
/// @param adjX whether the matrices of input 0 are stored transposed
/// @param adjY whether the matrices of input 1 are stored transposed
/// @param asymmetric whether a hybrid kernel quantizes its rows asymmetrically
public record BatchMatmul(boolean adjX, boolean adjY, boolean asymmetric) implements DenseOperator {
    public static final Definition<BatchMatmul> DEFINITION = Definition.of(
                    BatchMatmul.class, BuiltinOperator.BATCH_MATMUL)
            .options(
                    node -> {
                        BatchMatMulOptions options =
                                node.options().as(BatchMatMulOptions.class, BatchMatMulOptions.DEFAULT);
                        return new BatchMatmul(options.adjX(), options.adjY(), options.asymmetricQuantizeInputs());
                    },
                    op -> Options.of(new BatchMatMulOptions(op.adjX, op.adjY, op.asymmetric)))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.INT16),
                    Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.INT16))
            .outputs(Operand.of("product", TensorType.FLOAT32, TensorType.INT8, TensorType.INT16, TensorType.INT32))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.product())
            .versions(BatchMatmul::version)
            .runtime(1, "2.3.0")
            .runtime(2, "2.3.0")
            .runtime(3, "2.4.0")
            .runtime(4, "2.5.0")
            .reference(BatchMatmulReference::prepare);

    private static int version(BatchMatmul op, NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT16) {
            return 3;
        }
        if (type == TensorType.INT8) {
            return 2;
        }
        return node.input(1).type() == TensorType.INT8 && op.asymmetric ? 4 : 1;
    }

    private Shape infer(ShapeContext context) {
        Shape x = context.input(0);
        Shape y = context.input(1);
        if (x.rank() < 2 || y.rank() < 2) {
            throw new ShapeException("matrices need 2 dimensions at least, not " + x + " and " + y);
        }
        int depth = x.dimension(adjX ? -2 : -1);
        int other = y.dimension(adjY ? -1 : -2);
        if (depth != other && depth != Shape.UNKNOWN && other != Shape.UNKNOWN) {
            throw new ShapeException("a product of " + x + (adjX ? " transposed" : "") + " and " + y
                    + (adjY ? " transposed" : "") + ": " + depth + " stands against " + other);
        }
        int[] batches = Broadcasting.shape(matrices(x), matrices(y)).toArray();
        int[] sizes = Arrays.copyOf(batches, batches.length + 2);
        sizes[batches.length] = x.dimension(adjX ? -1 : -2);
        sizes[batches.length + 1] = y.dimension(adjY ? -2 : -1);
        return Shape.of(sizes);
    }

    /// The leading dimensions.
    public static Shape matrices(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
    }
}
