package dev.lithe.operators.reduction;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// REDUCE_PROD: the product over dimensions. Unquantized integers wrap; the product of nothing is 1.
///
/// Quantized, the output's scale is shared out: each of `n` factors is rescaled by `inputScale / outputScale^(1/n)`, so
/// that the running product stays within 32 bits.
public record ReduceProd(boolean keepDims) implements ReductionOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL
    };
    public static final Definition<ReduceProd> DEFINITION = Definition.of(ReduceProd.class, BuiltinOperator.REDUCE_PROD)
            .options(node -> new ReduceProd(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", TYPES), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.INT16, 2))
            .runtime(1, "1.11.0")
            .runtime(2, "2.6.0")
            .reference(ReduceProd::prepare);

    private static Kernel prepare(ReduceProd op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        boolean quantized = setup.input(0).quantization().isPresent();
        return switch (type) {
            case INT8, INT16 -> quantized ? quantized(op, setup) : Reduction.kernel(op.keepDims, setup, Products::of);
            case UINT8 -> {
                if (quantized) {
                    throw KernelTypes.unsupported("REDUCE_PROD", type);
                }
                yield Reduction.kernel(op.keepDims, setup, Products::of);
            }
            case FLOAT32, INT32, INT64, BOOL -> Reduction.kernel(op.keepDims, setup, Products::of);
            default -> throw KernelTypes.unsupported("REDUCE_PROD", type);
        };
    }

    private static Kernel quantized(ReduceProd op, KernelSetup setup) {
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        return Reduction.kernel(op.keepDims, setup, (reduction, x, y) -> {
            long factors = Math.max(1, reduction.count());
            Multiplier multiplier =
                    Multiplier.of((double) input.scale() / Math.pow(output.scale(), 1.0 / (int) factors));
            int[] products = Products.rescaled(reduction, x, y.elementCount(), input.zeroPoint(), multiplier);
            for (int i = 0; i < products.length; i++) {
                // The product of nothing is 1, of which fixed point knows nothing.
                int value = reduction.count() == 0
                        ? Rounding.truncated(Rounding.halfAway(1 / output.scale()))
                        : multiplier.apply((long) products[i]);
                store(y, i, value, output.zeroPoint());
            }
        });
    }

    private static void store(Tensor y, int index, int value, int zeroPoint) {
        int clamped =
                Rounding.clamp(value + zeroPoint, FusedActivation.minOf(y.type()), FusedActivation.maxOf(y.type()));
        if (y.type() == TensorType.INT16) {
            y.shorts()[index] = (short) clamped;
        } else {
            y.bytes()[index] = (byte) clamped;
        }
    }
}
