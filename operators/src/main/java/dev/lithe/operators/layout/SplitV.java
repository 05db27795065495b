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
import dev.lithe.schema.SplitVOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// SPLIT_V: parts of given sizes (input 1; one may be -1 and takes what is left) along a dimension (input 2).
public record SplitV(int numSplits) implements LayoutOperator {
    public static final Definition<SplitV> DEFINITION = Definition.of(SplitV.class, BuiltinOperator.SPLIT_V)
            .options(
                    node -> new SplitV(node.options()
                            .as(SplitVOptions.class, SplitVOptions.DEFAULT)
                            .numSplits()),
                    op -> Options.of(new SplitVOptions(op.numSplits)))
            .inputs(
                    Operand.any("x"),
                    Operand.of("sizes", TensorType.INT32, TensorType.INT64),
                    Operand.of("axis", TensorType.INT32))
            .outputs(Operand.any("y").asVariadic())
            .shapes((op, c) -> op.infer(c))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.13.1")
            .runtime(2, "2.3.0")
            .reference((op, setup) -> prepare(setup));

    private List<Shape> infer(ShapeContext context) {
        Tensor sizes = context.constant(1);
        Tensor axis = context.constant(2);
        Shape input = context.input(0);
        if (numSplits <= 0 || numSplits != context.outputCount()) {
            throw new ShapeException("SPLIT_V into " + numSplits + " has " + context.outputCount() + " outputs");
        }
        return sizes == null || axis == null
                ? Collections.nCopies(numSplits, ShapeValues.unknown(input.rank()))
                : parts(input, ShapeValues.of(sizes), ShapeValues.single(axis), numSplits);
    }

    private static List<Shape> parts(Shape input, int[] requested, int requestedAxis, int count) {
        int axis = ShapeValues.axis(requestedAxis, input.rank());
        int size = input.dimension(axis);
        int[] sizes = requested.clone();
        int open = -1;
        long sum = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1 && open < 0) {
                open = i;
            } else if (sizes[i] < 0) {
                throw new ShapeException("the sizes " + Arrays.toString(requested) + " have more than one -1");
            } else {
                sum += sizes[i];
            }
        }
        boolean fits = sizes.length == count && (size == Shape.UNKNOWN || (open < 0 ? sum == size : sum <= size));
        if (!fits) {
            throw new ShapeException("dimension " + axis + " of " + input + " does not split into " + count
                    + " parts of " + Arrays.toString(requested));
        }
        if (open >= 0) {
            sizes[open] = size == Shape.UNKNOWN ? Shape.UNKNOWN : (int) (size - sum);
        }
        List<Shape> parts = new ArrayList<>();
        for (int part : sizes) {
            parts.add(input.withDimension(axis, part));
        }
        return parts;
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null && setup.constant(2) != null;
        int count = setup.outputCount();
        return context -> {
            Tensor x = context.input(0);
            int axis = ShapeValues.axis(
                    ShapeValues.single(context.input(2)), x.shape().rank());
            List<Shape> parts = parts(x.shape(), ShapeValues.of(context.input(1)), axis, count);
            int outer = x.shape().flatSize(0, axis);
            int row = x.shape().flatSize(axis, x.shape().rank());
            int start = 0;
            for (int i = 0; i < count; i++) {
                Shape part = parts.get(i);
                Tensor y = constant ? context.output(i) : context.resize(i, part);
                int length = part.flatSize(axis, part.rank());
                for (int o = 0; o < outer; o++) {
                    ElementCopy.run(x, o * row + start, y, o * length, length);
                }
                start += length;
            }
        };
    }
}
