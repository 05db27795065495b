package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SpaceToBatchNDOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// SPACE_TO_BATCH_ND: pads the spatial dimensions (input 2: before and after, each) and cuts them into blocks (input 1:
/// the size in each); every place within a block becomes a batch of its own. What is padded is 0, of 8-bit integers the
/// zero point.
public record SpaceToBatchNd() implements SpatialOperator {
    public static final Definition<SpaceToBatchNd> DEFINITION = Definition.of(
                    SpaceToBatchNd.class, BuiltinOperator.SPACE_TO_BATCH_ND)
            .options(node -> new SpaceToBatchNd(), op -> Options.of(SpaceToBatchNDOptions.DEFAULT))
            .inputs(
                    Operand.any("x"),
                    Operand.of("blockShape", TensorType.INT32),
                    Operand.of("paddings", TensorType.INT32))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.12.0")
            .reference((op, setup) -> prepare(setup));

    static int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT16) {
            return 4;
        }
        return node.input(0).shape().rank() != 4 ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    private static Shape infer(ShapeContext context) {
        Tensor sizes = context.constant(1);
        Tensor margins = context.constant(2);
        return sizes == null || margins == null
                ? ShapeValues.unknown(context.input(0).rank())
                : new SpaceBlocks(ShapeValues.of(sizes), ShapeValues.of(margins)).batches(context.input(0));
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null && setup.constant(2) != null;
        QuantizationParameters quantization = setup.output(0).quantization();
        byte zero = (byte) (quantization.isPresent() ? quantization.zeroPoint() : 0);
        return context -> {
            Tensor x = context.input(0);
            SpaceBlocks blocks = new SpaceBlocks(ShapeValues.of(context.input(1)), ShapeValues.of(context.input(2)));
            Tensor y = constant ? context.output(0) : context.resize(0, blocks.batches(x.shape()));
            if (y.array() instanceof byte[] bytes) {
                Arrays.fill(bytes, 0, y.elementCount(), zero);
            } else {
                ElementFill.zeros(y);
            }
            blocks.copy(x, y, true);
        };
    }
}
