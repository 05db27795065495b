package dev.lithe.operators.reduction;

import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.StridedLoop;
import dev.lithe.schema.ReducerOptions;
import java.util.ArrayList;
import java.util.List;

/// What the reductions share: which dimensions go, what is left of the shape, and the walk over the elements.
///
/// @param input the shape that is folded
/// @param folded by dimension, whether it is folded
record Reduction(Shape input, boolean[] folded) {
    static Reduction of(Shape input, int[] axes) {
        boolean[] folded = new boolean[input.rank()];
        if (input.rank() > 0) { // a scalar has nothing to fold, LiteRT ignores the axes
            for (int axis : axes) {
                folded[ShapeValues.axis(axis, input.rank())] = true;
            }
        }
        return new Reduction(input, folded);
    }

    static boolean keepDims(Node node) {
        return node.options().as(ReducerOptions.class, ReducerOptions.DEFAULT).keepDims();
    }

    static Options options(boolean keepDims) {
        return Options.of(new ReducerOptions(keepDims));
    }

    static List<Shape> infer(boolean keepDims, ShapeContext context) {
        Tensor axes = context.constant(1);
        Shape input = context.input(0);
        if (axes == null) {
            return List.of(keepDims ? ShapeValues.unknown(input.rank()) : Shape.of(Shape.UNKNOWN));
        }
        return List.of(of(input, ShapeValues.of(axes)).output(keepDims));
    }

    Shape output(boolean keepDims) {
        List<Integer> kept = new ArrayList<>();
        for (int d = 0; d < folded.length; d++) {
            if (!folded[d]) {
                kept.add(input.dimension(d));
            } else if (keepDims) {
                kept.add(1);
            }
        }
        return Shape.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Elements folded into each output.
    long count() {
        long count = 1;
        for (int d = 0; d < folded.length; d++) {
            count *= folded[d] ? input.dimension(d) : 1;
        }
        return count;
    }

    /// Whether a single value is left of all.
    boolean foldsAll() {
        for (boolean fold : folded) {
            if (!fold) {
                return false;
            }
        }
        return true;
    }

    /// Passes the input (array 0) in order, beside the output that each element goes to (array 1).
    StridedLoop loop() {
        return StridedLoop.over(input.toArray(), ElementCopy.strides(input), Broadcasting.strides(output(true), input));
    }

    /// The body of a reduction kernel.
    @FunctionalInterface
    interface Body {
        void run(Reduction reduction, Tensor x, Tensor y);
    }

    /// Resolves the axes, sizes the output where they are only known now, and runs `body`.
    static Kernel kernel(boolean keepDims, KernelSetup setup, Body body) {
        boolean constantAxes = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            Reduction reduction = of(x.shape(), ShapeValues.of(context.input(1)));
            Tensor y = constantAxes ? context.output(0) : context.resize(0, reduction.output(keepDims));
            body.run(reduction, x, y);
        };
    }
}
