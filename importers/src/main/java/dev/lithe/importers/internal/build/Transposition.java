package dev.lithe.importers.internal.build;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
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
        return SubgraphBuilder.derived("transpose", name, shape, known, from -> transposed(from, shape, permutation));
    }

    private static Tensor transposed(Tensor from, Shape shape, int[] permutation) {
        int[] strides = new int[permutation.length];
        for (int i = 0; i < permutation.length; i++) {
            strides[i] = from.shape().flatSize(permutation[i] + 1, permutation.length);
        }
        Tensor to = Tensor.allocate(from.type(), shape, from.quantization());
        int inner = strides.length - 1;
        int run = shape.dimension(inner);
        int[] at = new int[strides.length];
        int position = 0;
        for (int i = 0; i < to.elementCount(); i += run) {
            copy(from.array(), position, strides[inner], to.array(), i, run);
            for (int d = inner - 1; d >= 0; d--) {
                position += strides[d];
                if (++at[d] < shape.dimension(d)) {
                    break;
                }
                position -= strides[d] * shape.dimension(d);
                at[d] = 0;
            }
        }
        return to;
    }

    private static void copy(Object from, int position, int stride, Object to, int at, int run) {
        if (from instanceof float[] source && to instanceof float[] target) {
            for (int i = 0; i < run; i++) {
                target[at + i] = source[position + i * stride];
            }
            return;
        }
        for (int i = 0; i < run; i++) {
            System.arraycopy(from, position + i * stride, to, at + i, 1);
        }
    }
}
