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
import dev.lithe.operators.support.ElementFill;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ScatterNdOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SCATTER_ND: a tensor of zeros, of the shape in input 2, to which the slices of input 1 are added where the rows of
/// input 0 say. Integers wrap around; what is added to the same place is added in order.
///
/// The zeros are stored zeros and sums are sums of stored integers, both wrong for quantized numbers with a zero point:
/// the quantizer leaves the operator in float.
public record ScatterNd() implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT32, TensorType.INT64, TensorType.BOOL
    };
    public static final Definition<ScatterNd> DEFINITION = Definition.of(ScatterNd.class, BuiltinOperator.SCATTER_ND)
            .options(node -> new ScatterNd(), op -> Options.of(ScatterNdOptions.DEFAULT))
            .inputs(
                    Operand.of("indices", TensorType.INT32),
                    Operand.of("updates", TYPES),
                    Operand.of("shape", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.1.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor shape = context.constant(2);
        if (shape == null) {
            return ShapeValues.unknownOf(context.input(2));
        }
        Shape output = ShapeValues.shape(shape);
        check(context.input(0), context.input(1), output);
        return output;
    }

    private static void check(Shape indices, Shape updates, Shape output) {
        int outer = indices.rank() - 1;
        int depth = outer < 0 ? -1 : indices.dimension(outer);
        if (depth == Shape.UNKNOWN && outer >= 0) {
            return;
        }
        boolean fits = depth >= 0 && depth <= output.rank() && updates.rank() - outer == output.rank() - depth;
        for (int d = 0; fits && d < updates.rank(); d++) {
            int expected = d < outer ? indices.dimension(d) : output.dimension(d - outer + depth);
            int size = updates.dimension(d);
            fits = size == expected || size == Shape.UNKNOWN || expected == Shape.UNKNOWN;
        }
        if (!fits) {
            throw new ShapeException("updates " + updates + " at indices " + indices + " don't fit into " + output);
        }
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(2) != null;
        return context -> {
            Tensor indices = context.input(0);
            Tensor updates = context.input(1);
            Shape shape = ShapeValues.shape(context.input(2));
            check(indices.shape(), updates.shape(), shape);
            Tensor y = constant ? context.output(0) : context.resize(0, shape);
            ElementFill.zeros(y);
            SliceIndex index = new SliceIndex(indices, shape);
            int length = index.length();
            for (int i = 0; i < index.count(); i++) {
                add(updates, i * length, y, index.start(i), length);
            }
        };
    }

    private static void add(Tensor from, int fromStart, Tensor to, int toStart, int count) {
        switch (to.type()) {
            case FLOAT32 -> {
                float[] x = from.floats();
                float[] y = to.floats();
                for (int i = 0; i < count; i++) {
                    y[toStart + i] += x[fromStart + i];
                }
            }
            case INT8, UINT8 -> {
                byte[] x = from.bytes();
                byte[] y = to.bytes();
                for (int i = 0; i < count; i++) {
                    y[toStart + i] = (byte) (y[toStart + i] + x[fromStart + i]);
                }
            }
            case BOOL -> {
                byte[] x = from.bytes();
                byte[] y = to.bytes();
                for (int i = 0; i < count; i++) {
                    y[toStart + i] = (byte) (y[toStart + i] | x[fromStart + i]);
                }
            }
            case INT32 -> {
                int[] x = from.ints();
                int[] y = to.ints();
                for (int i = 0; i < count; i++) {
                    y[toStart + i] += x[fromStart + i];
                }
            }
            case INT64 -> {
                long[] x = from.longs();
                long[] y = to.longs();
                for (int i = 0; i < count; i++) {
                    y[toStart + i] += x[fromStart + i];
                }
            }
            default -> throw KernelTypes.unsupported("SCATTER_ND", to.type());
        }
    }
}
