package dev.lithe.operators.indexing;

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
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TileOptions;
import java.util.List;

/// TILE: the tensor repeated along each dimension, as many times as input 1 says.
public record Tile() implements IndexingOperator {
    public static final Definition<Tile> DEFINITION = Definition.of(Tile.class, BuiltinOperator.TILE)
            .options(node -> new Tile(), op -> Options.of(TileOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("multiples", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 3, TensorType.STRING, 2))
            .runtime(1, "1.10.1")
            .runtime(2, "2.2.0")
            .runtime(3, "2.8.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor multiples = context.constant(1);
        Shape input = context.input(0);
        return multiples == null ? ShapeValues.unknown(input.rank()) : tiled(input, ShapeValues.of(multiples));
    }

    private static Shape tiled(Shape input, int[] multiples) {
        if (multiples.length != input.rank()) {
            throw new ShapeException(multiples.length + " multiples for the dimensions of " + input);
        }
        int[] sizes = input.toArray();
        for (int d = 0; d < sizes.length; d++) {
            if (multiples[d] < 0) {
                throw new ShapeException("multiple " + d + " is " + multiples[d]);
            }
            sizes[d] = sizes[d] == Shape.UNKNOWN ? Shape.UNKNOWN : Math.multiplyExact(sizes[d], multiples[d]);
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            int[] multiples = ShapeValues.of(context.input(1));
            Tensor y = constant ? context.output(0) : context.resize(0, tiled(x.shape(), multiples));
            int[] from = ElementCopy.strides(x.shape());
            int[] to = ElementCopy.strides(y.shape());
            // Two dimensions of the walk for each of the tensor: the copies, which read the same, and what is copied.
            int[] sizes = new int[2 * from.length];
            int[] read = new int[sizes.length];
            int[] write = new int[sizes.length];
            for (int d = 0; d < from.length; d++) {
                sizes[2 * d] = multiples[d];
                sizes[2 * d + 1] = x.shape().dimension(d);
                read[2 * d + 1] = from[d];
                write[2 * d] = to[d] * x.shape().dimension(d);
                write[2 * d + 1] = to[d];
            }
            ElementCopy.block(sizes, x, 0, read, y, 0, write);
        };
    }
}
