package dev.lithe.importers.internal.onnx;

import dev.lithe.schema.TensorType;
import java.util.Optional;

/// ONNX's element types, by the number that files give them.
final class OnnxTypes {
    static final int STRING = 8;
    /// From this number on types take less than a byte, or are floats of one byte.
    static final int PACKED = 17;

    private OnnxTypes() {}

    /// How the bytes of such a tensor are to be read; empty for types that there are not.
    static Optional<TensorType> stored(int dataType) {
        return Optional.ofNullable(
                switch (dataType) {
                    case 1 -> TensorType.FLOAT32;
                    case 2 -> TensorType.UINT8;
                    case 3 -> TensorType.INT8;
                    case 4 -> TensorType.UINT16;
                    case 5 -> TensorType.INT16;
                    case 6 -> TensorType.INT32;
                    case 7 -> TensorType.INT64;
                    case STRING -> TensorType.STRING;
                    case 9 -> TensorType.BOOL;
                    case 10 -> TensorType.FLOAT16;
                    case 11 -> TensorType.FLOAT64;
                    case 12 -> TensorType.UINT32;
                    case 13 -> TensorType.UINT64;
                    case 14 -> TensorType.COMPLEX64;
                    case 15 -> TensorType.COMPLEX128;
                    case 16 -> TensorType.BFLOAT16;
                    case 21 -> TensorType.UINT4;
                    case 22 -> TensorType.INT4;
                    default -> null;
                });
    }

    /// The type to compute in: LiteRT's float operators are single-precision, so half and double
    /// precision become that; packed integers become bytes.
    static TensorType computed(TensorType stored) {
        return switch (stored) {
            case FLOAT16, BFLOAT16, FLOAT64 -> TensorType.FLOAT32;
            case INT4 -> TensorType.INT8;
            case UINT4 -> TensorType.UINT8;
            default -> stored;
        };
    }

    /// The type to compute in for elements of `dataType`.
    static Optional<TensorType> computed(int dataType) {
        return stored(dataType).map(OnnxTypes::computed);
    }
}
