package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Lowers the graphs inside of one node's control flow.
///
/// @param scope what the node's own graph knows
record BodyBuilder(Lowering lowering, Scope scope) implements Bodies {
    @Override
    public List<Laid> inline(OnnxGraph body, List<Laid> arguments) {
        Scope inner = new Scope(scope, value -> value);
        for (int i = 0; i < body.getInputCount(); i++) {
            inner.define(body.getInput(i).getName(), i < arguments.size() ? arguments.get(i) : Laid.MISSING);
        }
        lowering.run(body, inner, lowering.model().opsets());
        List<Laid> results = new ArrayList<>();
        for (var output : body.getOutputList()) {
            Laid result = inner.find(output.getName());
            results.add(result == null ? Laid.MISSING : result);
        }
        return results;
    }

    @Override
    public boolean isNotNegative(Laid value) {
        return lowering.model().notNegative().contains(value);
    }

    @Override
    public List<Laid> expand(OnnxNode node, List<Laid> inputs, SubgraphBuilder target) {
        return lowering.expand(node, inputs, scope, target);
    }

    @Override
    public Bodies inside(Inner inner) {
        return new BodyBuilder(lowering.into(inner.graph()), new Scope(scope, inner::take));
    }

    @Override
    public List<Laid> run(OnnxGraph body, List<Laid> arguments, Inner inner) {
        return inside(inner).inline(body, arguments);
    }

    @Override
    public ModelContext model() {
        return lowering.model();
    }

    @Override
    public Map<TensorId, QuantizationParameters> quantized() {
        return lowering.model().quantized();
    }

    @Override
    public Value.Known constant(String name, OnnxTensor proto) {
        return lowering.model().tensors().value(name, proto);
    }
}
