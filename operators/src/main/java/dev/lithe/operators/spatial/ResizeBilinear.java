package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ResizeBilinearOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RESIZE_BILINEAR: an image in another height and width; each pixel is the mean of the four nearest ones, weighted
/// by how near they are. Input and output share their quantization.
///
/// @param newHeight carried along: the size is input 1
/// @param newWidth carried along
/// @param alignCorners whether the corner pixels stay the corner pixels
/// @param halfPixelCenters whether a pixel's place is its middle, not its corner
public record ResizeBilinear(int newHeight, int newWidth, boolean alignCorners, boolean halfPixelCenters)
        implements SpatialOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16};
    public static final Definition<ResizeBilinear> DEFINITION = Definition.of(
                    ResizeBilinear.class, BuiltinOperator.RESIZE_BILINEAR)
            .options(
                    node -> of(node.options().as(ResizeBilinearOptions.class, ResizeBilinearOptions.DEFAULT)),
                    op -> Options.of(
                            new ResizeBilinearOptions(op.newHeight, op.newWidth, op.alignCorners, op.halfPixelCenters)))
            .inputs(Operand.of("x", TYPES), Operand.of("size", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> op.version(node))
            .runtime(1, "1.7.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.2.0")
            .runtime(4, "2.5.0")
            .reference(ResizeBilinear::prepare);

    private static ResizeBilinear of(ResizeBilinearOptions options) {
        return new ResizeBilinear(
                options.newHeight(), options.newWidth(), options.alignCorners(), options.halfPixelCenters());
    }

    private int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT16) {
            return 4;
        }
        return halfPixelCenters ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    private Shape infer(ShapeContext context) {
        if (alignCorners && halfPixelCenters) {
            throw new ShapeException("can't have both aligned corners and half pixel centers");
        }
        return Resizing.infer(context);
    }

    private static Kernel prepare(ResizeBilinear op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        boolean real = type == TensorType.FLOAT32 || type == TensorType.UINT8;
        Interpolation interpolation = new Interpolation(op.alignCorners, op.halfPixelCenters);
        return real
                ? context -> interpolation.reals(context.input(0), Resizing.output(setup, context))
                : context -> interpolation.integers(context.input(0), Resizing.output(setup, context));
    }
}
