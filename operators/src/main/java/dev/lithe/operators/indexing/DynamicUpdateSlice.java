package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Indices;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DynamicUpdateSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// DYNAMIC_UPDATE_SLICE: input 0 with a block replaced by input 1. Input 2 says where the block begins; a start that
/// would let it stick out is moved inside.
public record DynamicUpdateSlice() implements IndexingOperator {
    public static final Definition<DynamicUpdateSlice> DEFINITION = Definition.of(
                    DynamicUpdateSlice.class, BuiltinOperator.DYNAMIC_UPDATE_SLICE)
            .options(node -> new DynamicUpdateSlice(), op -> Options.of(DynamicUpdateSliceOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.any("update"), Operand.of("start", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "2.9.0")
            .runtime(2, "2.17.0")
            .runtime(3, "2.19.0")
            .runtime(4, "2.20.0")
            .runtime(5, "2.21.0")
            .runtime(6, "2.22.0")
            .reference((op, setup) -> DynamicUpdateSlice::run);

    private static int version(NodeView node) {
        return switch (node.input(0).type()) {
            case BFLOAT16 -> 6;
            case INT4 -> 5;
            case INT16 -> 4;
            case FLOAT16 -> 3;
            default -> node.input(2).type() == TensorType.INT64 ? 2 : 1;
        };
    }

    private static Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape update = context.input(1);
        boolean fits = input.rank() == update.rank();
        for (int d = 0; fits && d < input.rank(); d++) {
            fits = input.dimension(d) == Shape.UNKNOWN || update.dimension(d) <= input.dimension(d);
        }
        if (!fits) {
            throw new ShapeException("an update " + update + " does not fit into " + input);
        }
        Shape start = context.input(2);
        if (start.rank() != 1 || (start.isKnown() && start.dimension(0) != input.rank())) {
            throw new ShapeException("start indices " + start + " for the " + input.rank() + " dimensions of " + input);
        }
        return input;
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor update = context.input(1);
        Tensor y = context.output(0);
        int[] strides = ElementCopy.strides(x.shape());
        int start = 0;
        for (int d = 0; d < strides.length; d++) {
            int last = x.shape().dimension(d) - update.shape().dimension(d);
            start += (int) Math.clamp(Indices.at(context.input(2), d), 0, last) * strides[d];
        }
        ElementCopy.all(x, y);
        int[] sizes = update.shape().toArray();
        ElementCopy.block(sizes, update, 0, ElementCopy.strides(update.shape()), y, start, strides);
    }
}
