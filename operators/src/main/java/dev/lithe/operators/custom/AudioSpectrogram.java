package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.Fourier;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// AudioSpectrogram: of samples `[time, channels]` the magnitudes, or their squares, of the spectrum of each window:
/// `[channels, windows, frequencies]`. Windows are weighed with a periodic Hann function and continued with zeros to a
/// power of two.
final class AudioSpectrogram implements CustomKernel {
    private static final int LARGEST = 1 << 30;

    private record Options(int window, int stride, boolean squared) {
        static Options of(Bytes bytes) {
            CustomOptions options = CustomOptions.of(bytes);
            Options all = new Options(
                    options.integer("window_size"), options.integer("stride"), options.flag("magnitude_squared"));
            if (all.window < 2 || all.window > LARGEST || all.stride < 1) {
                throw new IllegalArgumentException("windows of " + all.window + " samples, " + all.stride + " apart");
            }
            return all;
        }

        int length() {
            return window == 1 ? 1 : Integer.highestOneBit(window - 1) << 1;
        }

        int windows(int samples) {
            return samples < window ? 0 : 1 + (samples - window) / stride;
        }
    }

    @Override
    public List<Shape> shapes(Bytes bytes, ShapeContext context) {
        Options options = Options.of(bytes);
        Shape x = context.input(0);
        if (x.rank() != 2) {
            throw new ShapeException("takes samples [time, channels], not " + x);
        }
        int windows = x.dimension(0) == Shape.UNKNOWN ? Shape.UNKNOWN : options.windows(x.dimension(0));
        return List.of(Shape.of(x.dimension(1), windows, 1 + options.length() / 2));
    }

    @Override
    public Kernel prepare(Bytes bytes, KernelSetup setup) {
        if (setup.input(0).type() != TensorType.FLOAT32 || setup.output(0).type() != TensorType.FLOAT32) {
            throw new IllegalArgumentException(
                    "takes FLOAT32, not " + setup.input(0).type());
        }
        Options options = Options.of(bytes);
        return context -> run(context, options);
    }

    private static void run(KernelContext context, Options options) {
        Tensor x = context.input(0);
        int channels = x.shape().dimension(1);
        int windows = options.windows(x.shape().dimension(0));
        if (windows == 0 || channels == 0) {
            return;
        }
        double[] hann = new double[options.window];
        for (int i = 0; i < hann.length; i++) {
            hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / hann.length);
        }
        double[] re = new double[options.length()];
        double[] im = new double[re.length];
        float[] y = context.output(0).floats();
        int to = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int window = 0; window < windows; window++) {
                Arrays.fill(re, 0);
                Arrays.fill(im, 0);
                for (int i = 0; i < hann.length; i++) {
                    re[i] = x.floats()[(window * options.stride + i) * channels + channel] * hann[i];
                }
                Fourier.transform(re, im, 0, 1, re.length, false);
                for (int i = 0; i <= re.length / 2; i++) {
                    float power = (float) (re[i] * re[i] + im[i] * im[i]);
                    y[to++] = options.squared ? power : (float) Math.sqrt(power);
                }
            }
        }
    }
}
