package dev.lithe.operators.comparison;

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
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BroadcastToOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// BROADCAST_TO: `x` repeated to the shape that input 1 names.
public record BroadcastTo() implements ComparisonOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.FLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.UINT16,
        TensorType.INT32,
        TensorType.UINT32,
        TensorType.INT64,
        TensorType.UINT64,
        TensorType.BOOL,
        TensorType.COMPLEX64
    };
    public static final Definition<BroadcastTo> DEFINITION = Definition.of(
                    BroadcastTo.class, BuiltinOperator.BROADCAST_TO)
            .options(node -> new BroadcastTo(), op -> Options.of(BroadcastToOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES), Operand.of("shape", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node.input(0).type()))
            .runtime(2, "2.5.0")
            .runtime(3, "2.5.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(TensorType type) {
        return type == TensorType.INT8 || type == TensorType.INT16 ? 3 : 2;
    }

    private static Shape infer(ShapeContext context) {
        Tensor shape = context.constant(1);
        if (shape != null) {
            return resolve(context.input(0), ShapeValues.of(shape));
        }
        Shape length = context.input(1);
        return length.rank() == 1 && length.isKnown()
                ? ShapeValues.unknown(length.dimension(0))
                : Shape.of(Shape.UNKNOWN);
    }

    /// @throws ShapeException where `from` does not broadcast to `requested`
    private static Shape resolve(Shape from, int[] requested) {
        int extra = requested.length - from.rank();
        boolean fits = extra >= 0;
        for (int d = 0; d < requested.length && fits; d++) {
            int size = d < extra ? 1 : from.dimension(d - extra);
            fits = requested[d] >= 0 && (size == 1 || size == Shape.UNKNOWN || size == requested[d]);
        }
        if (!fits) {
            throw new ShapeException(from + " does not broadcast to " + Arrays.toString(requested));
        }
        return Shape.of(requested);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            Tensor y = constant
                    ? context.output(0)
                    : context.resize(0, resolve(x.shape(), ShapeValues.of(context.input(1))));
            int[] from = Broadcasting.strides(x.shape(), y.shape());
            ElementCopy.block(y.shape().toArray(), x, 0, from, y, 0, ElementCopy.strides(y.shape()));
        };
    }
}
