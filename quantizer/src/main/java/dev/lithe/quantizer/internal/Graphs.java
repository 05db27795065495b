package dev.lithe.quantizer.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.NodeView;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Questions that every mode asks of a graph.
final class Graphs {
    private Graphs() {}

    static boolean isFloat(TensorSpec spec) {
        return spec.type() == TensorType.FLOAT32;
    }

    /// Whether any operand or result of the node is float32.
    static boolean touchesFloat(NodeView view) {
        return Stream.concat(view.node().inputs().stream(), view.node().outputs().stream())
                .filter(TensorId::isPresent)
                .anyMatch(id -> isFloat(view.subgraph().tensor(id)));
    }

    static Location location(Model model, int subgraph, int index) {
        Subgraph graph = model.subgraphs().get(subgraph);
        Node node = graph.nodes().get(index);
        String output =
                node.outputs().isEmpty() ? "" : graph.tensor(node.output(0)).name();
        return Location.operator(model.source(), subgraph, index, node.code().toString(), output);
    }

    /// The values of a float32 constant.
    static float[] floats(TensorSpec spec) {
        Constant constant = spec.constant();
        if (constant == null) {
            throw new IllegalArgumentException("'" + spec.name() + "' is no constant");
        }
        return Tensor.fromLittleEndian(
                        TensorType.FLOAT32,
                        spec.shape(),
                        QuantizationParameters.NONE,
                        constant.bytes().segment())
                .floats();
    }

    /// Inputs of a node that are float32 and neither its weights nor its bias: positions, in order.
    static List<Integer> activationInputs(NodeView view, int weight, int bias) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < view.inputCount(); i++) {
            if (i != weight && i != bias && view.hasInput(i) && isFloat(view.input(i))) {
                positions.add(i);
            }
        }
        return positions;
    }

    static List<TensorId> floatOutputs(NodeView view) {
        return view.node().outputs().stream()
                .filter(id -> id.isPresent() && isFloat(view.subgraph().tensor(id)))
                .toList();
    }

    /// A name that no tensor of `taken` has; it is added to them.
    static String freshName(String wanted, Set<String> taken) {
        String name = wanted;
        for (int n = 1; !taken.add(name); n++) {
            name = wanted + "_" + n;
        }
        return name;
    }
}
