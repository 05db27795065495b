package dev.lithe.operators.support;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.DimensionMetadataTable;
import dev.lithe.schema.DimensionType;
import dev.lithe.schema.Int32VectorTable;
import dev.lithe.schema.Ints;
import dev.lithe.schema.SparseIndexVector;
import dev.lithe.schema.SparsityParametersTable;
import dev.lithe.schema.Uint16VectorTable;
import dev.lithe.schema.Uint8VectorTable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The dense form of constants that are stored without (most of) their zeros.
///
/// A sparse tensor of `n` dimensions, `k` of them cut into blocks, is a tree of `n + k` levels, one per dimension and
/// one per inside of a block, in the order of `traversalOrder` (dimension `n + b` is the inside of the blocks of
/// dimension `blockMap[b]`). A DENSE level has a branch for each coordinate, a SPARSE_CSR level only those in its
/// indices, of which `segments[p]` to `segments[p + 1]` belong to branch `p` of the level above. The leaves are the
/// stored values, in order.
public final class SparseValues {
    private final Shape shape;
    private final int[] order;
    private final int[] blocked;
    private final DimensionMetadataTable[] levels;
    private final int[] blockSizes;

    private SparseValues(Shape shape, SparsityParametersTable sparsity) {
        this.shape = shape;
        this.order = sparsity.traversalOrder().toArray();
        this.blocked = sparsity.blockMap().toArray();
        this.levels = sparsity.dimMetadata().toArray(DimensionMetadataTable[]::new);
        this.blockSizes = new int[shape.rank()];
        checkOrder();
        findBlockSizes();
    }

    /// All elements of `spec`, whose stored ones are in `stored`. What is not stored is 0.
    ///
    /// @throws IllegalArgumentException where the description contradicts itself, the shape or the number of values
    public static Tensor dense(TensorSpec spec, SparsityParametersTable sparsity, Bytes stored) {
        SparseValues tree = new SparseValues(spec.shape(), sparsity);
        int[] places = tree.leaves();
        Tensor values = Tensor.fromLittleEndian(
                spec.type(), Shape.of(places.length), QuantizationParameters.NONE, stored.segment());
        Tensor dense = Tensor.allocate(spec.type(), spec.shape(), spec.quantization());
        for (int i = 0; i < places.length; i++) {
            ElementCopy.run(values, i, dense, places[i], 1);
        }
        return dense;
    }

    private void checkOrder() {
        int count = shape.rank() + blocked.length;
        boolean[] seen = new boolean[count];
        require(order.length == count && levels.length == count, "its levels do not match its dimensions and blocks");
        for (int dimension : order) {
            require(
                    dimension >= 0 && dimension < count && !seen[dimension],
                    "its traversal order " + Arrays.toString(order) + " is no permutation");
            seen[dimension] = true;
        }
        for (int dimension : blocked) {
            require(dimension >= 0 && dimension < shape.rank(), "dimension " + dimension + " has blocks, and is none");
        }
    }

    private void findBlockSizes() {
        Arrays.fill(blockSizes, 1);
        for (int level = 0; level < order.length; level++) {
            int block = order[level] - shape.rank();
            if (block >= 0) {
                int dimension = blocked[block];
                int size = levels[level].denseSize();
                require(levels[level].format() == DimensionType.DENSE, "the inside of a block is not dense");
                require(blockSizes[dimension] == 1, "dimension " + dimension + " is cut into blocks twice");
                require(
                        size > 0 && shape.dimension(dimension) % size == 0,
                        "blocks of " + size + " do not cover dimension " + dimension + " of " + shape);
                blockSizes[dimension] = size;
            }
        }
    }

    /// Where each stored value belongs in the dense tensor: the contributions of the coordinates add up, level by
    /// level.
    private int[] leaves() {
        int[] places = {0};
        int[] strides = ElementCopy.strides(shape);
        for (int level = 0; level < levels.length; level++) {
            boolean inside = order[level] >= shape.rank();
            int dimension = inside ? blocked[order[level] - shape.rank()] : order[level];
            int size = inside ? blockSizes[dimension] : shape.dimension(dimension) / blockSizes[dimension];
            int stride = inside ? strides[dimension] : strides[dimension] * blockSizes[dimension];
            places = levels[level].format() == DimensionType.DENSE
                    ? dense(places, levels[level].denseSize(), size, stride)
                    : sparse(places, levels[level], size, stride);
        }
        return places;
    }

    private int[] dense(int[] above, int denseSize, int size, int stride) {
        require(denseSize == size, "a dense level has " + denseSize + " entries where the shape has " + size);
        require((long) above.length * size <= shape.elementCount(), "it has more values than " + shape);
        int[] places = new int[above.length * size];
        for (int p = 0; p < above.length; p++) {
            for (int i = 0; i < size; i++) {
                places[p * size + i] = above[p] + i * stride;
            }
        }
        return places;
    }

    private int[] sparse(int[] above, DimensionMetadataTable level, int size, int stride) {
        int[] segments = ints(level.arraySegments());
        int[] indices = ints(level.arrayIndices());
        require(
                segments.length == above.length + 1 && segments[0] == 0 && segments[above.length] == indices.length,
                "the segments of a sparse level do not match its indices");
        int[] places = new int[indices.length];
        for (int p = 0; p < above.length; p++) {
            boolean ascending = segments[p] <= segments[p + 1] && segments[p + 1] <= indices.length;
            require(ascending, "the segments of a sparse level are not ascending");
            for (int i = segments[p]; i < segments[p + 1]; i++) {
                require(
                        indices[i] >= 0 && indices[i] < size,
                        "index " + indices[i] + " is outside of a level of " + size);
                places[i] = above[p] + indices[i] * stride;
            }
        }
        return places;
    }

    private static int[] ints(@Nullable SparseIndexVector vector) {
        require(vector != null, "a sparse level lacks its segments or indices");
        return switch (Objects.requireNonNull(vector)) {
            case Int32VectorTable(Ints values) -> values.toArray();
            case Uint16VectorTable(Ints values) ->
                values.stream().map(value -> value & 0xFFFF).toArray();
            case Uint8VectorTable(Bytes values) -> {
                byte[] bytes = values.toArray();
                int[] ints = new int[bytes.length];
                Arrays.setAll(ints, i -> Byte.toUnsignedInt(bytes[i]));
                yield ints;
            }
        };
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("is stored sparsely, and " + otherwise);
        }
    }
}
