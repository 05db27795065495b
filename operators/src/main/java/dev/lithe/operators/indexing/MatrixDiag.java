package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MatrixDiagOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// MATRIX_DIAG: square matrices with the rows of the input on their diagonals and zeros elsewhere.
public record MatrixDiag() implements IndexingOperator {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<MatrixDiag> DEFINITION = Definition.of(MatrixDiag.class, BuiltinOperator.MATRIX_DIAG)
            .options(node -> new MatrixDiag(), op -> Options.of(MatrixDiagOptions.DEFAULT))
            .inputs(Operand.of("diagonal", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> MatrixDiag::run);

    private static Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        if (input.rank() < 1) {
            throw new ShapeException("a diagonal needs a dimension");
        }
        int[] sizes = Arrays.copyOf(input.toArray(), input.rank() + 1);
        sizes[input.rank()] = input.dimension(-1);
        return Shape.of(sizes);
    }

    private static void run(KernelContext context) {
        Tensor y = context.output(0);
        ElementFill.zeros(y);
        MatrixSetDiag.put(context.input(0), y);
    }
}
