package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
import java.util.List;

/// TRANSPOSE: reorders dimensions: dimension `i` of the output is dimension `permutation[i]` of the input (input 1).
public record Transpose() implements LayoutOperator {
    public static final Definition<Transpose> DEFINITION = Definition.of(Transpose.class, BuiltinOperator.TRANSPOSE)
            .options(node -> new Transpose(), op -> Options.of(TransposeOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("permutation", TensorType.INT32))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.15.0")
            .runtime(4, "2.3.0")
            .runtime(5, "2.4.0")
            .runtime(6, "2.12.0")
            .runtime(7, "2.14.4")
            .runtime(8, "2.22.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(NodeView node) {
        TensorType type = node.input(0).type();
        int rank = node.input(0).shape().rank();
        if (rank > 6) {
            return 8;
        }
        if (type == TensorType.INT4) {
            return 7;
        }
        if (rank > 5) {
            return 6;
        }
        return type == TensorType.INT16
                ? 5
                : rank > 4 ? 4 : TypeVersion.of(type, TensorType.BOOL, 3, TensorType.INT8, 2);
    }

    private static Shape infer(ShapeContext context) {
        Tensor permutation = context.constant(1);
        Shape input = context.input(0);
        return permutation == null
                ? ShapeValues.unknown(input.rank())
                : permuted(input, resolve(ShapeValues.of(permutation), input.rank()));
    }

    /// @throws ShapeException where `requested` is no permutation of the dimensions
    private static int[] resolve(int[] requested, int rank) {
        if (requested.length != rank) {
            throw new ShapeException("a permutation of " + requested.length + " for " + rank + " dimensions");
        }
        boolean[] seen = new boolean[rank];
        int[] permutation = new int[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = ShapeValues.axis(requested[i], rank);
            if (seen[permutation[i]]) {
                throw new ShapeException("permutation " + Shape.of(permutation) + " takes a dimension twice");
            }
            seen[permutation[i]] = true;
        }
        return permutation;
    }

    private static Shape permuted(Shape input, int[] permutation) {
        return Shape.of(reorder(input.toArray(), permutation));
    }

    private static int[] reorder(int[] values, int[] permutation) {
        int[] reordered = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            reordered[i] = values[permutation[i]];
        }
        return reordered;
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            int[] permutation =
                    resolve(ShapeValues.of(context.input(1)), x.shape().rank());
            Shape shape = permuted(x.shape(), permutation);
            Tensor y = constant ? context.output(0) : context.resize(0, shape);
            int[] from = reorder(ElementCopy.strides(x.shape()), permutation);
            ElementCopy.block(shape.toArray(), x, 0, from, y, 0, ElementCopy.strides(shape));
        };
    }
}
