package dev.lithe.operators.spatial;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BatchToSpaceNDOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;

/// BATCH_TO_SPACE_ND: the inverse of SPACE_TO_BATCH_ND: joins the batches to blocks (input 1: the size in each spatial
/// dimension) and crops the spatial dimensions (input 2: before and after, each).
public record BatchToSpaceNd() implements SpatialOperator {
    public static final Definition<BatchToSpaceNd> DEFINITION = Definition.of(
                    BatchToSpaceNd.class, BuiltinOperator.BATCH_TO_SPACE_ND)
            .options(node -> new BatchToSpaceNd(), op -> Options.of(BatchToSpaceNDOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("blockShape", TensorType.INT32), Operand.of("crops", TensorType.INT32))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> SpaceToBatchNd.version(node))
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.12.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor sizes = context.constant(1);
        Tensor margins = context.constant(2);
        return sizes == null || margins == null
                ? ShapeValues.unknown(context.input(0).rank())
                : new SpaceBlocks(ShapeValues.of(sizes), ShapeValues.of(margins)).space(context.input(0));
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null && setup.constant(2) != null;
        return context -> {
            Tensor x = context.input(0);
            SpaceBlocks blocks = new SpaceBlocks(ShapeValues.of(context.input(1)), ShapeValues.of(context.input(2)));
            Tensor y = constant ? context.output(0) : context.resize(0, blocks.space(x.shape()));
            blocks.copy(y, x, false);
        };
    }
}
