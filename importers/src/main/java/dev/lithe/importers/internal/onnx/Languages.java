package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What onnxruntime's tools make of language models: embeddings that are normalized, products with weights of a few
/// bits.
final class Languages {
    private static final long EAGER_BYTES = 1 << 20;

    private Languages() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("com.microsoft::EmbedLayerNormalization", Languages::embed),
                entry("com.microsoft::MatMulNBits", Languages::packedProduct),
                entry("com.microsoft::FusedGemm", Languages::fusedGemm));
    }

    // ---- embeddings

    /// The sum of word, place and segment, normalized.
    private static List<Laid> embed(Call call) {
        Formula f = Formula.of(call);
        Laid words = rows(f, call.input(2), call.input(0));
        int length = call.shape(0).dimension(1);
        Laid places = call.input(3);
        if (call.has(8)) {
            places = rows(f, places, call.input(8));
        } else if (length < 0) {
            throw new NotLowerable("the length of its sequence is unknown; give the inputs fixed shapes");
        } else {
            places = f.slice(places, 0, 0, length);
        }
        Laid sum = f.add(words, places);
        if (call.has(1) && call.has(4)) {
            sum = f.add(sum, rows(f, call.input(4), call.input(1)));
        }
        Laid normalized = f.op(
                "LayerNormalization",
                Formula.with().and("epsilon", call.node().real("epsilon", 1e-12f)),
                sum,
                call.input(5),
                call.input(6));
        // The second result is the length of each row, by the mask.
        Laid lengths = call.has(7)
                ? f.cast(
                        f.op(
                                "ReduceSum",
                                Formula.with("keepdims", 0),
                                f.cast(call.input(7), TensorType.INT32),
                                f.longs(1)),
                        TensorType.INT32)
                : Laid.MISSING;
        return List.of(normalized, lengths, sum);
    }

    private static Laid rows(Formula f, Laid table, Laid indices) {
        return f.op("Gather", Formula.with("axis", 0), table, indices);
    }

    private static List<Laid> fusedGemm(Call call) {
        Formula f = Formula.of(call);
        Laid y = f.op("Gemm", Formula.with().and(call.node()), call.inputs().toArray(Laid[]::new));
        String activation = call.node().text("activation", "");
        return Call.one(
                switch (activation) {
                    case "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign" -> f.op(activation, y);
                    case "LeakyRelu" ->
                        f.op(activation, Formula.with().and("alpha", call.node().real("activation_alpha", 0.01f)), y);
                    default -> throw new NotLowerable("its activation '" + activation + "' is not known");
                });
    }

    // ---- weights of a few bits

    /// `A B'`, where the rows of B are blocks of numbers of 4 or 8 bits with a scale each.
    private static List<Laid> packedProduct(Call call) {
        int depth = Math.toIntExact(call.node().integer("K", 0));
        int rows = Math.toIntExact(call.node().integer("N", 0));
        int bits = Math.toIntExact(call.node().integer("bits", 4));
        int block = Math.toIntExact(call.node().integer("block_size", 32));
        if ((bits != 4 && bits != 8) || depth < 1 || rows < 1 || block < 1 || call.has(4)) {
            throw new NotLowerable("it has weights of " + bits + " bits, " + rows + " rows of " + depth
                    + (call.has(4) ? ", in an order of their own" : ""));
        }
        Value.Known packed = call.input(1).known();
        Value.Known scale = call.input(2).known();
        Value.Known zero = call.has(3) ? call.input(3).known() : null;
        int blocks = (depth + block - 1) / block;
        long bytes = (long) rows * blocks * ((long) block * bits / 8);
        if (packed == null
                || scale == null
                || (call.has(3) && zero == null)
                || packed.type() != TensorType.UINT8
                || packed.constant().byteSize() != bytes
                || scale.type() != TensorType.FLOAT32
                || scale.shape().elementCount() != (long) rows * blocks) {
            throw new NotLowerable(
                    "its weights and scales are no constants of " + rows + " rows of " + blocks + " blocks");
        }
        float[] scales = scale.tensor().floats();
        double[] zeros = zeros(zero, rows, blocks, bits);
        Shape shape = Shape.of(rows, depth);
        Constant.Derived lazy =
                new Constant.Derived("unpack", 4 * shape.elementCount(), List.of(packed.constant()), b -> {
                    float[] values = new float[rows * depth];
                    for (int i = 0; i < values.length; i++) {
                        int place = i % depth;
                        int group = i / depth * blocks + place / block;
                        long element = (long) group * block + place % block;
                        values[i] = (float) (element(b.getFirst(), element, bits) - zeros[group]) * scales[group];
                    }
                    return Bytes.of(Tensor.of(shape, values).toLittleEndian());
                });
        Constant constant = lazy.byteSize() <= EAGER_BYTES ? new Constant.Inline(lazy.bytes()) : lazy;
        Laid weights = Laid.plain(new Value.Known(call.graph().name(), TensorType.FLOAT32, shape, constant));
        Value bias = call.has(5) ? call.plain(5) : Value.ABSENT;
        return Call.one(MatMuls.dense(call.graph(), call.input(0), weights, true, bias));
    }

    private static int element(Bytes bytes, long index, int bits) {
        int whole = bytes.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, index * bits / 8) & 0xFF;
        return bits == 8 ? whole : (index % 2 == 0 ? whole & 0xF : whole >> 4);
    }

    private static double[] zeros(Value.@Nullable Known zero, int rows, int blocks, int bits) {
        double[] zeros = new double[rows * blocks];
        java.util.Arrays.fill(zeros, 1 << (bits - 1));
        if (zero == null) {
            return zeros;
        }
        if (zero.type() == TensorType.FLOAT32) {
            return Objects.requireNonNull(zero).tensor().toDoubles();
        }
        int width = (blocks * bits + 7) / 8;
        if (zero.type() != TensorType.UINT8 || zero.constant().byteSize() != (long) rows * width) {
            throw new NotLowerable("its zero points are " + zero.type() + zero.shape());
        }
        for (int i = 0; i < zeros.length; i++) {
            long first = (long) (i / blocks) * width * 8 / bits;
            zeros[i] = element(zero.constant().bytes(), first + i % blocks, bits);
        }
        return zeros;
    }
}
