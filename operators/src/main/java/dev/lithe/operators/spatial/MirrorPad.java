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
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MirrorPadMode;
import dev.lithe.schema.MirrorPadOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// MIRROR_PAD: pads a tensor with what a mirror at its border shows: the border itself included (SYMMETRIC) or not
/// (REFLECT). Input 1 holds, per dimension, how many elements go before and after.
public record MirrorPad(MirrorPadMode mode) implements SpatialOperator {
    public static final Definition<MirrorPad> DEFINITION = Definition.of(MirrorPad.class, BuiltinOperator.MIRROR_PAD)
            .options(
                    node -> new MirrorPad(node.options()
                            .as(MirrorPadOptions.class, MirrorPadOptions.DEFAULT)
                            .mode()),
                    op -> Options.of(new MirrorPadOptions(op.mode)))
            .inputs(Operand.any("x"), Operand.of("paddings", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.13.1")
            .runtime(2, "2.3.0")
            .runtime(3, "2.12.0")
            .reference(MirrorPad::prepare);

    private Shape infer(ShapeContext context) {
        Tensor paddings = context.constant(1);
        Shape input = context.input(0);
        return paddings == null ? ShapeValues.unknown(input.rank()) : padded(input, ShapeValues.of(paddings));
    }

    private Shape padded(Shape input, int[] paddings) {
        if (paddings.length != 2 * input.rank()) {
            throw new ShapeException(
                    input + " needs " + input.rank() + " pairs of paddings, there are " + paddings.length + " numbers");
        }
        int[] sizes = input.toArray();
        for (int d = 0; d < sizes.length; d++) {
            int before = paddings[2 * d];
            int after = paddings[2 * d + 1];
            if (sizes[d] == Shape.UNKNOWN) {
                continue;
            }
            int most = sizes[d] - border();
            if (before < 0 || after < 0 || before > most || after > most) {
                throw new ShapeException("dimension " + d + " of " + input + " shows " + most
                        + " elements in a mirror, the paddings are " + before + " and " + after);
            }
            sizes[d] = Math.addExact(sizes[d], Math.addExact(before, after));
        }
        return Shape.of(sizes);
    }

    /// How many elements at the border do not repeat.
    private int border() {
        return mode == MirrorPadMode.REFLECT ? 1 : 0;
    }

    private static Kernel prepare(MirrorPad op, KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            int[] paddings = ShapeValues.of(context.input(1));
            Tensor y = constant ? context.output(0) : context.resize(0, op.padded(x.shape(), paddings));
            new Blocks(x, y, paddings, op.border()).copy(0, 0, 0);
        };
    }

    /// The parts of the output: each dimension has a mirrored part, the original, and a mirrored part. Every
    /// combination of them is a block that is copied forwards or backwards.
    private static final class Blocks {
        private final Tensor x;
        private final Tensor y;
        private final int[] paddings;
        private final int border;
        private final int[] sizes;
        private final int[] steps;
        private final int[] from;
        private final int[] to;

        private Blocks(Tensor x, Tensor y, int[] paddings, int border) {
            this.x = x;
            this.y = y;
            this.paddings = paddings;
            this.border = border;
            this.sizes = x.shape().toArray();
            this.steps = new int[sizes.length];
            this.from = ElementCopy.strides(x.shape());
            this.to = ElementCopy.strides(y.shape());
        }

        /// Copies the blocks of all parts of the dimensions from `d` on, given where those before begin.
        void copy(int d, int fromStart, int toStart) {
            if (d == sizes.length) {
                ElementCopy.block(sizes, x, fromStart, steps, y, toStart, to);
                return;
            }
            int size = x.shape().dimension(d);
            int before = paddings[2 * d];
            int after = paddings[2 * d + 1];
            part(d, before, -from[d], fromStart + (before - 1 + border) * from[d], toStart);
            part(d, size, from[d], fromStart, toStart + before * to[d]);
            part(d, after, -from[d], fromStart + (size - 1 - border) * from[d], toStart + (before + size) * to[d]);
        }

        private void part(int d, int size, int step, int fromStart, int toStart) {
            if (size > 0) {
                sizes[d] = size;
                steps[d] = step;
                copy(d + 1, fromStart, toStart);
            }
        }
    }
}
