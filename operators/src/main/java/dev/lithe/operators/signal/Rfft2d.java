package dev.lithe.operators.signal;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.Fourier;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Rfft2dOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RFFT2D: the left half, with its middle column, of the spectrum of a real signal over the last two dimensions.
/// Input 1 holds the lengths of the transform, powers of two; a longer signal is cut, a shorter one continues with
/// zeros.
public record Rfft2d() implements SignalOperator {
    public static final Definition<Rfft2d> DEFINITION = Definition.of(Rfft2d.class, BuiltinOperator.RFFT2D)
            .options(node -> new Rfft2d(), op -> Options.of(Rfft2dOptions.DEFAULT))
            .inputs(Operand.of("x", TensorType.FLOAT32), Operand.of("lengths", TensorType.INT32))
            .outputs(Operand.of("y", TensorType.COMPLEX64))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> Rfft2d::run);

    private static Shape infer(ShapeContext context) {
        Tensor lengths = context.constant(1);
        if (lengths == null) {
            return Fourier.withSides(context.input(0), Shape.UNKNOWN, Shape.UNKNOWN);
        }
        int[] sides = Fourier.lengths(lengths);
        return Fourier.withSides(context.input(0), sides[0], sides[1] / 2 + 1);
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        int[] sides = Fourier.lengths(context.input(1));
        Tensor y = context.resize(0, Fourier.withSides(x.shape(), sides[0], sides[1] / 2 + 1));
        int signals = x.shape().flatSize(0, x.shape().rank() - 2);
        for (int s = 0; s < signals; s++) {
            transform(x, y, s, sides[0], sides[1]);
        }
    }

    private static void transform(Tensor x, Tensor y, int signal, int height, int width) {
        int rank = x.shape().rank();
        int rows = x.shape().dimension(rank - 2);
        int columns = x.shape().dimension(rank - 1);
        double[] re = new double[height * width];
        double[] im = new double[height * width];
        for (int h = 0; h < Math.min(rows, height); h++) {
            for (int w = 0; w < Math.min(columns, width); w++) {
                re[h * width + w] = x.floats()[(signal * rows + h) * columns + w];
            }
            Fourier.transform(re, im, h * width, 1, width, false);
        }
        int half = width / 2 + 1;
        for (int w = 0; w < half; w++) {
            Fourier.transform(re, im, w, width, height, false);
            for (int h = 0; h < height; h++) {
                int to = 2 * ((signal * height + h) * half + w);
                y.floats()[to] = (float) re[h * width + w];
                y.floats()[to + 1] = (float) im[h * width + w];
            }
        }
    }
}
