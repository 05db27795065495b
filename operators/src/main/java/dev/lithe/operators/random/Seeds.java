package dev.lithe.operators.random;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ShapeValues;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// The seeds of a random operator. Two zeros are no seed: then every context has random numbers of its own; otherwise
/// all have the same sequence, from its start after a reset.
record Seeds(long first, long second) {
    /// Odd and without pattern, so that the two seeds do not cancel out.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private SplittableRandom generator() {
        return first == 0 && second == 0 ? new SplittableRandom() : new SplittableRandom(first * SPREAD ^ second);
    }

    /// The generator of the node whose prepared kernel owns `key`.
    SplittableRandom generator(KernelContext context, Object key) {
        return context.resources().state(key, this::generator);
    }

    /// The shape that input 0 holds.
    static Shape shape(ShapeContext context) {
        Tensor shape = context.constant(0);
        return shape == null ? ShapeValues.unknownOf(context.input(0)) : ShapeValues.shape(shape);
    }

    /// A kernel that fills the output, in the shape that input 0 holds, with draws.
    Kernel fill(ToDoubleFunction<SplittableRandom> draw) {
        Object key = new Object();
        return context -> {
            Tensor y = context.resize(0, ShapeValues.shape(context.input(0)));
            SplittableRandom random = generator(context, key);
            float[] values = y.floats();
            for (int i = 0; i < y.elementCount(); i++) {
                values[i] = (float) draw.applyAsDouble(random);
            }
        };
    }
}
