package dev.lithe.datasets;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;

/// Real numbers to and from a model's integer inputs and outputs, with the arithmetic of LiteRT's QUANTIZE and
/// DEQUANTIZE operators: a model with a float edge and one with an integer edge see the same integers.
public final class EdgeQuantization {
    private EdgeQuantization() {}

    /// Whether [#toType] can give tensors of `type`: 8-bit and 16-bit integers and int32, with one scale.
    public static boolean canQuantizeTo(TensorType type, QuantizationParameters parameters) {
        boolean integer = type == TensorType.INT8
                || type == TensorType.UINT8
                || type == TensorType.INT16
                || type == TensorType.INT32;
        return integer && parameters.scales().size() == 1;
    }

    /// `tensor` (FLOAT32) stored as `type`: `clamp(round(x / scale) + zeroPoint)`, divided in float32, halves
    /// rounded away from zero.
    ///
    /// @throws IllegalArgumentException where [#canQuantizeTo] is false
    public static Tensor toType(Tensor tensor, TensorType type, QuantizationParameters parameters) {
        if (!canQuantizeTo(type, parameters)) {
            throw new IllegalArgumentException("float values are not quantized to " + type + " with "
                    + parameters.scales().size() + " scales");
        }
        Tensor quantized = Tensor.allocate(type, tensor.shape(), parameters);
        float[] source = tensor.floats();
        float scale = parameters.scale();
        int zeroPoint = parameters.zeroPoint();
        int count = tensor.elementCount();
        switch (type) {
            case INT8 -> {
                for (int i = 0; i < count; i++) {
                    quantized.bytes()[i] = (byte) quantize(source[i], scale, zeroPoint, -128, 127);
                }
            }
            case UINT8 -> {
                for (int i = 0; i < count; i++) {
                    quantized.bytes()[i] = (byte) quantize(source[i], scale, zeroPoint, 0, 255);
                }
            }
            case INT16 -> {
                for (int i = 0; i < count; i++) {
                    quantized.shorts()[i] = (short) quantize(source[i], scale, zeroPoint, -32768, 32767);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    quantized.ints()[i] = quantize(source[i], scale, zeroPoint, Integer.MIN_VALUE, Integer.MAX_VALUE);
                }
            }
        }
        return quantized;
    }

    /// The real numbers that `tensor` stands for, as FLOAT32: `scale * (stored − zeroPoint)` where it is
    /// quantized, otherwise its elements widened or narrowed to float32.
    ///
    /// @throws IllegalArgumentException for strings, complex numbers and per-channel parameters
    public static Tensor toFloat(Tensor tensor) {
        QuantizationParameters parameters = tensor.quantization();
        if (tensor.type() == TensorType.FLOAT32) {
            return tensor;
        }
        if (parameters.isPerChannel()
                || Tensor.unitsPerElement(tensor.type()) != 1
                || tensor.type() == TensorType.STRING) {
            throw new IllegalArgumentException(tensor + " has no plain real values");
        }
        boolean quantized = parameters.scales().size() == 1;
        float[] values = new float[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            double stored = tensor.elementAsDouble(i);
            values[i] = quantized ? parameters.scale() * (float) (stored - parameters.zeroPoint()) : (float) stored;
        }
        return Tensor.of(tensor.shape(), values);
    }

    private static int quantize(float value, float scale, int zeroPoint, int lowest, int highest) {
        double exact = value / scale;
        double rounded = exact < 0 ? Math.ceil(exact - 0.5) : Math.floor(exact + 0.5);
        return (int) Math.clamp(rounded + zeroPoint, (double) lowest, (double) highest);
    }
}
