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
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StablehloGatherOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// STABLEHLO_GATHER: slices of one size, from places that index vectors name. A place is moved so that the slice lies
/// inside of the operand.
public record StablehloGather(StablehloGatherOptions options) implements StablehloOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.COMPLEX64,
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
    public static final Definition<StablehloGather> DEFINITION = Definition.of(
                    StablehloGather.class, BuiltinOperator.STABLEHLO_GATHER)
            .options(
                    node -> new StablehloGather(
                            node.options().as(StablehloGatherOptions.class, StablehloGatherOptions.DEFAULT)),
                    op -> Options.of(op.options))
            .inputs(Operand.of("operand", TYPES), Operand.of("indices", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.plan(c.input(0), c.input(1)).output(c.input(1))))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.16.0")
            .reference((op, setup) -> {
                Types.common(setup, 0);
                return op::run;
            });

    /// The options, checked against shapes.
    ///
    /// @param offset the output's dimensions that go along a slice
    /// @param batch the output's other dimensions
    /// @param kept the operand's dimensions that the output keeps
    private record Plan(IndexVectors vectors, int[] sizes, int[] offset, int[] batch, int[] kept) {
        Shape output(Shape indices) {
            int[] shape = new int[offset.length + batch.length];
            int[] counts = vectors.batch(indices);
            for (int i = 0; i < batch.length; i++) {
                shape[batch[i]] = counts[i];
            }
            for (int i = 0; i < offset.length; i++) {
                shape[offset[i]] = sizes[kept[i]];
            }
            return Shape.of(shape);
        }
    }

    private Plan plan(Shape operand, Shape indices) {
        IndexVectors vectors =
                IndexVectors.of(indices, options.indexVectorDim(), options.startIndexMap(), operand.rank());
        boolean[] collapsed = Dimensions.marked("collapsed_slice_dims", options.collapsedSliceDims(), operand.rank());
        int[] sizes = Dimensions.ints("slice_sizes", options.sliceSizes());
        if (sizes.length != operand.rank()) {
            throw new ShapeException(sizes.length + " slice sizes for " + operand);
        }
        for (int d = 0; d < sizes.length; d++) {
            int size = operand.dimension(d);
            boolean fits = sizes[d] >= 0 && (size == Shape.UNKNOWN || sizes[d] <= size);
            if (!fits || collapsed[d] && sizes[d] != 1) {
                throw new ShapeException("a slice of " + sizes[d] + " along dimension " + d + " of " + operand);
            }
        }
        int[] kept = Dimensions.where(collapsed, false);
        int rank = vectors.batch(indices).length + kept.length;
        boolean[] offset = Dimensions.marked("offset_dims", options.offsetDims(), rank);
        int[] offsets = Dimensions.where(offset, true);
        if (offsets.length != kept.length) {
            throw new ShapeException(offsets.length + " offset_dims for " + kept.length + " dimensions of a slice");
        }
        return new Plan(vectors, sizes, offsets, Dimensions.where(offset, false), kept);
    }

    private void run(KernelContext context) {
        Tensor operand = context.input(0);
        Tensor indices = context.input(1);
        Tensor y = context.output(0);
        if (y.elementCount() == 0) {
            return;
        }
        Plan plan = plan(operand.shape(), indices.shape());
        int[] strides = ElementCopy.strides(operand.shape());
        int[] outputStrides = ElementCopy.strides(y.shape());
        int[] slice = Dimensions.pick(plan.sizes, plan.kept);
        int[] sliceStrides = Dimensions.pick(strides, plan.kept);
        int[] sliceTargets = Dimensions.pick(outputStrides, plan.offset);
        int[] counts = plan.vectors.batch(indices.shape());
        int[] place = new int[counts.length];
        long[] start = new long[strides.length];
        do {
            plan.vectors.read(indices, place, start);
            int from = 0;
            for (int d = 0; d < start.length; d++) {
                from += (int) Math.clamp(start[d], 0L, operand.shape().dimension(d) - plan.sizes[d]) * strides[d];
            }
            int to = 0;
            for (int d = 0; d < place.length; d++) {
                to += place[d] * outputStrides[plan.batch[d]];
            }
            ElementCopy.block(slice, operand, from, sliceStrides, y, to, sliceTargets);
        } while (IndexVectors.next(place, counts));
    }
}
