package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import java.util.List;
import java.util.Map;

/// The graphs inside of control flow.
interface Bodies {
    /// Lowers `body` in place, its inputs being `arguments`.
    List<Laid> inline(OnnxGraph body, List<Laid> arguments);

    /// Whether `value` is the result of an operator that gives no negative numbers.
    boolean isNotNegative(Laid value);

    /// Lowers one more node, into `target`: what is known is computed.
    List<Laid> expand(OnnxNode node, List<Laid> inputs, SubgraphBuilder target);

    /// The same for a subgraph of its own, into which values of the graph around it are taken by `inner`.
    Bodies inside(Inner inner);

    /// Lowers `body` with `arguments` into the subgraph of `inner`.
    List<Laid> run(OnnxGraph body, List<Laid> arguments, Inner inner);

    ModelContext model();

    /// The scales of tensors that were quantized by QUANTIZE.
    Map<TensorId, QuantizationParameters> quantized();

    /// A tensor that stands in the model.
    Value.Known constant(String name, OnnxTensor proto);
}
