package dev.lithe.operators.reduction;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ArgMinOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ARG_MIN: where the smallest element stands along the dimension that input 1 names; the first of equal ones.
///
/// @param outputType of the indices: INT32 or INT64
public record ArgMin(TensorType outputType) implements ReductionOperator {
    public static final Definition<ArgMin> DEFINITION = Definition.of(ArgMin.class, BuiltinOperator.ARG_MIN)
            .options(
                    node -> new ArgMin(node.options()
                            .as(ArgMinOptions.class, ArgMinOptions.DEFAULT)
                            .outputType()),
                    op -> Options.of(new ArgMinOptions(op.outputType)))
            .inputs(Operand.of("x", Places.TYPES), Operand.of("axis", Places.INDICES))
            .outputs(Operand.of("index", Places.INDICES))
            .shapes((op, c) -> Places.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.BOOL, 3, TensorType.INT8, 2))
            .runtime(1, "1.9.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.9.0")
            .reference((op, setup) -> Places.kernel(setup, false));
}
