package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import java.util.List;
import java.util.Map;

/// The graphs inside of control flow.
interface Bodies {
    /// Lowers `body` in place, its inputs being `arguments`.
    List<Laid> inline(OnnxGraph body, List<Laid> arguments);

    /// Whether value `name` is the result of an operator that gives no negative numbers.
    boolean isNotNegative(String name);

    /// The scales of tensors that were quantized by QUANTIZE.
    Map<TensorId, QuantizationParameters> quantized();

    /// A tensor that stands in the model.
    Value.Known constant(String name, OnnxTensor proto);
}
