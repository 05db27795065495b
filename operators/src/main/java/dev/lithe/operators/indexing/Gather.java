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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// GATHER: takes slices of input 0 along dimension `axis`, at the positions in input 1. The first `batchDims`
/// dimensions of both are walked together. The dimension `axis` of the result is replaced by the positions' remaining
/// ones.
public record Gather(int axis, int batchDims) implements IndexingOperator {
    public static final Definition<Gather> DEFINITION = Definition.of(Gather.class, BuiltinOperator.GATHER)
            .options(
                    node -> {
                        GatherOptions options = node.options().as(GatherOptions.class, GatherOptions.DEFAULT);
                        return new Gather(options.axis(), options.batchDims());
                    },
                    op -> Options.of(new GatherOptions(op.axis, op.batchDims)))
            .inputs(Operand.any("x"), Operand.of("positions", TensorType.INT16, TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> op.version(node))
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.15.0")
            .runtime(4, "2.4.0")
            .runtime(5, "2.5.0")
            .runtime(6, "2.13.0")
            .runtime(7, "2.15.0")
            .reference((op, setup) -> op::run);

    private int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT4) {
            return 7;
        }
        if (node.input(1).type() == TensorType.INT16) {
            return 6;
        }
        return batchDims != 0 ? 5 : TypeVersion.of(type, TensorType.INT16, 4, TensorType.BOOL, 3, TensorType.INT8, 2);
    }

    /// The dimensions that are walked together.
    private int batches(Shape positions) {
        return batchDims < 0 ? batchDims + positions.rank() : batchDims;
    }

    private Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape positions = context.input(1);
        int dimension = ShapeValues.axis(axis, input.rank());
        int batches = batches(positions);
        if (batches < 0 || batches > dimension || batches > positions.rank()) {
            throw new ShapeException(batchDims + " batch dimensions don't fit axis " + axis + " of " + input
                    + " and positions " + positions);
        }
        for (int d = 0; d < batches; d++) {
            if (Shape.UNKNOWN != input.dimension(d)
                    && Shape.UNKNOWN != positions.dimension(d)
                    && input.dimension(d) != positions.dimension(d)) {
                throw new ShapeException(
                        "batch dimension " + d + " of " + input + " and of positions " + positions + " differ");
            }
        }
        int[] sizes = new int[input.rank() + positions.rank() - 1 - batches];
        int next = 0;
        for (int d = 0; d < dimension; d++) {
            sizes[next++] = input.dimension(d);
        }
        for (int d = batches; d < positions.rank(); d++) {
            sizes[next++] = positions.dimension(d);
        }
        for (int d = dimension + 1; d < input.rank(); d++) {
            sizes[next++] = input.dimension(d);
        }
        return Shape.of(sizes);
    }

    private void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor positions = context.input(1);
        Tensor y = context.output(0);
        int dimension = ShapeValues.axis(axis, x.shape().rank());
        int batchDimensions = batches(positions.shape());
        int batches = x.shape().flatSize(0, batchDimensions);
        int outer = x.shape().flatSize(batchDimensions, dimension);
        int size = x.shape().dimension(dimension);
        int inner = x.shape().flatSize(dimension + 1, x.shape().rank());
        int count =
                positions.shape().flatSize(batchDimensions, positions.shape().rank());
        int to = 0;
        for (int batch = 0; batch < batches; batch++) {
            for (int o = 0; o < outer; o++) {
                int slab = (batch * outer + o) * size;
                for (int i = 0; i < count; i++, to += inner) {
                    int position = Indices.at(positions, batch * count + i, size);
                    ElementCopy.run(x, (slab + position) * inner, y, to, inner);
                }
            }
        }
    }
}
