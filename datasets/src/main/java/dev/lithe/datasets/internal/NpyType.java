package dev.lithe.datasets.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.schema.TensorType;

/// A numpy element type: which tensor type it is, how wide (in bytes), in which byte order.
///
/// @param unitBytes the bytes that are swapped as one: half the width for complex numbers, 4 for unicode strings
/// @param unicode strings of 4-byte code points, as numpy's `U`; otherwise strings are bytes, as `S`
public record NpyType(TensorType type, int width, int unitBytes, boolean bigEndian, boolean unicode) {
    private static final int LONGEST_STRING = 1 << 24;

    /// The type that `descr` names, such as `<f4`, `|u1`, `>i8`, `|S12`, `<U7`.
    static NpyType of(String location, String descr) {
        if (descr.length() < 2) {
            throw unknown(location, descr);
        }
        char order = descr.charAt(0);
        boolean marked = "<>|=".indexOf(order) >= 0;
        boolean bigEndian = order == '>';
        String code = marked ? descr.substring(1) : descr;
        char kind = code.charAt(0);
        if (kind == 'O') {
            throw DataErrors.notRead(
                    location,
                    "the array holds Python objects (dtype object), which only Python can load",
                    "convert it to a numeric array, for example with numpy.stack(…).astype(numpy.float32).");
        }
        if (kind == 'S' || kind == 'U' || kind == 'a') {
            return string(location, descr, code, bigEndian);
        }
        TensorType type = numeric(location, descr, code);
        int width = dev.lithe.graph.Tensor.unitBytes(type);
        int units = dev.lithe.graph.Tensor.unitsPerElement(type);
        return new NpyType(type, width * units, width, bigEndian, false);
    }

    private static NpyType string(String location, String descr, String code, boolean bigEndian) {
        boolean unicode = code.charAt(0) == 'U';
        try {
            int length = Integer.parseInt(code.substring(1));
            if (length >= 0 && length <= LONGEST_STRING) {
                int unit = unicode ? 4 : 1;
                return new NpyType(TensorType.STRING, length * unit, unit, bigEndian, unicode);
            }
        } catch (NumberFormatException e) {
            throw unknown(location, descr);
        }
        throw unknown(location, descr);
    }

    private static TensorType numeric(String location, String descr, String code) {
        return switch (code) {
            case "f2" -> TensorType.FLOAT16;
            case "f4" -> TensorType.FLOAT32;
            case "f8" -> TensorType.FLOAT64;
            case "i1" -> TensorType.INT8;
            case "i2" -> TensorType.INT16;
            case "i4" -> TensorType.INT32;
            case "i8" -> TensorType.INT64;
            case "u1" -> TensorType.UINT8;
            case "u2" -> TensorType.UINT16;
            case "u4" -> TensorType.UINT32;
            case "u8" -> TensorType.UINT64;
            case "b1" -> TensorType.BOOL;
            case "c8" -> TensorType.COMPLEX64;
            case "c16" -> TensorType.COMPLEX128;
            case "V2" -> TensorType.BFLOAT16; // numpy has no name for it; ml_dtypes saves it as two opaque bytes
            default -> throw unknown(location, descr);
        };
    }

    private static DatasetException unknown(String location, String descr) {
        return DataErrors.notRead(
                location,
                "arrays of dtype '" + descr + "' are not read",
                "convert it with .astype(…) to float32, an integer type, bool or a string type.");
    }

    /// What numpy calls the little-endian form of `type`, for the types that numpy knows.
    public static String descr(TensorType type) {
        return switch (type) {
            case FLOAT16 -> "<f2";
            case FLOAT32, BFLOAT16 -> "<f4";
            case FLOAT64 -> "<f8";
            case INT8, INT4, INT2 -> "|i1";
            case INT16 -> "<i2";
            case INT32 -> "<i4";
            case INT64 -> "<i8";
            case UINT8, UINT4 -> "|u1";
            case UINT16 -> "<u2";
            case UINT32 -> "<u4";
            case UINT64 -> "<u8";
            case BOOL -> "|b1";
            case COMPLEX64 -> "<c8";
            case COMPLEX128 -> "<c16";
            case STRING, RESOURCE, VARIANT, FLOAT8_E4M3FN, FLOAT8_E5M2 ->
                throw DataErrors.notRead(
                        "", "numpy has no element type for " + type, "take that tensor out of the outputs.");
        };
    }
}
