package dev.lithe.operators.random;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RandomOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.SplittableRandom;

/// MULTINOMIAL: for each row of logarithms of weights, as many classes as input 1 says, each drawn with a probability
/// in proportion to its weight.
public record Multinomial(long seed, long seed2) implements RandomOperator {
    public static final Definition<Multinomial> DEFINITION = Definition.of(
                    Multinomial.class, BuiltinOperator.MULTINOMIAL)
            .options(
                    node -> of(node.options().as(RandomOptions.class, RandomOptions.DEFAULT)),
                    op -> Options.of(new RandomOptions(op.seed, op.seed2)))
            .inputs(Operand.of("logits", TensorType.FLOAT32), Operand.of("samples", TensorType.INT32))
            .outputs(Operand.of("classes", TensorType.INT32, TensorType.INT64))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.8.0")
            .reference((op, setup) -> op.prepare());

    private static Multinomial of(RandomOptions options) {
        return new Multinomial(options.seed(), options.seed2());
    }

    private static Shape infer(ShapeContext context) {
        Shape logits = context.input(0);
        Tensor samples = context.constant(1);
        if (logits.rank() != 2) {
            throw new ShapeException("takes [batch, classes], not " + logits);
        }
        return logits.withDimension(1, samples == null ? Shape.UNKNOWN : count(samples));
    }

    private static int count(Tensor samples) {
        int count = ShapeValues.single(samples);
        if (count < 0) {
            throw new ShapeException("can't draw " + count + " times");
        }
        return count;
    }

    private Kernel prepare() {
        Seeds seeds = new Seeds(seed, seed2);
        Object key = new Object();
        return context -> {
            Tensor logits = context.input(0);
            int samples = count(context.input(1));
            Tensor y = context.resize(0, logits.shape().withDimension(1, samples));
            SplittableRandom random = seeds.generator(context, key);
            int classes = logits.shape().dimension(1);
            for (int i = 0; i < y.elementCount(); i++) {
                int start = i / samples * classes;
                int drawn = draw(logits.floats(), start, classes, random);
                if (y.array() instanceof long[] longs) {
                    longs[i] = drawn;
                } else {
                    y.ints()[i] = drawn;
                }
            }
        };
    }

    private static int draw(float[] logits, int start, int classes, SplittableRandom random) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, Float.isFinite(logits[start + c]) ? logits[start + c] : largest);
        }
        double[] sums = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Float.isFinite(logits[start + c]) ? Math.exp(logits[start + c] - largest) : 0;
            sums[c] = sum;
        }
        double place = random.nextDouble() * sum;
        int drawn = 0;
        while (drawn < classes - 1 && sums[drawn] <= place) {
            drawn++;
        }
        return drawn;
    }
}
