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

/// SUM over dimensions. Floats are added in input order, unquantized integers wrap, of booleans it says whether one is
/// true.
///
/// LiteRT 2.21's reference kernel reads INT8 and INT16 as if they were UINT8, so that its answers have nothing to do
/// with the sum. Here they are read as what they are, with the arithmetic that the same kernel has for UINT8 (equal
/// there, bit for bit); LiteRT's default kernel, which rescales in float, differs from it by one step at most.
public record Sum(boolean keepDims) implements ReductionOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL
    };
    public static final Definition<Sum> DEFINITION = Definition.of(Sum.class, BuiltinOperator.SUM)
            .options(node -> new Sum(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", TYPES), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.10.0")
            .runtime(2, "1.15.0")
            .reference(Sum::prepare);

    private static Kernel prepare(Sum op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Reduction.kernel(op.keepDims, setup, Sum::floats);
            case INT32, INT64 -> Reduction.kernel(op.keepDims, setup, Sum::integers);
            case BOOL -> Quantifiers.kernel(op.keepDims, setup, false);
            case INT8, UINT8, INT16 -> quantized(op, setup);
            default -> throw KernelTypes.unsupported("SUM", type);
        };
    }

    private static void floats(Reduction reduction, Tensor x, Tensor y) {
        Arrays.fill(y.floats(), 0, y.elementCount(), 0);
        Sums.floats(reduction, x.floats(), y.floats());
    }

    private static void integers(Reduction reduction, Tensor x, Tensor y) {
        long[] sums = Sums.longs(reduction, x, y.elementCount());
        for (int i = 0; i < sums.length; i++) {
            if (y.type() == TensorType.INT32) {
                y.ints()[i] = (int) sums[i];
            } else {
                y.longs()[i] = sums[i];
            }
        }
    }

    private static Kernel quantized(Sum op, KernelSetup setup) {
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        Multiplier rescale = Multiplier.of((double) input.scale() / (double) output.scale());
        return Reduction.kernel(
                op.keepDims,
                setup,
                (reduction, x, y) -> Sums.rescaled(reduction, x, y, input.zeroPoint(), rescale, output.zeroPoint()));
    }
}
