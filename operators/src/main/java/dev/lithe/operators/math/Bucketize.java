package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BucketizeOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Floats;
import dev.lithe.schema.TensorType;

/// BUCKETIZE: how many of the boundaries, which ascend, are at most the element. Integers are compared as floats.
public record Bucketize(Floats boundaries) implements MathOperator {
    public static final Definition<Bucketize> DEFINITION = Definition.of(Bucketize.class, BuiltinOperator.BUCKETIZE)
            .options(
                    node -> new Bucketize(node.options()
                            .as(BucketizeOptions.class, BucketizeOptions.DEFAULT)
                            .boundaries()),
                    op -> Options.of(new BucketizeOptions(op.boundaries)))
            .inputs(Operand.of("x", TensorType.FLOAT32, TensorType.FLOAT64, TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TensorType.INT32))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.8.0")
            .reference((op, setup) -> op.prepare());

    private Kernel prepare() {
        float[] ascending = boundaries.toArray();
        for (int i = 1; i < ascending.length; i++) {
            if (ascending[i] < ascending[i - 1]) {
                throw new IllegalArgumentException("boundary " + i + " is " + ascending[i] + ", below the one before");
            }
        }
        return context -> run(context, ascending);
    }

    private static void run(KernelContext context, float[] boundaries) {
        Tensor x = context.input(0);
        int[] y = context.output(0).ints();
        for (int i = 0, n = x.elementCount(); i < n; i++) {
            double value = switch (x.array()) {
                case float[] a -> a[i];
                case double[] a -> a[i];
                case int[] a -> (float) a[i];
                case long[] a -> (float) a[i];
                default -> throw KernelTypes.unsupported("BUCKETIZE", x.type());
            };
            y[i] = bucket(boundaries, value);
        }
    }

    /// The place of the first boundary above `value`. NaN is below none.
    private static int bucket(float[] boundaries, double value) {
        int from = 0;
        int to = boundaries.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (value < boundaries[middle]) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
