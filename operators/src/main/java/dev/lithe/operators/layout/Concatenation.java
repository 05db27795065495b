package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CONCATENATION: tensors behind one another along a dimension. INT8 and INT16 tensors share their quantization and are
/// copied; UINT8 inputs with another quantization than the output are rescaled, in float as LiteRT does it.
///
/// @param activation has to be NONE: LiteRT's kernels refuse any other
public record Concatenation(int axis, ActivationFunctionType activation) implements LayoutOperator {
    public static final Definition<Concatenation> DEFINITION = Definition.of(
                    Concatenation.class, BuiltinOperator.CONCATENATION)
            .options(
                    node -> {
                        ConcatenationOptions options =
                                node.options().as(ConcatenationOptions.class, ConcatenationOptions.DEFAULT);
                        return new Concatenation(options.axis(), options.fusedActivationFunction());
                    },
                    op -> Options.of(new ConcatenationOptions(op.axis, op.activation)))
            .inputs(Operand.any("x").asVariadic())
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(op.shape(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node.input(0).type()))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.14.0")
            .runtime(5, "2.21.0")
            .reference(Concatenation::prepare);

    private static int version(TensorType type) {
        return type == TensorType.INT4
                ? 5
                : TypeVersion.of(type, TensorType.UINT32, 4, TensorType.INT16, 3, TensorType.INT8, 2);
    }

    private Shape shape(ShapeContext context) {
        if (activation != ActivationFunctionType.NONE) {
            throw new ShapeException("CONCATENATION takes no fused activation, it has " + activation);
        }
        Shape first = context.input(0);
        int dimension = ShapeValues.axis(axis, first.rank());
        int[] sizes = first.toArray();
        for (int i = 1; i < context.inputCount(); i++) {
            Shape next = context.input(i);
            if (next.rank() != sizes.length) {
                throw new ShapeException(next + " and " + first + " have different ranks");
            }
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = d == dimension
                        ? sum(sizes[d], next.dimension(d))
                        : common(sizes[d], next.dimension(d), first, next);
            }
        }
        return Shape.of(sizes);
    }

    private static int sum(int a, int b) {
        return a == Shape.UNKNOWN || b == Shape.UNKNOWN ? Shape.UNKNOWN : Math.addExact(a, b);
    }

    private static int common(int a, int b, Shape first, Shape next) {
        if (a != b && a != Shape.UNKNOWN && b != Shape.UNKNOWN) {
            throw new ShapeException(first + " and " + next + " differ outside of the concatenated dimension");
        }
        return a == Shape.UNKNOWN ? b : a;
    }

    private static Kernel prepare(Concatenation op, KernelSetup setup) {
        int inputs = setup.inputCount();
        QuantizationParameters output = setup.output(0).quantization();
        @Nullable
        QuantizationParameters[] rescaled = new QuantizationParameters[inputs]; // null where inputs are copied
        for (int i = 0; i < inputs; i++) {
            QuantizationParameters input = setup.input(i).quantization();
            if (setup.output(0).type() == TensorType.UINT8 && output.isPresent() && !input.sameMapping(output)) {
                rescaled[i] = input;
            }
        }
        return context -> {
            Tensor y = context.output(0);
            int axis = ShapeValues.axis(op.axis, y.shape().rank());
            int outer = y.shape().flatSize(0, axis);
            int row = y.shape().flatSize(axis, y.shape().rank());
            int start = 0;
            for (int i = 0; i < inputs; i++) {
                Tensor x = context.input(i);
                int length = x.shape().flatSize(axis, x.shape().rank());
                QuantizationParameters input = rescaled[i];
                for (int o = 0; o < outer; o++) {
                    if (input != null) {
                        rescale(x, o * length, input, y, o * row + start, length, output);
                    } else {
                        ElementCopy.run(x, o * length, y, o * row + start, length);
                    }
                }
                start += length;
            }
        };
    }

    private static void rescale(
            Tensor x,
            int from,
            QuantizationParameters input,
            Tensor y,
            int to,
            int length,
            QuantizationParameters output) {
        float scale = input.scale() * (1.0f / output.scale());
        float bias = -input.zeroPoint() * scale;
        for (int i = 0; i < length; i++) {
            float value = Byte.toUnsignedInt(x.bytes()[from + i]) * scale + bias;
            int stored = (int) Rounding.halfAway(value) + output.zeroPoint();
            y.bytes()[to + i] = (byte) Rounding.clamp(stored, 0, 255);
        }
    }
}
