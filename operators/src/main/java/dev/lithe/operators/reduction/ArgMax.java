package dev.lithe.operators.reduction;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ArgMaxOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ARG_MAX: where the largest element stands along the dimension that input 1 names; the first of equal ones.
///
/// @param outputType of the indices: INT32 or INT64
public record ArgMax(TensorType outputType) implements ReductionOperator {
    public static final Definition<ArgMax> DEFINITION = Definition.of(ArgMax.class, BuiltinOperator.ARG_MAX)
            .options(
                    node -> new ArgMax(node.options()
                            .as(ArgMaxOptions.class, ArgMaxOptions.DEFAULT)
                            .outputType()),
                    op -> Options.of(new ArgMaxOptions(op.outputType)))
            .inputs(Operand.of("x", Places.TYPES), Operand.of("axis", Places.INDICES))
            .outputs(Operand.of("index", Places.INDICES))
            .shapes((op, c) -> Places.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.BOOL, 3, TensorType.INT8, 2))
            .runtime(1, "1.9.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.9.0")
            .reference((op, setup) -> Places.kernel(setup, true));
}
