package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DensifyOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// DENSIFY: the dense form of a constant that is stored sparsely. Constants are made dense when they are unpacked
/// ([dev.lithe.operators.support.SparseValues]), so that what is left to do is to copy.
public record Densify() implements IndexingOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.FLOAT16, TensorType.INT8};
    public static final Definition<Densify> DEFINITION = Definition.of(Densify.class, BuiltinOperator.DENSIFY)
            .options(node -> new Densify(), op -> Options.of(DensifyOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> 1)
            .runtime(1, "2.2.0")
            .reference((op, setup) -> context -> ElementCopy.all(context.input(0), context.output(0)));
}
