package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.VarHandleOptions;
import java.util.List;

/// VAR_HANDLE: the handle of the resource variable with a name.
public record VarHandle(String container, String sharedName) implements StructureOperator {
    /// Types that carry a handle.
    static final TensorType[] HANDLES = {TensorType.RESOURCE, TensorType.INT32};

    public static final Definition<VarHandle> DEFINITION = Definition.of(VarHandle.class, BuiltinOperator.VAR_HANDLE)
            .options(
                    node -> of(node.options().as(VarHandleOptions.class, VarHandleOptions.DEFAULT)),
                    op -> Options.of(new VarHandleOptions(op.container, op.sharedName)))
            .inputs()
            .outputs(Operand.of("handle", HANDLES))
            .shapes((op, c) -> List.of(Shape.of(1)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference((op, setup) ->
                    context -> context.output(0).ints()[0] = context.resources().handle(op.container, op.sharedName));

    private static VarHandle of(VarHandleOptions options) {
        return new VarHandle(options.container(), options.sharedName());
    }
}
