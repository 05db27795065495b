package dev.lithe.operators;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.List;
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

    /// The type of input `index` where whoever asks for shapes knows types, otherwise null.
    default @Nullable TensorType inputType(int index) {
        return null;
    }

    /// The type of output `index` where whoever asks for shapes knows types, otherwise null.
    default @Nullable TensorType outputType(int index) {
        return null;
    }

    /// The shapes of the outputs of another subgraph for inputs of these shapes, or null where they are known only when
    /// it has run, or whoever asks for shapes does not know other subgraphs.
    default @Nullable List<Shape> outputsOf(int subgraph, List<Shape> inputs) {
        return null;
    }
}
