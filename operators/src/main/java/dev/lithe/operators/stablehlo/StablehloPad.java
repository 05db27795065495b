package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StablehloPadOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// STABLEHLO_PAD: the tensor with input 1 put around it and between its elements; negative paddings take elements away.
/// Where nothing is left of one dimension, all come out as 0.
public record StablehloPad(StablehloPadOptions options) implements StablehloOperator {
    private static final int MOST_DIMENSIONS = 8;
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
    public static final Definition<StablehloPad> DEFINITION = Definition.of(
                    StablehloPad.class, BuiltinOperator.STABLEHLO_PAD)
            .options(
                    node -> new StablehloPad(node.options().as(StablehloPadOptions.class, StablehloPadOptions.DEFAULT)),
                    op -> Options.of(op.options))
            .inputs(Operand.of("x", TYPES), Operand.of("padding", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(shape(op.margins(c.input(0)))))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.16.0")
            .reference((op, setup) -> {
                Types.common(setup, 0, 1);
                return op::run;
            });

    private Margins margins(Shape input) {
        if (input.rank() < 1 || input.rank() > MOST_DIMENSIONS) {
            throw new ShapeException("takes 1 to " + MOST_DIMENSIONS + " dimensions, not " + input);
        }
        return Margins.of(
                input,
                options.edgePaddingLow().toArray(),
                options.edgePaddingHigh().toArray(),
                options.interiorPadding().toArray());
    }

    private static Shape shape(Margins margins) {
        for (int size : margins.sizes()) {
            if (size == 0) {
                return Shape.of(new int[margins.sizes().length]);
            }
        }
        return Shape.of(margins.sizes());
    }

    private void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor y = context.output(0);
        if (context.input(1).elementCount() != 1) {
            throw new IllegalArgumentException("the padding is " + context.input(1) + ", not one element");
        }
        ElementFill.with(y, context.input(1));
        if (y.elementCount() == 0) {
            return;
        }
        Margins margins = margins(x.shape());
        int[] sizes = x.shape().toArray();
        int[] strides = ElementCopy.strides(x.shape());
        int[] targets = ElementCopy.strides(y.shape());
        int from = 0;
        int to = 0;
        for (int d = 0; d < sizes.length; d++) {
            int first = margins.first(d);
            sizes[d] = margins.count(d, sizes[d]);
            if (sizes[d] == 0) {
                return;
            }
            from += first * strides[d];
            to += (margins.low()[d] + first * margins.step()[d]) * targets[d];
            targets[d] = sizes[d] == 1 ? 0 : Math.multiplyExact(targets[d], margins.step()[d]);
        }
        ElementCopy.block(sizes, x, from, strides, y, to, targets);
    }
}
