package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.TensorType;
import java.util.Optional;

/// TensorFlow's element types and ours.
public final class DataTypes {
    private static final int REFERENCE = 100;

    private DataTypes() {}

    /// Our type for `type`; empty for those that have none (the quantized types of TensorFlow 1,
    /// which stand for nothing without their ranges).
    public static Optional<TensorType> tensorType(DataType type) {
        return Optional.ofNullable(
                switch (type) {
                    case DT_FLOAT -> TensorType.FLOAT32;
                    case DT_DOUBLE -> TensorType.FLOAT64;
                    case DT_HALF -> TensorType.FLOAT16;
                    case DT_BFLOAT16 -> TensorType.BFLOAT16;
                    case DT_INT8 -> TensorType.INT8;
                    case DT_INT16 -> TensorType.INT16;
                    case DT_INT32 -> TensorType.INT32;
                    case DT_INT64 -> TensorType.INT64;
                    case DT_UINT8 -> TensorType.UINT8;
                    case DT_UINT16 -> TensorType.UINT16;
                    case DT_UINT32 -> TensorType.UINT32;
                    case DT_UINT64 -> TensorType.UINT64;
                    case DT_BOOL -> TensorType.BOOL;
                    case DT_STRING -> TensorType.STRING;
                    case DT_COMPLEX64 -> TensorType.COMPLEX64;
                    case DT_COMPLEX128 -> TensorType.COMPLEX128;
                    case DT_RESOURCE -> TensorType.RESOURCE;
                    case DT_VARIANT -> TensorType.VARIANT;
                    case DT_QINT8, DT_QUINT8, DT_QINT16, DT_QUINT16, DT_QINT32, DT_INVALID, UNRECOGNIZED -> null;
                });
    }

    /// The type whose number in the file is `number`; the reference types of TensorFlow 1 give the
    /// type behind them.
    public static DataType ofNumber(int number) {
        DataType type = DataType.forNumber(number > REFERENCE ? number - REFERENCE : number);
        return type == null ? DataType.DT_INVALID : type;
    }
}
