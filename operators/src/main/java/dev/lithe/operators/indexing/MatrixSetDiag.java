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
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MatrixSetDiagOptions;
import java.util.List;

/// MATRIX_SET_DIAG: the matrices of input 0 with the rows of input 1 on their diagonals.
public record MatrixSetDiag() implements IndexingOperator {
    public static final Definition<MatrixSetDiag> DEFINITION = Definition.of(
                    MatrixSetDiag.class, BuiltinOperator.MATRIX_SET_DIAG)
            .options(node -> new MatrixSetDiag(), op -> Options.of(MatrixSetDiagOptions.DEFAULT))
            .inputs(Operand.of("x", MatrixDiag.TYPES), Operand.of("diagonal", MatrixDiag.TYPES))
            .outputs(Operand.of("y", MatrixDiag.TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> MatrixSetDiag::run);

    private static Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape diagonal = context.input(1);
        boolean fits = input.rank() >= 2;
        if (fits && input.isKnown() && diagonal.isKnown()) {
            long length = Math.min(input.dimension(-1), input.dimension(-2));
            fits = diagonal.elementCount() == input.flatSize(0, input.rank() - 2) * length;
        }
        if (!fits) {
            throw new ShapeException("diagonals " + diagonal + " don't fit into " + input);
        }
        return input;
    }

    private static void run(KernelContext context) {
        ElementCopy.all(context.input(0), context.output(0));
        put(context.input(1), context.output(0));
    }

    /// Puts the elements of `diagonal`, in order, on the diagonals of the matrices `y`.
    static void put(Tensor diagonal, Tensor y) {
        int rows = y.shape().dimension(-2);
        int columns = y.shape().dimension(-1);
        int length = Math.min(rows, columns);
        int matrices = y.shape().flatSize(0, y.shape().rank() - 2);
        int[] sizes = {matrices, length};
        int[] from = {length, 1};
        int[] to = {rows * columns, columns + 1};
        ElementCopy.block(sizes, diagonal, 0, from, y, 0, to);
    }
}
