package dev.lithe.operators.layout;

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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// PACK: tensors of one shape become the elements of a new dimension.
public record Pack(int valuesCount, int axis) implements LayoutOperator {
    public static final Definition<Pack> DEFINITION = Definition.of(Pack.class, BuiltinOperator.PACK)
            .options(
                    node -> {
                        PackOptions options = node.options().as(PackOptions.class, PackOptions.DEFAULT);
                        return new Pack(options.valuesCount(), options.axis());
                    },
                    op -> Options.of(new PackOptions(op.valuesCount, op.axis)))
            .inputs(Operand.any("x").asVariadic())
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.shape(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) ->
                    TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.INT16, 3, TensorType.UINT32, 4))
            .runtime(1, "1.11.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.13.0")
            .reference(Pack::prepare);

    private Shape shape(ShapeContext context) {
        if (valuesCount != context.inputCount()) {
            throw new ShapeException("PACK of " + valuesCount + " has " + context.inputCount() + " inputs");
        }
        int[] common = context.input(0).toArray();
        for (int i = 1; i < valuesCount; i++) {
            Shape next = context.input(i);
            if (next.rank() != common.length) {
                throw new ShapeException("PACK takes one shape, there are " + context.input(0) + " and " + next);
            }
            for (int d = 0; d < common.length; d++) {
                int size = next.dimension(d);
                if (common[d] == Shape.UNKNOWN) {
                    common[d] = size;
                } else if (size != Shape.UNKNOWN && size != common[d]) {
                    throw new ShapeException("PACK takes one shape, there are " + context.input(0) + " and " + next);
                }
            }
        }
        int dimension = ShapeValues.axis(axis, common.length + 1);
        int[] sizes = new int[common.length + 1];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = d == dimension ? valuesCount : common[d < dimension ? d : d - 1];
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(Pack op, KernelSetup setup) {
        int inputs = setup.inputCount();
        return context -> {
            Tensor y = context.output(0);
            int axis = ShapeValues.axis(op.axis, y.shape().rank());
            int outer = y.shape().flatSize(0, axis);
            int inner = y.shape().flatSize(axis + 1, y.shape().rank());
            for (int i = 0; i < inputs; i++) {
                for (int o = 0; o < outer; o++) {
                    ElementCopy.run(context.input(i), o * inner, y, (o * inputs + i) * inner, inner);
                }
            }
        };
    }
}
