package dev.lithe.datasets.internal;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.InputSpec;
import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Whether an array's type and shape suit an input, and in which words to say that they do not.
final class Fit {
    private Fit() {}

    /// What is wrong with feeding elements of `type`; null where nothing is.
    static @Nullable String typeProblem(InputSpec input, TensorType type) {
        boolean quantizable = EdgeQuantization.canQuantizeTo(input.type(), input.quantization());
        if (type == input.type() || (type == TensorType.FLOAT32 && quantizable)) {
            return null;
        }
        TensorType wanted = quantizable ? TensorType.FLOAT32 : input.type();
        String expected = numpyName(input.type()) + (quantizable ? " (or float32, which is quantized)" : "");
        return "is " + numpyName(type) + " where " + expected + " is expected: convert it with .astype(np."
                + numpyName(wanted) + ")";
    }

    /// What is wrong with feeding a whole sample of `shape`; null where nothing is. The batch dimension may be
    /// left out where it is 1 or open.
    static @Nullable String sampleProblem(InputSpec input, Shape shape) {
        return input.accepts(shape) || lacksBatch(input, shape)
                ? null
                : "has shape " + text(shape) + " where " + text(input.declaredShape()) + " is expected";
    }

    /// The shape under which a sample of `shape` is fed.
    static Shape sampleShape(InputSpec input, Shape shape) {
        return lacksBatch(input, shape) ? shape.extendedTo(shape.rank() + 1) : shape;
    }

    private static boolean lacksBatch(InputSpec input, Shape shape) {
        return shape.rank() + 1 == input.declaredShape().rank()
                && input.batchSize() == 1
                && input.accepts(shape.extendedTo(shape.rank() + 1));
    }

    /// `(?, 49, 10, 1)`, as numpy writes shapes.
    static String text(Shape shape) {
        StringJoiner text = new StringJoiner(", ", "(", shape.rank() == 1 ? ",)" : ")");
        for (int i = 0; i < shape.rank(); i++) {
            text.add(shape.dimension(i) == Shape.UNKNOWN ? "?" : Integer.toString(shape.dimension(i)));
        }
        return text.toString();
    }

    /// What numpy calls the type, where it has a name for it.
    static String numpyName(TensorType type) {
        return switch (type) {
            case BOOL -> "bool_";
            case STRING -> "bytes_";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }
}
