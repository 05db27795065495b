package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SelectV2Options;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SELECT_V2: elements of `x` where the condition holds, of `y` elsewhere; all three broadcast.
public record SelectV2() implements ComparisonOperator {
    public static final Definition<SelectV2> DEFINITION = Definition.of(SelectV2.class, BuiltinOperator.SELECT_V2)
            .options(node -> new SelectV2(), op -> Options.of(SelectV2Options.DEFAULT))
            .inputs(
                    Operand.of("condition", TensorType.BOOL),
                    Operand.of("x", Selection.TYPES),
                    Operand.of("y", Selection.TYPES))
            .outputs(Operand.of("selected", Selection.TYPES))
            .shapes((op, c) -> List.of(Broadcasting.shape(c.input(0), c.input(1), c.input(2))))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(1).type(), TensorType.UINT32, 2))
            .runtime(1, "2.2.0")
            .runtime(2, "2.12.0")
            .reference((op, setup) -> SelectV2::run);

    private static void run(KernelContext context) {
        Selection.run(
                context,
                Broadcasting.strides(context.input(0).shape(), context.output(0).shape()));
    }
}
