package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Ints;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// RESHAPE: the same values under another shape. The shape comes from input 1 where there is one, else from
/// the options; one dimension may be -1 and takes what is left.
public record Reshape(Ints newShape) implements LayoutOperator {
    public static final Definition<Reshape> DEFINITION = Definition.of(Reshape.class, BuiltinOperator.RESHAPE)
            .options(
                    node -> new Reshape(node.options()
                            .as(ReshapeOptions.class, ReshapeOptions.DEFAULT)
                            .newShape()),
                    op -> Options.of(new ReshapeOptions(op.newShape)))
            .inputs(Operand.any("x"), Operand.of("shape", TensorType.INT32).asOptional())
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.shape(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference(Reshape::prepare);

    private Shape shape(ShapeContext c) {
        Tensor constant = c.hasInput(1) ? c.constant(1) : null;
        if (c.hasInput(1) && constant == null) {
            return Shape.of(Shape.UNKNOWN);
        }
        return resolve(
                c.input(0),
                constant == null ? newShape.toArray() : constant.copy().ints());
    }

    /// The requested shape with its -1 resolved against the elements of `from`.
    public static Shape resolve(Shape from, int[] requested) {
        int[] resolved = requested.clone();
        int wildcard = -1;
        long known = 1;
        long knownNonZero = 1;
        for (int i = 0; i < resolved.length; i++) {
            if (resolved[i] == -1 && wildcard < 0) {
                wildcard = i;
            } else if (resolved[i] < 0) {
                throw new ShapeException(
                        "new shape " + Arrays.toString(requested) + " has more than one -1, or a smaller number");
            } else {
                known = Math.multiplyExact(known, (long) resolved[i]);
                knownNonZero *= Math.max(1, resolved[i]);
            }
        }
        if (!from.isKnown()) {
            return Shape.of(resolved);
        }
        long total = from.elementCount();
        if (wildcard >= 0) {
            // Where both are empty, LiteRT divides what the sizes other than 0 come to.
            resolved[wildcard] =
                    known == 0 ? Math.toIntExact(nonZero(from) / knownNonZero) : Math.toIntExact(total / known);
            known *= resolved[wildcard];
        }
        if (known != total) {
            throw new ShapeException(
                    from + " has " + total + " elements, the new shape " + Shape.of(requested) + " has " + known);
        }
        return Shape.of(resolved);
    }

    private static long nonZero(Shape shape) {
        long product = 1;
        for (int d = 0; d < shape.rank(); d++) {
            product *= Math.max(1, shape.dimension(d));
        }
        return product;
    }

    private static Kernel prepare(Reshape op, KernelSetup setup) {
        return context -> {
            Tensor x = context.input(0);
            Tensor y = context.output(0);
            if (context.hasInput(1) && setup.constant(1) == null) {
                y = context.resize(0, resolve(x.shape(), context.input(1).copy().ints()));
            }
            System.arraycopy(x.array(), 0, y.array(), 0, x.elementCount() * Tensor.unitsPerElement(x.type()));
        };
    }
}
