package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.SameShape;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;

/// NumericVerify, which TensorFlow's quantization debugger puts behind operators: what a quantized tensor stands for
/// less the floats in input 1. With `log_if_failed` and a `tolerance` of 0.1 or more, a difference of more than
/// `tolerance` steps is an error.
///
/// (Of a constant tensor LiteRT computes the difference once and never again, whatever becomes of the floats.)
final class NumericVerify implements CustomKernel {
    private static final float SMALLEST_CHECKED = 0.1f;

    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        return SameShape.infer(context);
    }

    @Override
    public Kernel prepare(Bytes bytes, KernelSetup setup) {
        CustomOptions options = CustomOptions.of(bytes);
        TensorType type = setup.input(0).type();
        boolean taken = switch (type) {
            case INT8, UINT8, INT16 -> setup.input(0).quantization().scales().size() > 0;
            case FLOAT16 -> true;
            default -> false;
        };
        if (!taken
                || setup.input(1).type() != TensorType.FLOAT32
                || setup.output(0).type() != TensorType.FLOAT32) {
            throw new IllegalArgumentException("takes quantized numbers or FLOAT16, and FLOAT32, not " + type + " and "
                    + setup.input(1).type());
        }
        float tolerance = options.real("tolerance");
        boolean checked = options.flag("log_if_failed") && tolerance >= SMALLEST_CHECKED;
        float limit = !checked || type == TensorType.FLOAT16
                ? Float.POSITIVE_INFINITY
                : tolerance * setup.input(0).quantization().scale();
        return context -> run(context, limit);
    }

    private static void run(KernelContext context, float limit) {
        Tensor y = context.output(0);
        QuantizationMath.dequantizeInto(context.input(0), y);
        float[] floats = context.input(1).floats();
        float[] differences = y.floats();
        for (int i = 0, n = y.elementCount(); i < n; i++) {
            float value = differences[i];
            differences[i] = value - floats[i];
            if (Math.abs(differences[i]) > limit) {
                throw new IllegalArgumentException("element " + i + " stands for " + value + ", which differs from "
                        + floats[i] + " by more than " + limit);
            }
        }
    }
}
