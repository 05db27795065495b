package dev.lithe.testkit;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds small models for tests: tensors and nodes are collected and then closed into a subgraph.
///
///     TensorId x = builder.floats("x", 1, 4);
///     TensorId y = builder.floats("y", 1, 4);
///     Model model = builder.node(BuiltinOperator.RELU, null, List.of(x), y).subgraph("main", List.of(x), y).build();
public final class ModelBuilder {
    private final List<Subgraph> subgraphs = new ArrayList<>();
    private final List<SignatureDef> signatures = new ArrayList<>();
    private Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
    private List<Node> nodes = new ArrayList<>();
    private int nextTensor;
    private int nextNode;

    /// A computed tensor; unknown dimensions are -1.
    public TensorId tensor(String name, TensorType type, Shape shape) {
        return add(TensorSpec.of(new TensorId(nextTensor), name, type, shape));
    }

    public TensorId floats(String name, int... shape) {
        return tensor(name, TensorType.FLOAT32, Shape.of(shape));
    }

    /// A computed tensor, quantized per tensor.
    public TensorId quantized(String name, TensorType type, Shape shape, float scale, int zeroPoint) {
        return add(TensorSpec.of(new TensorId(nextTensor), name, type, shape)
                .withQuantization(QuantizationParameters.perTensor(scale, zeroPoint)));
    }

    /// A constant with the value's type, shape and quantization.
    public TensorId constant(String name, Tensor value) {
        return add(TensorSpec.of(new TensorId(nextTensor), name, value.type(), value.shape())
                .withQuantization(value.quantization())
                .withConstant(Constant.of(value.toLittleEndian())));
    }

    /// A tensor that keeps its value from run to run.
    public TensorId variable(String name, TensorType type, Shape shape) {
        TensorSpec plain = TensorSpec.of(new TensorId(nextTensor), name, type, shape);
        return add(
                new TensorSpec(plain.id(), name, type, shape, null, plain.quantization(), true, null, null, List.of()));
    }

    private TensorId add(TensorSpec spec) {
        tensors.put(spec.id(), spec);
        nextTensor++;
        return spec.id();
    }

    public ModelBuilder node(
            BuiltinOperator code, @Nullable OperatorOptions options, List<TensorId> inputs, TensorId... outputs) {
        return node(OperatorCode.of(code), new Options(options, Bytes.EMPTY), inputs, outputs);
    }

    public ModelBuilder custom(String name, List<TensorId> inputs, TensorId... outputs) {
        return custom(name, Bytes.EMPTY, inputs, outputs);
    }

    public ModelBuilder custom(String name, Bytes options, List<TensorId> inputs, TensorId... outputs) {
        return node(OperatorCode.custom(name), Options.custom(options), inputs, outputs);
    }

    private ModelBuilder node(OperatorCode code, Options options, List<TensorId> inputs, TensorId... outputs) {
        nodes.add(new Node(new NodeId(nextNode++), code, options, inputs, List.of(outputs)));
        return this;
    }

    /// Closes what was added since the last call into a subgraph.
    public ModelBuilder subgraph(String name, List<TensorId> inputs, TensorId... outputs) {
        subgraphs.add(new Subgraph(name, tensors, nodes, inputs, List.of(outputs)));
        tensors = new LinkedHashMap<>();
        nodes = new ArrayList<>();
        return this;
    }

    /// A signature of the subgraph that was closed last.
    public ModelBuilder signature(String key, Map<String, TensorId> inputs, Map<String, TensorId> outputs) {
        signatures.add(new SignatureDef(key, subgraphs.size() - 1, inputs, outputs));
        return this;
    }

    public Model build() {
        return new Model("test", "", subgraphs, signatures, List.of(), Bytes.EMPTY, nextTensor, nextNode);
    }
}
