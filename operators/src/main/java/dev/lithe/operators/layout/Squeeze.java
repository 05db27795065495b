package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Ints;
import dev.lithe.schema.SqueezeOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;

/// SQUEEZE: drops dimensions of size 1: those of `dimensions` (negative ones count from the end), or all of them where
/// it is empty.
public record Squeeze(Ints dimensions) implements LayoutOperator {
    public static final Definition<Squeeze> DEFINITION = Definition.of(Squeeze.class, BuiltinOperator.SQUEEZE)
            .options(
                    node -> new Squeeze(node.options()
                            .as(SqueezeOptions.class, SqueezeOptions.DEFAULT)
                            .squeezeDims()),
                    op -> Options.of(new SqueezeOptions(op.dimensions)))
            .inputs(Operand.any("x"))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.shape(c.input(0))))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.STRING, 2))
            .runtime(1, "1.6.0")
            .runtime(2, "2.5.0")
            .reference((op, setup) -> context -> ElementCopy.all(context.input(0), context.output(0)));

    private Shape shape(Shape input) {
        boolean[] dropped = new boolean[input.rank()];
        for (int i = 0; i < dimensions.size(); i++) {
            int axis = ShapeValues.axis(dimensions.get(i), input.rank());
            int size = input.dimension(axis);
            if (size != 1 && size != Shape.UNKNOWN) {
                throw new ShapeException("dimension " + axis + " of " + input + " has not size 1");
            }
            dropped[axis] = true;
        }
        List<Integer> kept = new ArrayList<>();
        for (int d = 0; d < dropped.length; d++) {
            // An unknown dimension that is not named is taken to stay.
            if (!dropped[d] && !(dimensions.isEmpty() && input.dimension(d) == 1)) {
                kept.add(input.dimension(d));
            }
        }
        return Shape.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }
}
