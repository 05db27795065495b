package dev.lithe.datasets;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;

/// What an entry point of a model wants for one of its inputs.
///
/// @param name what callers call it
/// @param declaredShape with `-1` for dimensions that are open until run time
/// @param quantization how real numbers are stored where `type` is an integer; float data are quantized with it
public record InputSpec(String name, TensorType type, Shape declaredShape, QuantizationParameters quantization) {

    /// The input of that type and shape without quantization.
    public static InputSpec of(String name, TensorType type, Shape declaredShape) {
        return new InputSpec(name, type, declaredShape, QuantizationParameters.NONE);
    }

    /// How many examples one sample holds: the leading dimension, 1 where it is open or there is none.
    public int batchSize() {
        return declaredShape.rank() == 0 || declaredShape.dimension(0) == Shape.UNKNOWN
                ? 1
                : declaredShape.dimension(0);
    }

    /// Whether `shape` can be fed: the same rank, and equal dimensions except for the open ones. A declared shape
    /// without dimensions stands for a scalar, and in files that leave the number of dimensions open for any
    /// shape.
    public boolean accepts(Shape shape) {
        if (declaredShape.rank() == 0) {
            return true;
        }
        if (shape.rank() != declaredShape.rank()) {
            return false;
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (declaredShape.dimension(i) != Shape.UNKNOWN && declaredShape.dimension(i) != shape.dimension(i)) {
                return false;
            }
        }
        return true;
    }
}
