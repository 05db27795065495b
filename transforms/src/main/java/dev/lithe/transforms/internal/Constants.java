package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;

/// Constants of any type.
final class Constants {
    private Constants() {}

    /// The unpacked value of a constant tensor.
    static Tensor tensor(TensorSpec spec) {
        return Tensor.fromLittleEndian(
                spec.type(),
                spec.shape(),
                spec.quantization(),
                FloatConstants.constant(spec).bytes().segment());
    }

    /// A new vector of INT32.
    static TensorSpec ints(String name, int... values) {
        Tensor tensor = Tensor.of(Shape.of(values.length), values);
        return TensorSpec.of(TensorId.NONE, name, TensorType.INT32, tensor.shape())
                .withConstant(Constant.of(tensor.toLittleEndian()));
    }
}
