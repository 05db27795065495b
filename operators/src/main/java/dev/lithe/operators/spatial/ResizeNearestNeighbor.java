package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ResizeNearestNeighborOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RESIZE_NEAREST_NEIGHBOR: an image in another height and width; each pixel is a copy of the input's nearest one.
///
/// @param alignCorners whether the corner pixels stay the corner pixels
/// @param halfPixelCenters whether a pixel's place is its middle, not its corner
public record ResizeNearestNeighbor(boolean alignCorners, boolean halfPixelCenters) implements SpatialOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.UINT16,
        TensorType.INT32,
        TensorType.UINT32,
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.BOOL
    };
    public static final Definition<ResizeNearestNeighbor> DEFINITION = Definition.of(
                    ResizeNearestNeighbor.class, BuiltinOperator.RESIZE_NEAREST_NEIGHBOR)
            .options(
                    node -> {
                        ResizeNearestNeighborOptions options = node.options()
                                .as(ResizeNearestNeighborOptions.class, ResizeNearestNeighborOptions.DEFAULT);
                        return new ResizeNearestNeighbor(options.alignCorners(), options.halfPixelCenters());
                    },
                    op -> Options.of(new ResizeNearestNeighborOptions(op.alignCorners, op.halfPixelCenters)))
            .inputs(Operand.of("x", TYPES), Operand.of("size", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(Resizing.infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> op.version(node))
            .runtime(1, "1.13.1")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.4.0")
            .reference(ResizeNearestNeighbor::prepare);

    private int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT16) {
            return 4;
        }
        return alignCorners || halfPixelCenters ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    private static Kernel prepare(ResizeNearestNeighbor op, KernelSetup setup) {
        return context -> {
            Tensor x = context.input(0);
            Tensor y = Resizing.output(setup, context);
            int[] rows = op.sources(x.shape().dimension(1), y.shape().dimension(1));
            int[] columns = op.sources(x.shape().dimension(2), y.shape().dimension(2));
            int channels = x.shape().dimension(3);
            int to = 0;
            for (int batch = 0; batch < x.shape().dimension(0); batch++) {
                for (int row : rows) {
                    int line =
                            (batch * x.shape().dimension(1) + row) * x.shape().dimension(2);
                    for (int column : columns) {
                        ElementCopy.run(x, (line + column) * channels, y, to, channels);
                        to += channels;
                    }
                }
            }
        };
    }

    /// For each of `outputs` places the one of `inputs` that is nearest.
    private int[] sources(int inputs, int outputs) {
        float scale = alignCorners && outputs > 1 ? (inputs - 1) / (float) (outputs - 1) : inputs / (float) outputs;
        float offset = halfPixelCenters ? 0.5f : 0;
        int[] sources = new int[outputs];
        for (int i = 0; i < outputs; i++) {
            float place = (i + offset) * scale;
            int nearest = (int) (alignCorners ? Rounding.halfAway(place) : Math.floor(place));
            sources[i] = Math.min(nearest, inputs - 1);
        }
        return sources;
    }
}
