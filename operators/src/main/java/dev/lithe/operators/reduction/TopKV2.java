package dev.lithe.operators.reduction;

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
import dev.lithe.schema.TopKV2Options;
import java.util.List;

/// TOPK_V2: the `k` largest elements along the last dimension, largest first, and where they stand. Of equal ones the
/// first comes first; NaN comes last.
public record TopKV2() implements ReductionOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<TopKV2> DEFINITION = Definition.of(TopKV2.class, BuiltinOperator.TOPK_V2)
            .options(node -> new TopKV2(), op -> Options.of(TopKV2Options.DEFAULT))
            .inputs(Operand.of("x", TYPES), Operand.of("k", TensorType.INT32, TensorType.INT16))
            .outputs(Operand.of("values", TYPES), Operand.of("indices", TensorType.INT32, TensorType.INT16))
            .shapes((op, c) -> infer(c))
            .quantization(QuantizationRule.same().withoutInt16())
            .versions((op, node) -> version(node))
            .runtime(1, "1.7.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(NodeView node) {
        boolean narrow = node.input(0).type() == TensorType.INT16
                || node.input(1).type() == TensorType.INT16
                || node.output(1).type() == TensorType.INT16;
        return narrow ? 3 : TypeVersion.of(node.input(0).type(), TensorType.INT8, 2);
    }

    private static List<Shape> infer(ShapeContext context) {
        Tensor k = context.constant(1);
        Shape input = context.input(0);
        if (input.rank() == 0) {
            throw new ShapeException("TOPK_V2 needs a dimension to go along, a scalar has none");
        }
        Shape output = k == null ? input.withDimension(-1, Shape.UNKNOWN) : top(input, ShapeValues.single(k));
        return List.of(output, output);
    }

    private static Shape top(Shape input, int requested) {
        int k = Math.max(0, requested);
        if (input.dimension(-1) != Shape.UNKNOWN && k > input.dimension(-1)) {
            throw new ShapeException("the largest " + k + " of " + input.dimension(-1) + " elements");
        }
        return input.withDimension(-1, k);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            Shape shape = top(x.shape(), ShapeValues.single(context.input(1)));
            Tensor values = constant ? context.output(0) : context.resize(0, shape);
            Tensor indices = constant ? context.output(1) : context.resize(1, shape);
            int depth = x.shape().dimension(-1);
            int k = shape.dimension(-1);
            if (indices.type() == TensorType.INT16 && depth > Short.MAX_VALUE) {
                throw new IllegalArgumentException(depth + " elements are more than INT16 indices can count");
            }
            int rows = k == 0 ? 0 : values.elementCount() / k;
            Ranking ranking = Ranking.of(x, depth);
            for (int row = 0; row < rows; row++) {
                int[] order = ranking.first(row * depth, k);
                for (int i = 0; i < k; i++) {
                    ElementCopy.run(x, row * depth + order[i], values, row * k + i, 1);
                    store(indices, row * k + i, order[i]);
                }
            }
        };
    }

    private static void store(Tensor indices, int at, int index) {
        if (indices.type() == TensorType.INT16) {
            indices.shorts()[at] = (short) index;
        } else {
            indices.ints()[at] = index;
        }
    }
}
