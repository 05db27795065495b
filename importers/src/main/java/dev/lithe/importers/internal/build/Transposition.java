package dev.lithe.importers.internal.build;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Reorders the dimensions of a value: of a constant when it is written, of anything else with
/// TRANSPOSE.
public final class Transposition {
    private Transposition() {}

    /// `value` with dimension `permutation[i]` in place `i`.
    public static Value of(SubgraphBuilder graph, String name, Value value, int... permutation) {
        if (!(value instanceof Value.Known known)) {
            TensorType type = SubgraphBuilder.typeOf(value);
            if (type == null) {
                throw new NotLowerable("what it transposes is no tensor");
            }
            List<Value> operands = List.of(value, Value.Known.ints(name, permutation));
            return graph.emit(BuiltinOperator.TRANSPOSE, new TransposeOptions(), name, type, operands);
        }
        if (known.shape().rank() != permutation.length) {
            throw new NotLowerable("its weights have the shape " + known.shape() + ", " + permutation.length
                    + " dimensions are needed");
        }
        int[] sizes = new int[permutation.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = known.shape().dimension(permutation[i]);
        }
        Shape shape = Shape.of(sizes);
        int unit = Math.toIntExact(Tensor.packedByteSize(known.type(), 1) * Tensor.unitsPerElement(known.type()));
        return unit == Integer.BYTES
                ? SubgraphBuilder.derivedBytes(
                        "transpose", name, shape, known, from -> words(from, known.shape(), shape, permutation))
                : SubgraphBuilder.derived("transpose", name, shape, known, from -> elements(from, shape, permutation));
    }

    /// Elements of four bytes, as nearly all weights are, straight from the file: large ones are copied only once.
    private static Bytes words(Bytes bytes, Shape before, Shape after, int[] permutation) {
        MemorySegment from = bytes.segment();
        int[] to = new int[after.flatSize()];
        walk(before, after, permutation, (position, stride, at, run) -> {
            for (int i = 0; i < run; i++) {
                to[at + i] = from.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * (position + (long) i * stride));
            }
        });
        return Bytes.of(MemorySegment.ofArray(to));
    }

    private static Tensor elements(Tensor from, Shape shape, int[] permutation) {
        Tensor to = Tensor.allocate(from.type(), shape, from.quantization());
        walk(from.shape(), shape, permutation, (position, stride, at, run) -> {
            for (int i = 0; i < run; i++) {
                System.arraycopy(from.array(), position + i * stride, to.array(), at + i, 1);
            }
        });
        return to;
    }

    /// A row of the result: `run` elements from `at` on come from `position`, `position + stride`, ...
    @FunctionalInterface
    private interface Row {
        void copy(int position, int stride, int at, int run);
    }

    private static void walk(Shape before, Shape after, int[] permutation, Row row) {
        int[] strides = new int[permutation.length];
        for (int i = 0; i < permutation.length; i++) {
            strides[i] = before.flatSize(permutation[i] + 1, permutation.length);
        }
        int inner = strides.length - 1;
        int run = after.dimension(inner);
        int count = after.flatSize();
        int[] at = new int[strides.length];
        int position = 0;
        for (int i = 0; i < count; i += run) {
            row.copy(position, strides[inner], i, run);
            for (int d = inner - 1; d >= 0; d--) {
                position += strides[d];
                if (++at[d] < after.dimension(d)) {
                    break;
                }
                position -= strides[d] * after.dimension(d);
                at[d] = 0;
            }
        }
    }
}
