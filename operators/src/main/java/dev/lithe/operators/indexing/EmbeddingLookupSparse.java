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
import dev.lithe.operators.support.Indices;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CombinerType;
import dev.lithe.schema.EmbeddingLookupSparseOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// EMBEDDING_LOOKUP_SPARSE: weighted sums of table rows. Input 0 names rows of the table (input 4), input 3 their
/// weights; the coordinates in input 1, their innermost one aside, say to which result a row is added, input 2 is the
/// shape that they lie in. Rows of one result stand next to each other; then the sum is divided by that of the weights
/// (MEAN) or by the root of that of their squares (SQRTN).
public record EmbeddingLookupSparse(CombinerType combiner) implements IndexingOperator {
    public static final Definition<EmbeddingLookupSparse> DEFINITION = Definition.of(
                    EmbeddingLookupSparse.class, BuiltinOperator.EMBEDDING_LOOKUP_SPARSE)
            .options(
                    node -> new EmbeddingLookupSparse(node.options()
                            .as(EmbeddingLookupSparseOptions.class, EmbeddingLookupSparseOptions.DEFAULT)
                            .combiner()),
                    op -> Options.of(new EmbeddingLookupSparseOptions(op.combiner)))
            .inputs(
                    Operand.of("rows", TensorType.INT32),
                    Operand.of("indices", TensorType.INT32),
                    Operand.of("shape", TensorType.INT32),
                    Operand.of("weights", TensorType.FLOAT32),
                    Operand.of("table", TensorType.FLOAT32))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> op::run);

    private static Shape infer(ShapeContext context) {
        Shape rows = context.input(0);
        Shape indices = context.input(1);
        Shape table = context.input(4);
        boolean fits = rows.rank() == 1 && indices.rank() == 2 && table.rank() >= 2;
        if (fits && rows.isKnown() && indices.isKnown() && context.input(3).isKnown()) {
            fits = indices.dimension(0) == rows.dimension(0) && context.input(3).equals(rows);
        }
        if (!fits) {
            throw new ShapeException("rows " + rows + ", indices " + indices + ", weights " + context.input(3)
                    + " and table " + table + " don't fit together");
        }
        Tensor shape = context.constant(2);
        Shape dense = shape == null ? ShapeValues.unknownOf(context.input(2)) : ShapeValues.shape(shape);
        return shape(dense, table);
    }

    /// The dense shape with its innermost dimension replaced by a row of the table.
    private static Shape shape(Shape dense, Shape table) {
        if (dense.rank() < 1) {
            throw new ShapeException("a dense shape without dimensions");
        }
        int outer = dense.rank() - 1;
        int[] sizes = new int[outer + table.rank() - 1];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = d < outer ? dense.dimension(d) : table.dimension(d - outer + 1);
        }
        return Shape.of(sizes);
    }

    private void run(KernelContext context) {
        Tensor rows = context.input(0);
        Tensor table = context.input(4);
        Shape dense = ShapeValues.shape(context.input(2));
        Tensor y = context.resize(0, shape(dense, table.shape()));
        ElementFill.zeros(y);
        int depth = context.input(1).shape().dimension(1);
        if (depth != dense.rank()) {
            throw new ShapeException("indices of " + depth + " numbers for a dense shape " + dense);
        }
        Sums sums = new Sums(
                combiner, y.floats(), table.shape().flatSize(1, table.shape().rank()));
        int buckets = dense.flatSize(0, depth - 1);
        for (int i = 0; i < rows.elementCount(); i++) {
            int row = Indices.at(rows, i, table.shape().dimension(0));
            int bucket = 0;
            for (int d = 0; d < depth - 1; d++) {
                bucket = bucket * dense.dimension(d) + context.input(1).ints()[i * depth + d];
            }
            if (bucket < 0 || bucket >= buckets) {
                throw new IndexOutOfBoundsException("row " + i + " belongs to result " + bucket + " of " + buckets);
            }
            sums.add(table.floats(), row, bucket, context.input(3).floats()[i]);
        }
        sums.finish();
    }

    /// The result that is being summed up. A result that is come back to later is divided again, as in LiteRT.
    private static final class Sums {
        private final CombinerType combiner;
        private final float[] y;
        private final int length;
        private int bucket;
        private int count;
        private float weights;
        private float squares;

        private Sums(CombinerType combiner, float[] y, int length) {
            this.combiner = combiner;
            this.y = y;
            this.length = length;
        }

        void add(float[] table, int row, int to, float weight) {
            if (to != bucket) {
                finish();
                bucket = to;
                count = 0;
                weights = 0;
                squares = 0;
            }
            count++;
            squares += weight * weight;
            weights += weight;
            for (int k = 0; k < length; k++) {
                y[bucket * length + k] += table[row * length + k] * weight;
            }
        }

        void finish() {
            if (combiner == CombinerType.SUM || count == 0) {
                return;
            }
            float divisor = combiner == CombinerType.MEAN ? weights : (float) Math.sqrt(squares);
            for (int k = 0; k < length; k++) {
                y[bucket * length + k] /= divisor;
            }
        }
    }
}
