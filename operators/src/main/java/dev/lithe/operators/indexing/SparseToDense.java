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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SparseToDenseOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SPARSE_TO_DENSE: a tensor of the shape in input 1, filled with input 3, in which the places that the rows of input 0
/// name hold the values of input 2 (one for all, or one each; the last one wins).
///
/// `validateIndices` is carried along: indices have to lie inside in any case.
public record SparseToDense(boolean validateIndices) implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT32, TensorType.INT64
    };
    private static final TensorType[] INDEX_TYPES = {TensorType.INT32, TensorType.INT64};
    public static final Definition<SparseToDense> DEFINITION = Definition.of(
                    SparseToDense.class, BuiltinOperator.SPARSE_TO_DENSE)
            .options(
                    node -> new SparseToDense(node.options()
                            .as(SparseToDenseOptions.class, SparseToDenseOptions.DEFAULT)
                            .validateIndices()),
                    op -> Options.of(new SparseToDenseOptions(op.validateIndices)))
            .inputs(
                    Operand.of("indices", INDEX_TYPES),
                    Operand.of("shape", INDEX_TYPES),
                    Operand.of("values", TYPES),
                    Operand.of("default", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> version(node.input(2).type()))
            .runtime(1, "1.9.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.15.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(TensorType type) {
        return TypeVersion.of(type, TensorType.INT8, 3, TensorType.UINT8, 3, TensorType.INT64, 2);
    }

    private static Shape infer(ShapeContext context) {
        Tensor shape = context.constant(1);
        Shape output = shape == null ? ShapeValues.unknownOf(context.input(1)) : ShapeValues.shape(shape);
        Shape indices = context.input(0);
        Shape values = context.input(2);
        int depth = indices.rank() < 2 ? 1 : indices.dimension(1);
        boolean fits = indices.rank() <= 2 && values.rank() < 2 && (shape == null || depth == output.rank());
        if (fits && values.rank() == 1 && values.isKnown() && indices.isKnown()) {
            fits = values.dimension(0) == count(indices);
        }
        if (!fits && depth != Shape.UNKNOWN) {
            throw new ShapeException("values " + values + " at indices " + indices + " don't fit into " + output);
        }
        return output;
    }

    private static int count(Shape indices) {
        return indices.rank() == 0 ? 1 : indices.dimension(0);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor y = constant ? context.output(0) : context.resize(0, ShapeValues.shape(context.input(1)));
            ElementFill.with(y, context.input(3));
            Tensor indices = context.input(0);
            Tensor values = context.input(2);
            int count = count(indices.shape());
            int depth = y.shape().rank();
            SliceIndex index = new SliceIndex(indices.withShape(Shape.of(count, depth)), y.shape());
            int step = values.shape().rank() == 0 ? 0 : 1;
            for (int i = 0; i < count; i++) {
                ElementCopy.run(values, i * step, y, index.start(i), 1);
            }
        };
    }
}
