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
import dev.lithe.operators.support.ElementFill;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DilateOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// DILATE: spreads a tensor out: neighbours come to stand as far apart as input 1 says for their dimension, and input 2
/// is put between them.
public record Dilate() implements LayoutOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.COMPLEX64,
        TensorType.COMPLEX128,
        TensorType.INT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.UINT8,
        TensorType.UINT16,
        TensorType.UINT32,
        TensorType.UINT64,
        TensorType.BOOL
    };
    public static final Definition<Dilate> DEFINITION = Definition.of(Dilate.class, BuiltinOperator.DILATE)
            .options(node -> new Dilate(), op -> Options.of(DilateOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES), Operand.of("dilations", TensorType.INT32), Operand.of("padding", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.15.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor dilations = context.constant(1);
        Shape input = context.input(0);
        return dilations == null ? ShapeValues.unknown(input.rank()) : dilated(input, ShapeValues.of(dilations));
    }

    private static Shape dilated(Shape input, int[] dilations) {
        if (input.rank() == 0 || dilations.length != input.rank()) {
            throw new ShapeException(dilations.length + " dilations for " + input);
        }
        int[] sizes = input.toArray();
        for (int d = 0; d < sizes.length; d++) {
            if (dilations[d] < 1) {
                throw new ShapeException("dilations " + Arrays.toString(dilations) + ": they have to be above 0");
            }
            if (sizes[d] > 0) {
                sizes[d] = Math.toIntExact((sizes[d] - 1L) * dilations[d] + 1);
            }
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.output(0).type();
        if (setup.input(0).type() != type || setup.input(2).type() != type) {
            throw new IllegalArgumentException("a tensor of " + setup.input(0).type() + " and padding of "
                    + setup.input(2).type() + " for " + type);
        }
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            int[] dilations = ShapeValues.of(context.input(1));
            Tensor y = constant ? context.output(0) : context.resize(0, dilated(x.shape(), dilations));
            if (context.input(2).elementCount() < 1) {
                throw new IllegalArgumentException("the padding is " + context.input(2) + ", not one element");
            }
            ElementFill.with(y, context.input(2));
            if (y.elementCount() == 0) {
                return;
            }
            int[] sizes = x.shape().toArray();
            int[] strides = ElementCopy.strides(y.shape());
            for (int d = 0; d < strides.length; d++) {
                strides[d] = sizes[d] == 1 ? 0 : strides[d] * dilations[d];
            }
            ElementCopy.block(sizes, x, 0, ElementCopy.strides(x.shape()), y, 0, strides);
        };
    }
}
