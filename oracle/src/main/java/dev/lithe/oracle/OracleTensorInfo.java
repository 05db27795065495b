package dev.lithe.oracle;

import java.util.List;

/// What the runtime says of a tensor.
///
/// @param index the tensor's index in its subgraph, as in the file
/// @param name the tensor's name, empty where the file gives none
/// @param typeCode the element type as the file format's `TensorType` numbers it (FLOAT32 0, FLOAT16 1, INT32 2,
///     UINT8 3, INT64 4, STRING 5, BOOL 6, INT16 7, INT8 9, …), which is not the runtime's own numbering; -1 for no
///     type
/// @param shape the present shape, empty for a scalar
public record OracleTensorInfo(int index, String name, int typeCode, List<Integer> shape) {
    public OracleTensorInfo {
        shape = List.copyOf(shape);
    }

    /// The number of elements.
    public long elements() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
