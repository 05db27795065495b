package dev.lithe.operators.reduction;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// MEAN: the average over dimensions. Floats are summed in input order, then divided; unquantized integers are divided
/// towards zero. The mean of nothing is NaN, or 0 in integers.
public record Mean(boolean keepDims) implements ReductionOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<Mean> DEFINITION = Definition.of(Mean.class, BuiltinOperator.MEAN)
            .options(node -> new Mean(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", TYPES), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.4.0")
            .reference(Mean::prepare);

    private static Kernel prepare(Mean op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Reduction.kernel(op.keepDims, setup, Mean::floats);
            case INT32, INT64 -> Reduction.kernel(op.keepDims, setup, Mean::integers);
            case INT8, UINT8, INT16 -> quantized(op, setup);
            default -> throw KernelTypes.unsupported("MEAN", type);
        };
    }

    private static void floats(Reduction reduction, Tensor x, Tensor y) {
        float[] means = y.floats();
        int outputs = y.elementCount();
        Arrays.fill(means, 0, outputs, 0);
        Sums.floats(reduction, x.floats(), means);
        float count = reduction.count();
        for (int i = 0; i < outputs; i++) {
            means[i] /= count; // 0/0: the mean of nothing is NaN
        }
    }

    private static void integers(Reduction reduction, Tensor x, Tensor y) {
        long[] sums = Sums.longs(reduction, x, y.elementCount());
        long count = Math.max(1, reduction.count());
        for (int i = 0; i < sums.length; i++) {
            if (y.type() == TensorType.INT32) {
                y.ints()[i] = (int) (sums[i] / count);
            } else {
                y.longs()[i] = sums[i] / count;
            }
        }
    }

    private static Kernel quantized(Mean op, KernelSetup setup) {
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        Multiplier rescale = Multiplier.of((double) input.scale() / (double) output.scale());
        return Reduction.kernel(op.keepDims, setup, (reduction, x, y) -> {
            long count = reduction.count();
            Multiplier mean = count == 0 ? rescale : dividedBy(count, rescale);
            Sums.rescaled(reduction, x, y, input.zeroPoint(), mean, output.zeroPoint());
        });
    }

    /// Folds `1 / count` into a multiplier, keeping as many bits as fit.
    private static Multiplier dividedBy(long count, Multiplier multiplier) {
        int shift = Math.min(63 - Long.numberOfLeadingZeros(count), Math.min(32, 31 + multiplier.shift()));
        return new Multiplier((int) (((long) multiplier.value() << shift) / count), multiplier.shift() - shift);
    }
}
