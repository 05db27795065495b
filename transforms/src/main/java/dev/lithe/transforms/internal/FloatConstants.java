package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Arithmetic on float constants. Small results are computed at once, large ones whenever they are
/// needed, so that a model of any size is rewritten in little memory.
final class FloatConstants {
    private static final long EAGER_BYTES = 1 << 20;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FloatConstants() {}

    static float[] values(TensorSpec spec) {
        return floats(constant(spec).bytes());
    }

    static Constant constant(TensorSpec spec) {
        return Objects.requireNonNull(spec.constant(), spec.name());
    }

    private static float[] floats(Bytes bytes) {
        return bytes.segment().toArray(FLOAT);
    }

    /// A constant tensor called `name` whose `count(shape)` elements `function` computes from those
    /// of `sources`.
    static TensorSpec compute(
            String what,
            String name,
            Shape shape,
            List<TensorSpec> sources,
            Function<List<float[]>, float[]> function) {
        Constant.Derived lazy = new Constant.Derived(
                what,
                4 * shape.elementCount(),
                sources.stream().map(FloatConstants::constant).toList(),
                bytes -> pack(
                        shape,
                        function.apply(
                                bytes.stream().map(FloatConstants::floats).toList())));
        return of(name, TensorType.FLOAT32, shape, lazy);
    }

    /// A constant tensor; a small derived value is computed now.
    static TensorSpec of(String name, TensorType type, Shape shape, Constant.Derived value) {
        Constant constant = value.byteSize() <= EAGER_BYTES ? new Constant.Inline(value.bytes()) : value;
        return TensorSpec.of(TensorId.NONE, name, type, shape).withConstant(constant);
    }

    private static Bytes pack(Shape shape, float[] values) {
        return Tensor.wrap(TensorType.FLOAT32, shape, QuantizationParameters.NONE, values)
                .toBytes();
    }

    /// Whether a constant of shape `shape` gives one number per channel, or one for all, when it
    /// meets a tensor whose last dimension is `channels`.
    static boolean isPerChannel(Shape shape, int channels) {
        long count = shape.elementCount();
        return count == 1 || (count == channels && shape.dimension(-1) == channels);
    }

    /// The number for channel `channel` of a constant that [#isPerChannel(Shape, int)] holds for.
    static float at(float[] values, int channel) {
        return values.length == 1 ? values[0] : values[channel];
    }
}
