package dev.lithe.operators.custom;

import java.util.Arrays;

/// Triangular bands of equal width on the mel scale, each from the centre of the one below to that of the one above.
/// Mel m of f hertz: 1127 ln(1 + f / 700). The constant part of a signal is always left out.
final class MelBands {
    private final int count;
    private final int start;
    private final int end;
    private final int frequencies;
    /// Per frequency the band on whose falling side it lies, from -1, and the share that this band takes of it.
    private final int[] band;
    private final double[] share;

    /// @param frequencies of a spectrum from 0 to half of `rate`
    /// @throws IllegalArgumentException where there can be no such bands
    MelBands(int frequencies, int rate, int count, double low, double high) {
        if (frequencies < 2 || rate <= 0) {
            throw new IllegalArgumentException(frequencies + " frequencies at a rate of " + rate);
        }
        this.count = count;
        this.frequencies = frequencies;
        double lowest = mel(low);
        double width = (mel(high) - lowest) / (count + 1.0);
        double step = 0.5 * rate / (frequencies - 1.0);
        start = (int) (1.5 + low / step);
        end = (int) (high / step);
        band = new int[frequencies];
        share = new double[frequencies];
        int above = 0;
        for (int i = start; i <= Math.min(end, frequencies - 1); i++) {
            double mel = mel(i * step);
            while (above < count && lowest + width * (above + 1) < mel) {
                above++;
            }
            double next = lowest + width * (above + 1);
            double before = above == 0 ? lowest : lowest + width * above;
            band[i] = above - 1;
            share[i] = (next - mel) / (next - before);
        }
    }

    private static double mel(double frequency) {
        return 1127 * Math.log1p(frequency / 700);
    }

    /// Sums magnitudes, whose squares stand in `spectrum` from `from` on, into `energies`; false where the spectrum
    /// ends below the highest frequency.
    boolean energies(float[] spectrum, int from, double[] energies) {
        if (frequencies <= end) {
            return false;
        }
        Arrays.fill(energies, 0);
        for (int i = start; i <= end; i++) {
            double magnitude = Math.sqrt(spectrum[from + i]);
            double falling = magnitude * share[i];
            if (band[i] >= 0) {
                energies[band[i]] += falling;
            }
            if (band[i] + 1 < count) {
                energies[band[i] + 1] += magnitude - falling;
            }
        }
        return true;
    }
}
