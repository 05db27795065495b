package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import java.util.List;

/// The graphs inside of control flow.
interface Bodies {
    /// Lowers `body` in place, its inputs being `arguments`.
    List<Laid> inline(OnnxGraph body, List<Laid> arguments);

    /// Whether value `name` is the result of an operator that gives no negative numbers.
    boolean isNotNegative(String name);

    /// A tensor that stands in the model.
    Value.Known constant(String name, OnnxTensor proto);
}
