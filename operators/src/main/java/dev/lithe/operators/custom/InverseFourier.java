package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.Fourier;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;

/// IRFFT2D: the real signal whose two-dimensional spectrum has the left half in input 0. Input 1 holds the lengths of
/// the signal; a spectrum that is too large for it is cut, one that is too small continues with zeros.
final class InverseFourier implements CustomKernel {
    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        Tensor lengths = context.constant(1);
        int[] sides = lengths == null ? new int[] {Shape.UNKNOWN, Shape.UNKNOWN} : Fourier.lengths(lengths);
        return List.of(Fourier.withSides(context.input(0), sides[0], sides[1]));
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        if (setup.input(0).type() != TensorType.COMPLEX64) {
            throw new IllegalArgumentException(
                    "takes COMPLEX64, not " + setup.input(0).type());
        }
        return InverseFourier::run;
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        int[] sides = Fourier.lengths(context.input(1));
        Tensor y = context.resize(0, Fourier.withSides(x.shape(), sides[0], sides[1]));
        int signals = x.shape().flatSize(0, x.shape().rank() - 2);
        for (int s = 0; s < signals; s++) {
            invert(x, y, s, sides[0], sides[1]);
        }
    }

    private static void invert(Tensor x, Tensor y, int signal, int height, int width) {
        int rank = x.shape().rank();
        int rows = x.shape().dimension(rank - 2);
        int columns = x.shape().dimension(rank - 1);
        int half = width / 2 + 1;
        double[] re = new double[height * width];
        double[] im = new double[height * width];
        for (int h = 0; h < Math.min(rows, height); h++) {
            for (int w = 0; w < Math.min(columns, half); w++) {
                int from = 2 * ((signal * rows + h) * columns + w);
                re[h * width + w] = x.floats()[from];
                im[h * width + w] = x.floats()[from + 1];
            }
        }
        for (int w = 0; w < half; w++) {
            Fourier.transform(re, im, w, width, height, true);
        }
        float[] values = y.floats();
        for (int h = 0; h < height; h++) {
            int row = h * width;
            im[row] = 0; // what a real signal has nothing of
            im[row + width / 2] = 0;
            for (int w = half; w < width; w++) {
                re[row + w] = re[row + width - w];
                im[row + w] = -im[row + width - w];
            }
            Fourier.transform(re, im, row, 1, width, true);
            for (int w = 0; w < width; w++) {
                values[signal * height * width + row + w] = (float) (re[row + w] / ((double) height * width));
            }
        }
    }
}
