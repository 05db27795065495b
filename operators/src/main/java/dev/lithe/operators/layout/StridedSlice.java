package dev.lithe.operators.layout;

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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// STRIDED_SLICE: NumPy's `x[begin:end:stride, …]`. Inputs 1 to 3 hold begin, end and stride per index. The
/// masks have a bit per index: begin or end ignored, an ellipsis, a new dimension of size 1, a dimension
/// dropped after taking its element `begin`.
///
/// @param offset whether `end` counts from `begin`
public record StridedSlice(
        int beginMask, int endMask, int ellipsisMask, int newAxisMask, int shrinkAxisMask, boolean offset)
        implements LayoutOperator {
    public static final Definition<StridedSlice> DEFINITION = Definition.of(
                    StridedSlice.class, BuiltinOperator.STRIDED_SLICE)
            .options(
                    node -> of(node.options().as(StridedSliceOptions.class, StridedSliceOptions.DEFAULT)),
                    op -> Options.of(op.options()))
            .inputs(
                    Operand.any("x"),
                    Operand.of("begin", TensorType.INT32),
                    Operand.of("end", TensorType.INT32),
                    Operand.of("strides", TensorType.INT32))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same())
            .versions(StridedSlice::version)
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.1.0")
            .runtime(4, "2.2.0")
            .runtime(5, "2.5.0")
            .runtime(6, "2.6.0")
            .runtime(7, "2.14.0")
            .runtime(8, "2.14.0")
            .reference(StridedSlice::prepare);

    private static StridedSlice of(StridedSliceOptions options) {
        return new StridedSlice(
                options.beginMask(),
                options.endMask(),
                options.ellipsisMask(),
                options.newAxisMask(),
                options.shrinkAxisMask(),
                options.offset());
    }

    private StridedSliceOptions options() {
        return new StridedSliceOptions(beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask, offset);
    }

    private static int version(StridedSlice op, NodeView node) {
        TensorType type = node.input(0).type();
        if (op.offset) {
            return 8;
        }
        if (type == TensorType.UINT32) {
            return 7;
        }
        if (op.ellipsisMask != 0 || op.newAxisMask != 0) {
            return 6;
        }
        if (type == TensorType.STRING) {
            return 5;
        }
        return node.input(0).shape().rank() > 4 ? 4 : TypeVersion.of(type, TensorType.BOOL, 3, TensorType.INT8, 2);
    }

    private Shape infer(ShapeContext context) {
        Tensor begin = context.constant(1);
        Tensor end = context.constant(2);
        Tensor strides = context.constant(3);
        int indices = context.input(1).rank() == 1 ? context.input(1).dimension(0) : Shape.UNKNOWN;
        if (indices == Shape.UNKNOWN) {
            return Shape.of(Shape.UNKNOWN);
        }
        if (begin == null || end == null || strides == null) {
            int all = (1 << indices) - 1;
            int added = Integer.bitCount(newAxisMask & ~ellipsisMask & all);
            int dropped = Integer.bitCount(shrinkAxisMask & ~newAxisMask & ~ellipsisMask & all);
            return ShapeValues.unknown(context.input(0).rank() + added - dropped);
        }
        return StridedSliceIndex.of(
                        this, context.input(0), ShapeValues.of(begin), ShapeValues.of(end), ShapeValues.of(strides))
                .shape();
    }

    private static Kernel prepare(StridedSlice op, KernelSetup setup) {
        boolean constant = setup.constant(1) != null && setup.constant(2) != null && setup.constant(3) != null;
        return context -> {
            Tensor x = context.input(0);
            StridedSliceIndex index = StridedSliceIndex.of(
                    op,
                    x.shape(),
                    ShapeValues.of(context.input(1)),
                    ShapeValues.of(context.input(2)),
                    ShapeValues.of(context.input(3)));
            Tensor y = constant ? context.output(0) : context.resize(0, index.shape());
            index.copy(x, y);
        };
    }
}
