package dev.lithe.operators.reduction;

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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SegmentSumOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SEGMENT_SUM: the sums of slices along the outermost dimension that have the same id. Ids start with 0 and each is
/// the one before it or the next. Integers wrap.
public record SegmentSum() implements ReductionOperator {
    public static final Definition<SegmentSum> DEFINITION = Definition.of(SegmentSum.class, BuiltinOperator.SEGMENT_SUM)
            .options(node -> new SegmentSum(), op -> Options.of(SegmentSumOptions.DEFAULT))
            .inputs(Operand.of("x", Segments.TYPES), Operand.of("ids", TensorType.INT32))
            .outputs(Operand.of("y", Segments.TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.2.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor ids = context.constant(1);
        Shape input = context.input(0);
        if (input.rank() == 0 || context.input(1).rank() != 1) {
            throw new ShapeException("SEGMENT_SUM takes a vector of ids for the outermost dimension, not "
                    + context.input(1) + " for " + input);
        }
        return ids == null ? input.withDimension(0, Shape.UNKNOWN) : segmented(input, ids);
    }

    private static Shape segmented(Shape input, Tensor tensor) {
        int[] ids = ShapeValues.of(tensor);
        if (input.dimension(0) != Shape.UNKNOWN && ids.length != input.dimension(0)) {
            throw new ShapeException(ids.length + " ids for " + input.dimension(0) + " slices");
        }
        for (int i = 0; i < ids.length; i++) {
            int before = i == 0 ? 0 : ids[i - 1];
            boolean follows = ids[i] == before || i > 0 && ids[i] == before + 1;
            if (!follows) {
                throw new ShapeException("id " + ids[i] + " follows "
                        + (i == 0 ? "nothing, the first has to be 0" : before + ", it has to be that or the next"));
            }
        }
        return input.withDimension(0, ids.length == 0 ? 0 : ids[ids.length - 1] + 1);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            Tensor ids = context.input(1);
            Tensor y = constant ? context.output(0) : context.resize(0, segmented(x.shape(), ids));
            Segments.fold(x, ids, y, Segments.SUM);
        };
    }
}
