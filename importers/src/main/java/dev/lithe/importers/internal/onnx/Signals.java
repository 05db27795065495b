package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// Fourier transforms, as products with the matrix of their cosines and sines, and the tables that go with them.
final class Signals {
    /// Rows of a transform's matrix.
    private static final int MOST = 4096;

    private Signals() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("DFT", Signals::dft),
                entry("STFT", Signals::stft),
                entry("MelWeightMatrix", Signals::mel),
                entry("HannWindow", c -> window(c, x -> 0.5 - 0.5 * Math.cos(x))),
                entry("HammingWindow", c -> window(c, x -> 25.0 / 46 - 21.0 / 46 * Math.cos(x))),
                entry("BlackmanWindow", c -> window(c, x -> 0.42 - 0.5 * Math.cos(x) + 0.08 * Math.cos(2 * x))));
    }

    /// `function` of the angles of one turn.
    private static List<Laid> window(Call call, DoubleUnaryOperator function) {
        int size = call.integer(0, "size");
        if (size < 0 || size > Numbers.LIMIT) {
            throw new NotLowerable("its size is " + size);
        }
        double turn = call.node().flag("periodic", true) ? size : size - 1.0;
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) function.applyAsDouble(2 * Math.PI * i / turn);
        }
        Formula f = Formula.of(call);
        Laid table = f.reals(Shape.of(size), values);
        return Call.one(f.cast(table, Sources.type((int) call.node().integer("output_datatype", 1))));
    }

    // ---- transforms

    /// The matrix of a transform of `inputs` elements, [inputs * parts, 2 * outputs]: for each output its real part,
    /// then its imaginary part.
    ///
    /// @param parts 2 where the inputs are complex, their real and imaginary parts in turn
    private static float[] matrix(int length, int inputs, int outputs, int parts, boolean inverse, float[] weights) {
        if (length < 1 || length > MOST || 2L * inputs * parts * outputs > 8L * Numbers.LIMIT) {
            throw new NotLowerable("it transforms " + length + " elements, at most " + MOST + " are supported");
        }
        float[] matrix = new float[inputs * parts * outputs * 2];
        for (int n = 0; n < inputs; n++) {
            for (int k = 0; k < outputs; k++) {
                double angle = 2 * Math.PI * ((long) n * k % length) / length;
                double factor = inverse ? 1.0 / length : weights.length == 0 ? 1 : weights[n];
                double cos = Math.cos(angle) * factor;
                double sin = (inverse ? 1 : -1) * Math.sin(angle) * factor;
                int row = n * parts * outputs * 2 + 2 * k;
                matrix[row] = (float) cos;
                matrix[row + 1] = (float) sin;
                if (parts == 2) {
                    matrix[row + 2 * outputs] = (float) -sin;
                    matrix[row + 2 * outputs + 1] = (float) cos;
                }
            }
        }
        return matrix;
    }

    private static List<Laid> dft(Call call) {
        Formula f = Formula.of(call);
        Laid x = call.input(0);
        boolean old = call.node().opset() < 20;
        long given = old ? call.node().integer("axis", 1) : call.has(2) ? call.integer(2, "axis") : -2;
        int axis = Call.axis(given, x.rank());
        boolean inverse = call.node().flag("inverse", false);
        boolean onesided = call.node().flag("onesided", false);
        int size = x.shape().dimension(axis);
        int length = call.has(1) ? call.integer(1, "length") : size;
        int parts = x.shape().dimension(-1);
        if (size < 1 || parts < 1 || parts > 2 || (inverse && onesided)) {
            throw new NotLowerable("it transforms the shape " + x.shape() + (onesided ? " from one side" : ""));
        }
        int used = Math.min(size, length);
        int outputs = onesided ? length / 2 + 1 : length;
        // The transformed dimension stands next to the parts.
        int[] order = new int[x.rank()];
        int at = 0;
        for (int d = 0; d < x.rank() - 1; d++) {
            if (d != axis) {
                order[at++] = d;
            }
        }
        order[at] = axis;
        order[at + 1] = x.rank() - 1;
        Laid turned = f.transpose(used == size ? x : f.slice(x, axis, 0, used), order);
        long[] flat = new long[x.rank() - 1];
        long[] whole = new long[x.rank()];
        for (int d = 0; d < flat.length - 1; d++) {
            flat[d] = 0;
            whole[d] = 0;
        }
        flat[flat.length - 1] = (long) used * parts;
        whole[flat.length - 1] = outputs;
        whole[flat.length] = 2;
        Laid matrix = f.reals(
                Shape.of(used * parts, 2 * outputs), matrix(length, used, outputs, parts, inverse, new float[0]));
        Laid result = f.reshape(f.matMul(f.reshape(turned, flat), matrix), whole);
        return Call.one(f.transpose(result, Orders.inverse(order)));
    }

    /// A convolution whose filters are the transform's rows, times the window.
    private static List<Laid> stft(Call call) {
        Formula f = Formula.of(call);
        Laid x = call.input(0);
        int step = call.integer(1, "step");
        float[] window = call.has(2) ? call.floats(2, "window") : new float[0];
        int length = call.has(3) ? call.integer(3, "length") : window.length;
        if (x.rank() == 3 && x.shape().dimension(2) != 1) {
            throw new NotLowerable("its signal is complex, which is not supported");
        }
        if (step < 1 || (window.length > 0 && window.length != length)) {
            throw new NotLowerable(
                    "its step is " + step + ", its window has " + window.length + " of " + length + " elements");
        }
        int outputs = call.node().flag("onesided", true) ? length / 2 + 1 : length;
        float[] matrix = matrix(length, length, outputs, 1, false, window);
        Laid rows = f.reals(Shape.of(length, 2 * outputs), matrix);
        Laid filters = f.op("Unsqueeze", f.transpose(rows, 1, 0), f.longs(1));
        Laid signal = f.op("Unsqueeze", x.rank() == 3 ? f.op("Squeeze", x, f.longs(2)) : x, f.longs(1));
        Laid frames =
                f.transpose(f.op("Conv", Formula.with().and("strides", new int[] {step}), signal, filters), 0, 2, 1);
        return Call.one(f.reshape(frames, 0, 0, outputs, 2));
    }

    // ---- mel

    /// Triangles over the bins of a spectrum, evenly spaced in mel.
    private static List<Laid> mel(Call call) {
        int bins = call.integer(0, "number of bins");
        int length = call.integer(1, "length");
        int rate = call.integer(2, "sample rate");
        if (bins < 1 || length < 1 || rate < 1 || (long) bins * length > Numbers.LIMIT * 4L) {
            throw new NotLowerable("it has " + bins + " bins of " + length + " elements");
        }
        int spectrum = length / 2 + 1;
        double low = mel(call.real(3, "lower edge"));
        double step = (mel(call.real(4, "upper edge")) - low) / (bins + 2);
        int[] edges = new int[bins + 2];
        for (int i = 0; i < edges.length; i++) {
            double hertz = 700 * (Math.pow(10, (low + i * step) / 2595) - 1);
            edges[i] = Math.clamp((long) Math.floor((length + 1) * hertz / rate), 0, spectrum - 1);
        }
        float[] table = new float[spectrum * bins];
        for (int i = 0; i < bins; i++) {
            for (int j = edges[i]; j <= edges[i + 1]; j++) {
                table[j * bins + i] = edges[i] == edges[i + 1] ? 1 : (j - edges[i]) / (float) (edges[i + 1] - edges[i]);
            }
            for (int j = edges[i + 1]; j < edges[i + 2]; j++) {
                table[j * bins + i] = (edges[i + 2] - j) / (float) (edges[i + 2] - edges[i + 1]);
            }
        }
        Formula f = Formula.of(call);
        Laid result = f.reals(Shape.of(spectrum, bins), table);
        return Call.one(f.cast(result, Sources.type((int) call.node().integer("output_datatype", 1))));
    }

    private static double mel(double hertz) {
        return 2595 * Math.log10(1 + hertz / 700);
    }
}
