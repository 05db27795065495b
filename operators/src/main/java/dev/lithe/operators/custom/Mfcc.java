package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;

/// Mfcc: the mel-frequency cepstral coefficients of squared magnitudes `[channels, windows, frequencies]`: energies in
/// bands of equal width on the mel scale, their logarithms, and the first coefficients of a discrete cosine transform.
/// Input 1 is the sample rate.
final class Mfcc implements CustomKernel {
    private static final double FLOOR = 1e-12;

    private record Options(double low, double high, int bands, int coefficients) {
        static Options of(Bytes bytes) {
            CustomOptions options = CustomOptions.of(bytes);
            Options all = new Options(
                    options.integer("lower_frequency_limit"),
                    options.integer("upper_frequency_limit"),
                    options.integer("filterbank_channel_count"),
                    options.integer("dct_coefficient_count"));
            if (all.low < 0 || all.high <= all.low) {
                throw new IllegalArgumentException("frequencies from " + all.low + " to " + all.high);
            }
            if (all.coefficients < 1 || all.coefficients > all.bands) {
                throw new IllegalArgumentException(all.coefficients + " coefficients of " + all.bands + " bands");
            }
            return all;
        }
    }

    @Override
    public List<Shape> shapes(Bytes bytes, ShapeContext context) {
        Shape x = context.input(0);
        if (x.rank() != 3) {
            throw new ShapeException("takes magnitudes [channels, windows, frequencies], not " + x);
        }
        return List.of(x.withDimension(2, Options.of(bytes).coefficients));
    }

    @Override
    public Kernel prepare(Bytes bytes, KernelSetup setup) {
        if (setup.input(0).type() != TensorType.FLOAT32
                || setup.input(1).type() != TensorType.INT32
                || setup.output(0).type() != TensorType.FLOAT32) {
            throw new IllegalArgumentException("takes FLOAT32 and a rate in INT32, not "
                    + setup.input(0).type() + " and " + setup.input(1).type());
        }
        Options options = Options.of(bytes);
        return context -> run(context, options);
    }

    private static void run(KernelContext context, Options options) {
        Tensor x = context.input(0);
        int frequencies = x.shape().dimension(2);
        MelBands bands = new MelBands(
                frequencies, ShapeValues.single(context.input(1)), options.bands, options.low, options.high);
        double factor = Math.sqrt(2.0 / options.bands);
        float[] y = context.output(0).floats();
        double[] energies = new double[options.bands];
        int frames = x.shape().flatSize(0, 2);
        for (int frame = 0; frame < frames; frame++) {
            boolean covered = bands.energies(x.floats(), frame * frequencies, energies);
            for (int j = 0; covered && j < energies.length; j++) {
                energies[j] = Math.log(energies[j] < FLOOR ? FLOOR : energies[j]);
            }
            for (int i = 0; i < options.coefficients; i++) {
                double sum = 0;
                for (int j = 0; covered && j < energies.length; j++) {
                    sum += factor * Math.cos(i * (Math.PI / options.bands) * (j + 0.5)) * energies[j];
                }
                y[frame * options.coefficients + i] = (float) sum;
            }
        }
    }
}
