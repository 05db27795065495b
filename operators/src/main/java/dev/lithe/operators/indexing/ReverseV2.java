package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReverseV2Options;
import dev.lithe.schema.TensorType;
import java.util.List;

/// REVERSE_V2: the elements in reverse order along the dimensions in input 1. (LiteRT takes only dimensions that lie
/// next to each other.)
public record ReverseV2() implements IndexingOperator {
    public static final Definition<ReverseV2> DEFINITION = Definition.of(ReverseV2.class, BuiltinOperator.REVERSE_V2)
            .options(node -> new ReverseV2(), op -> Options.of(ReverseV2Options.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 3, TensorType.BOOL, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "2.2.0")
            .runtime(3, "2.5.0")
            .reference((op, setup) -> ReverseV2::run);

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor y = context.output(0);
        int[] sizes = x.shape().toArray();
        int[] strides = ElementCopy.strides(x.shape());
        int[] backwards = strides.clone();
        int start = 0;
        for (int requested : ShapeValues.of(context.input(1))) {
            int axis = ShapeValues.axis(requested, sizes.length);
            if (backwards[axis] < 0) {
                throw new IllegalArgumentException("dimension " + axis + " is reversed twice");
            }
            backwards[axis] = -strides[axis];
            start += (sizes[axis] - 1) * strides[axis];
        }
        ElementCopy.block(sizes, x, start, backwards, y, 0, strides);
    }
}
