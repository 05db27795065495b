package dev.lithe.operators.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.DimensionMetadataTable;
import dev.lithe.schema.DimensionType;
import dev.lithe.schema.Int32VectorTable;
import dev.lithe.schema.Ints;
import dev.lithe.schema.SparsityParametersTable;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.Uint8VectorTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparseValuesTest {
    private static final byte[] STORED = {1, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6};

    private static DimensionMetadataTable dense(int size) {
        return new DimensionMetadataTable(DimensionType.DENSE, size, null, null);
    }

    private static DimensionMetadataTable sparse(int[] segments, byte... indices) {
        return new DimensionMetadataTable(
                DimensionType.SPARSE_CSR,
                0,
                new Int32VectorTable(Ints.of(segments)),
                new Uint8VectorTable(Bytes.of(indices)));
    }

    private static SparsityParametersTable description(int[] order, DimensionMetadataTable... levels) {
        return new SparsityParametersTable(Ints.of(order), Ints.of(0, 1), List.of(levels));
    }

    private static byte[] dense(SparsityParametersTable sparsity, byte... stored) {
        TensorSpec spec = TensorSpec.of(new TensorId(0), "w", TensorType.INT8, Shape.of(4, 4));
        return SparseValues.dense(spec, sparsity, Bytes.of(stored)).bytes();
    }

    /// The example in LiteRT's test data: blocks of 2 x 2, of which three are stored.
    @Test
    void knownExample() {
        SparsityParametersTable sparsity = description(
                new int[] {0, 1, 2, 3},
                dense(2),
                sparse(new int[] {0, 2, 3}, (byte) 0, (byte) 1, (byte) 1),
                dense(2),
                dense(2));

        assertThat(dense(sparsity, STORED)).containsExactly(1, 0, 2, 3, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6);
    }

    @Test
    void contradictionsAreFound() {
        DimensionMetadataTable good = sparse(new int[] {0, 2, 3}, (byte) 0, (byte) 1, (byte) 1);
        int[] order = {0, 1, 2, 3};
        refused(description(new int[] {0, 1, 2, 2}, dense(2), good, dense(2), dense(2)), "permutation");
        refused(description(order, dense(2), good, dense(2)), "levels");
        refused(description(order, dense(4), good, dense(2), dense(2)), "4 entries where the shape has 2");
        refused(description(order, dense(2), good, dense(3), dense(2)), "do not cover");
        refused(description(order, dense(2), good, good, dense(2)), "inside of a block is not dense");
        refused(
                description(
                        order, dense(2), sparse(new int[] {0, 3}, (byte) 0, (byte) 1, (byte) 1), dense(2), dense(2)),
                "segments");
        refused(
                description(
                        order, dense(2), sparse(new int[] {0, 4, 3}, (byte) 0, (byte) 1, (byte) 1), dense(2), dense(2)),
                "not ascending");
        refused(
                description(
                        order, dense(2), sparse(new int[] {0, 2, 3}, (byte) 0, (byte) 2, (byte) 1), dense(2), dense(2)),
                "outside of a level");
        refused(
                description(
                        order,
                        dense(2),
                        new DimensionMetadataTable(DimensionType.SPARSE_CSR, 0, null, null),
                        dense(2),
                        dense(2)),
                "lacks");
    }

    @Test
    void tooFewValuesAreFound() {
        SparsityParametersTable sparsity = description(
                new int[] {0, 1, 2, 3},
                dense(2),
                sparse(new int[] {0, 2, 3}, (byte) 0, (byte) 1, (byte) 1),
                dense(2),
                dense(2));

        assertThatThrownBy(() -> dense(sparsity, new byte[11])).isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(SparsityParametersTable sparsity, String reason) {
        assertThatThrownBy(() -> dense(sparsity, STORED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
