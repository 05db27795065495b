package dev.lithe.operators.quantization;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FakeQuantOptions;
import dev.lithe.schema.TensorType;

/// FAKE_QUANT: floats rounded to what integers of `bits` bits over a range can stand for. The range is moved a little,
/// so that 0 is among them. Narrow ranges, which are meant for weights, LiteRT does not run.
///
/// @param min the lower end of the range, 0 or below
/// @param max its upper end, 0 or above, and above `min`
public record FakeQuant(float min, float max, int bits, boolean narrow) implements QuantizationOperator {
    private static final int MOST_BITS = 16;
    public static final Definition<FakeQuant> DEFINITION = Definition.of(FakeQuant.class, BuiltinOperator.FAKE_QUANT)
            .options(
                    node -> of(node.options().as(FakeQuantOptions.class, FakeQuantOptions.DEFAULT)),
                    op -> Options.of(new FakeQuantOptions(op.min, op.max, op.bits, op.narrow)))
            .inputs(Operand.of("x", TensorType.FLOAT32))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> op.narrow ? 2 : 1)
            .runtime(1, "1.5.0")
            .runtime(2, "1.10.0")
            .reference((op, setup) -> op.prepare());

    private static FakeQuant of(FakeQuantOptions options) {
        return new FakeQuant(options.min(), options.max(), options.numBits(), options.narrowRange());
    }

    private Kernel prepare() {
        if (narrow) {
            throw new IllegalArgumentException("a narrow range is for weights: it can't be run");
        }
        if (bits < 1 || bits > MOST_BITS || !(min <= 0 && max >= 0 && min < max) || Float.isInfinite(max - min)) {
            throw new IllegalArgumentException(bits + " bits from " + min + " to " + max);
        }
        float largest = (1 << bits) - 1;
        float scale = (max - min) / largest;
        float exact = -min / scale;
        int zeroPoint = (int) Math.min(Rounding.halfAway(exact), largest);
        float low = -zeroPoint * scale;
        float high = (largest - zeroPoint) * scale;
        float inverse = 1 / scale;
        return Unary.floats(x -> {
            // As std::max and std::min choose: NaN becomes the lower end.
            float above = low < x ? x : low;
            float clamped = above < high ? above : high;
            return (float) Rounding.halfAway((clamped - low) * inverse) * scale + low;
        });
    }
}
