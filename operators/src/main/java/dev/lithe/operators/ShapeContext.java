package dev.lithe.operators;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import org.jspecify.annotations.Nullable;

/// What a shape rule may look at: the input shapes (which may hold unknown dimensions) and constant inputs.
public interface ShapeContext {
    Shape input(int index);

    boolean hasInput(int index);

    int inputCount();

    int outputCount();

    /// The value of input `index` where it is known before running, otherwise null.
    @Nullable
    Tensor constant(int index);
}
