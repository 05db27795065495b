package dev.lithe.datasets.internal;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Made-up samples: reals from -1 to 1, whole numbers 0 and 1 (which are valid ids nearly everywhere), the full
/// range of integers that stand for reals. [Random] is specified to the bit, so the same seed gives the same
/// samples everywhere.
public record RandomSource(int count, long seed) implements DataSource {
    private static final String NAME = "random";
    private static final int DEFAULT_COUNT = 100;
    private static final String FIX = "write random, or random:N with N of at least 1.";

    /// Whether DATA means random samples.
    public static boolean names(String data) {
        return data.equals(NAME) || data.startsWith(NAME + ":");
    }

    public static DataSource parse(String data, long seed) {
        if (data.equals(NAME)) {
            return of(DEFAULT_COUNT, seed);
        }
        try {
            return of(Integer.parseInt(data.substring(NAME.length() + 1)), seed);
        } catch (NumberFormatException e) {
            throw DataErrors.option("'" + data + "' has no number of samples", FIX);
        }
    }

    public static DataSource of(int count, long seed) {
        if (count < 1) {
            throw DataErrors.option(count + " random samples are none", FIX);
        }
        return new RandomSource(count, seed);
    }

    @Override
    public Dataset bind(List<SignatureSpec> signatures) {
        List<Dataset> parts = signatures.stream()
                .map(signature -> (Dataset) new Samples(signature, count, seed))
                .toList();
        return parts.size() == 1 ? parts.getFirst() : new UnionDataset(parts);
    }

    private record Samples(SignatureSpec signature, int count, long seed) implements Dataset {
        @Override
        public Iterator<Sample> samples() {
            return IntStream.range(0, count).mapToObj(this::sample).iterator();
        }

        private Sample sample(int index) {
            Random random = new Random(seed * 1_000_003 + index);
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (InputSpec input : signature.inputs()) {
                inputs.put(input.name(), tensor(input, random));
            }
            return new Sample(signature.key(), inputs, null, NAME + "[" + index + "]");
        }

        @Override
        public String digest() {
            return new Digest().text(NAME).text(count + " " + seed).finish();
        }

        @Override
        public long size() {
            return count;
        }

        @Override
        public List<String> warnings() {
            return List.of(
                    "RANDOM DATA: good for measuring size and latency only. Ranges and accuracy that come from it "
                            + "mean nothing; give real samples before you use the model.");
        }
    }

    private static Tensor tensor(InputSpec input, Random random) {
        Shape shape = input.declaredShape().withUnknown(1);
        TensorType type = input.type();
        try {
            if (EdgeQuantization.canQuantizeTo(type, input.quantization())) {
                return EdgeQuantization.toType(spread(input, shape, random), type, input.quantization());
            }
            Tensor tensor = Tensor.allocate(type, shape, input.quantization());
            int length = Math.multiplyExact(tensor.elementCount(), Tensor.unitsPerElement(type));
            fill(tensor.array(), type, length, random);
            return tensor;
        } catch (ArithmeticException | OutOfMemoryError e) {
            throw tooLarge(input, shape);
        }
    }

    private static DatasetException tooLarge(InputSpec input, Shape shape) {
        return DataErrors.notRead(
                NAME,
                "input '" + input.name() + "' of shape " + shape + " is too large",
                "check the model's input shape.");
    }

    /// Reals over what the quantization can store.
    private static Tensor spread(InputSpec input, Shape shape, Random random) {
        QuantizationParameters parameters = input.quantization();
        int bits = 8 * Tensor.unitBytes(input.type());
        double low = input.type() == TensorType.UINT8 ? 0 : -Math.scalb(1.0, bits - 1);
        float[] values = new float[shape.flatSize()];
        for (int i = 0; i < values.length; i++) {
            double stored = low + random.nextDouble() * Math.scalb(1.0, bits);
            values[i] = (float) ((stored - parameters.zeroPoint()) * parameters.scale());
        }
        return Tensor.of(shape, values);
    }

    private static void fill(Object array, TensorType type, int length, Random random) {
        for (int i = 0; i < length; i++) {
            switch (array) {
                case float[] a -> a[i] = random.nextFloat() * 2 - 1;
                case double[] a -> a[i] = random.nextDouble() * 2 - 1;
                case byte[] a -> a[i] = (byte) random.nextInt(2);
                case short[] a -> a[i] = (short) shortBits(type, random);
                case int[] a -> a[i] = random.nextInt(2);
                case long[] a -> a[i] = random.nextInt(2);
                case byte[][] a -> a[i] = Integer.toString(random.nextInt(2)).getBytes(StandardCharsets.US_ASCII);
                default -> throw new IllegalStateException("no tensor is held in " + array.getClass());
            }
        }
    }

    private static int shortBits(TensorType type, Random random) {
        return switch (type) {
            case FLOAT16 -> Float.floatToFloat16(random.nextFloat() * 2 - 1);
            case BFLOAT16 -> Float.floatToIntBits(random.nextFloat() * 2 - 1) >>> 16;
            default -> random.nextInt(2);
        };
    }
}
