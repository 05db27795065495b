package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.operators.support.Indices;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OneHotOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// ONE_HOT: a new dimension `axis` (-1: the innermost) of size input 1, along which the place that input 0 names holds
/// input 2 and all others input 3. An index that names no place leaves them all at input 3.
public record OneHot(int axis) implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT32, TensorType.INT64, TensorType.BOOL
    };
    public static final Definition<OneHot> DEFINITION = Definition.of(OneHot.class, BuiltinOperator.ONE_HOT)
            .options(
                    node -> new OneHot(node.options()
                            .as(OneHotOptions.class, OneHotOptions.DEFAULT)
                            .axis()),
                    op -> Options.of(new OneHotOptions(op.axis)))
            .inputs(
                    Operand.of("indices", TensorType.INT32, TensorType.INT64),
                    Operand.of("depth", TensorType.INT32),
                    Operand.of("on", TYPES),
                    Operand.of("off", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.11.0")
            .reference(OneHot::prepare);

    private Shape infer(ShapeContext context) {
        Tensor depth = context.constant(1);
        return shape(context.input(0), depth == null ? Shape.UNKNOWN : depth(depth));
    }

    private static int depth(Tensor values) {
        int depth = ShapeValues.single(values);
        if (depth < 0) {
            throw new ShapeException("a depth of " + depth);
        }
        return depth;
    }

    private int axis(Shape indices) {
        int dimension = axis == -1 ? indices.rank() : axis;
        if (dimension < 0 || dimension > indices.rank()) {
            throw new ShapeException("axis " + axis + " for indices " + indices);
        }
        return dimension;
    }

    private Shape shape(Shape indices, int depth) {
        int dimension = axis(indices);
        int[] sizes = new int[indices.rank() + 1];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = d < dimension ? indices.dimension(d) : d == dimension ? depth : indices.dimension(d - 1);
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(OneHot op, KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor indices = context.input(0);
            int depth = depth(context.input(1));
            Tensor y = constant ? context.output(0) : context.resize(0, op.shape(indices.shape(), depth));
            Tensor on = context.input(2);
            ElementFill.with(y, context.input(3));
            int dimension = op.axis(indices.shape());
            int outer = indices.shape().flatSize(0, dimension);
            int inner = indices.shape().flatSize(dimension, indices.shape().rank());
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < inner; i++) {
                    // LiteRT compares the low 32 bits.
                    int index = (int) Indices.at(indices, o * inner + i);
                    if (index >= 0 && index < depth) {
                        ElementCopy.run(on, 0, y, (o * depth + index) * inner + i, 1);
                    }
                }
            }
        };
    }
}
