package dev.lithe.operators.text;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LSHProjectionOptions;
import dev.lithe.schema.LSHProjectionType;
import dev.lithe.schema.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// LSH_PROJECTION: locality-sensitive hashing. Every seed in input 0, `[functions, bits]`, gives one bit: the sign of
/// the sum over the rows of input 1 of their fingerprints with the seed, weighted by input 2. The bits come out one by
/// one (dense), or those of a function as a number, each function in a range of its own (sparse).
public record LshProjection(LSHProjectionType kind) implements TextOperator {
    private static final int MOST_BITS = 32;
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL
    };
    public static final Definition<LshProjection> DEFINITION = Definition.of(
                    LshProjection.class, BuiltinOperator.LSH_PROJECTION)
            .options(
                    node -> new LshProjection(node.options()
                            .as(LSHProjectionOptions.class, LSHProjectionOptions.DEFAULT)
                            .type()),
                    op -> Options.of(new LSHProjectionOptions(op.kind)))
            .inputs(
                    Operand.of("seeds", TensorType.FLOAT32),
                    Operand.of("rows", TYPES),
                    Operand.of("weights", TensorType.FLOAT32).asOptional())
            .outputs(Operand.of("hashes", TensorType.INT32))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> op.prepare());

    private Shape infer(ShapeContext context) {
        Shape seeds = context.input(0);
        Shape rows = context.input(1);
        if (seeds.rank() != 2 || seeds.dimension(1) > MOST_BITS || rows.rank() < 1 || rows.dimension(0) == 0) {
            throw new ShapeException("seeds " + seeds + " (up to " + MOST_BITS + " bits) for rows " + rows);
        }
        if (context.hasInput(2)) {
            Shape weights = context.input(2);
            boolean known = weights.isKnown() && rows.dimension(0) != Shape.UNKNOWN;
            if (weights.rank() != 1 || known && weights.dimension(0) != rows.dimension(0)) {
                throw new ShapeException("weights " + weights + " for rows " + rows);
            }
        }
        return switch (kind) {
            case SPARSE -> Shape.of(seeds.dimension(0));
            case DENSE -> Shape.of(seeds.isKnown() ? seeds.flatSize() : Shape.UNKNOWN);
            case UNKNOWN -> throw new ShapeException("it is not given whether hashes are sparse or dense");
        };
    }

    private Kernel prepare() {
        return this::run;
    }

    private void run(KernelContext context) {
        Tensor seeds = context.input(0);
        Tensor rows = context.input(1);
        byte[] content = rows.toLittleEndian();
        int count = rows.shape().dimension(0);
        int width = content.length / count;
        ByteBuffer key = ByteBuffer.allocate(Float.BYTES + width).order(ByteOrder.LITTLE_ENDIAN);
        int[] hashes = context.output(0).ints();
        int bits = seeds.shape().dimension(1);
        for (int function = 0; function < seeds.shape().dimension(0); function++) {
            int signature = 0;
            for (int bit = 0; bit < bits; bit++) {
                int at = function * bits + bit;
                key.putFloat(0, seeds.floats()[at]);
                double score = 0;
                for (int row = 0; row < count; row++) {
                    key.put(Float.BYTES, content, row * width, width);
                    double value = Fingerprint.of(key.array());
                    score += context.hasInput(2) ? context.input(2).floats()[row] * value : value;
                }
                int sign = score > 0 ? 1 : 0;
                signature = signature << 1 | sign;
                if (kind == LSHProjectionType.DENSE) {
                    hashes[at] = sign;
                }
            }
            if (kind == LSHProjectionType.SPARSE) {
                hashes[function] = signature + function * (1 << bits);
            }
        }
    }
}
