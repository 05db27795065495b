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
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherNdOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// GATHER_ND: each row of input 1 (its innermost dimension) is an index of one or more leading dimensions of input 0
/// and is replaced by the slice that it names.
public record GatherNd() implements IndexingOperator {
    public static final Definition<GatherNd> DEFINITION = Definition.of(GatherNd.class, BuiltinOperator.GATHER_ND)
            .options(node -> new GatherNd(), op -> Options.of(GatherNdOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("indices", TensorType.INT16, TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.14.0")
            .runtime(2, "2.3.0")
            .runtime(3, "2.5.0")
            .runtime(4, "2.13.0")
            .runtime(5, "2.16.0")
            .reference((op, setup) -> GatherNd::run);

    private static int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.BOOL) {
            return 5;
        }
        return node.input(1).type() == TensorType.INT16
                ? 4
                : TypeVersion.of(type, TensorType.INT16, 3, TensorType.STRING, 2);
    }

    private static Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape indices = context.input(1);
        if (input.rank() < 1 || indices.rank() < 1) {
            throw new ShapeException(input + " and indices " + indices + ": both need a dimension at least");
        }
        int depth = indices.dimension(-1);
        if (depth == Shape.UNKNOWN) {
            return Shape.of(Shape.UNKNOWN);
        }
        if (depth > input.rank()) {
            throw new ShapeException(
                    "indices of " + depth + " numbers for the " + input.rank() + " dimensions of " + input);
        }
        int outer = indices.rank() - 1;
        int[] sizes = new int[outer + input.rank() - depth];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = d < outer ? indices.dimension(d) : input.dimension(d - outer + depth);
        }
        return Shape.of(sizes);
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor y = context.output(0);
        SliceIndex index = new SliceIndex(context.input(1), x.shape());
        int length = index.length();
        for (int i = 0; i < index.count(); i++) {
            ElementCopy.run(x, index.start(i), y, i * length, length);
        }
    }
}
