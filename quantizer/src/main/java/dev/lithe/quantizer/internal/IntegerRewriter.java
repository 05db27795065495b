package dev.lithe.quantizer.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.NodeView;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Carries out a plan with integer activations: retypes tensors, quantizes constants, and puts QUANTIZE and DEQUANTIZE
/// where integer and float parts, or different parameters, meet.
///
/// A tensor that an integer operator writes becomes an integer tensor itself; a float reader gets a
/// dequantized twin. A tensor that is written in float keeps its type; an integer reader gets a quantized
/// twin. Twins are made at their first use and shared.
public final class IntegerRewriter {
    private final QuantizationPlan plan;
    private final GraphPatch patch;
    private final int index;
    private final Subgraph subgraph;
    private final TensorType type;
    private final Set<String> names = new HashSet<>();
    private final OperandQuantizer operands;
    private final Map<TensorId, TensorId> floatTwins = new HashMap<>();
    private final Map<TensorId, Map<QuantizationParameters, TensorId>> integerTwins = new HashMap<>();
    private final Set<TensorId> integerTensors = new HashSet<>();

    private IntegerRewriter(QuantizationPlan plan, GraphPatch patch, int index) {
        this.plan = plan;
        this.patch = patch;
        this.index = index;
        this.subgraph = plan.model().subgraphs().get(index);
        this.type = plan.recipe().mode() == QuantizationMode.INT8 ? TensorType.INT8 : TensorType.INT16;
        subgraph.tensors().values().forEach(spec -> names.add(spec.name()));
        this.operands = new OperandQuantizer(plan.recipe(), new ConstantStore(patch, index, names));
    }

    public static Model apply(QuantizationPlan plan) {
        GraphPatch patch = GraphPatch.on(plan.model());
        for (int s : IntegerPlanner.entrySubgraphs(plan.model())) {
            new IntegerRewriter(plan, patch, s).rewrite();
        }
        return patch.removeUnusedTensors().apply();
    }

    private void rewrite() {
        retypeInputs();
        for (Node node : subgraph.nodes()) {
            Precision precision = plan.precision(node.id());
            if (precision == Precision.INT8 || precision == Precision.INT16X8) {
                rewriteInteger(node);
            } else {
                rewriteFloat(node);
            }
        }
        retypeOutputs();
    }

    // --- operators ---

    private void rewriteInteger(Node node) {
        NodeView view = new NodeView(subgraph, node);
        List<TensorId> inputs = new ArrayList<>(node.inputs());
        boolean joins = RangePropagation.joins(view);
        for (int i : operands.activationPositions(view)) {
            TensorSpec spec = view.input(i);
            QuantizationParameters wanted = joins ? parameters(view.node().output(0)) : null;
            inputs.set(
                    i,
                    spec.isConstant()
                            ? operands.constantActivation(spec, type, wanted)
                            : integerForm(spec.id(), wanted, node));
        }
        Options options = operands.quantizeWeights(view, inputs, this::inputScale);
        for (TensorId output : Graphs.floatOutputs(view)) {
            patch.setTensor(patch.tensor(output).withType(type, parameters(output)));
            integerTensors.add(output);
        }
        patch.update(node.id(), n -> n.withInputs(inputs).withOptions(options));
    }

    private void rewriteFloat(Node node) {
        List<TensorId> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(id -> id.isPresent() && integerTensors.contains(id) ? floatForm(id, node) : id);
        patch.update(node.id(), n -> n.withInputs(inputs));
    }

    private float inputScale(TensorId id) {
        return patch.tensor(id).quantization().scale();
    }

    private QuantizationParameters parameters(TensorId id) {
        QuantizationParameters parameters = plan.activations().get(id);
        if (parameters == null) {
            throw new IllegalStateException(
                    "no parameters were planned for " + subgraph.tensor(id).name());
        }
        return parameters;
    }

    // --- conversions ---

    /// The tensor that `reader` reads in integers for float tensor `id`: with its own parameters, or with `wanted`.
    private TensorId integerForm(TensorId id, @Nullable QuantizationParameters wanted, Node reader) {
        QuantizationParameters own = parameters(id);
        if (integerTensors.contains(id) && (wanted == null || wanted.sameMapping(own))) {
            return id;
        }
        QuantizationParameters target = wanted == null ? own : wanted;
        return integerTwins.computeIfAbsent(id, key -> new HashMap<>()).computeIfAbsent(target, key -> {
            boolean requantized = integerTensors.contains(id);
            TensorId twin = addTwin(id, requantized ? "_requantized" : "_" + word(), type, target);
            patch.insertBefore(reader.id(), convert(BuiltinOperator.QUANTIZE, id, twin));
            return twin;
        });
    }

    private TensorId floatForm(TensorId id, Node reader) {
        return floatTwins.computeIfAbsent(id, key -> {
            TensorId twin = addTwin(id, "_dequantized", TensorType.FLOAT32, QuantizationParameters.NONE);
            patch.insertBefore(reader.id(), convert(BuiltinOperator.DEQUANTIZE, id, twin));
            return twin;
        });
    }

    private TensorId addTwin(TensorId id, String suffix, TensorType twinType, QuantizationParameters parameters) {
        TensorSpec spec = subgraph.tensor(id);
        String name = Graphs.freshName(spec.name() + suffix, names);
        return patch.addTensor(index, spec.withName(name).withConstant(null).withType(twinType, parameters));
    }

    private Node convert(BuiltinOperator code, TensorId from, TensorId to) {
        return new Node(patch.newNodeId(), OperatorCode.of(code), Options.NONE, List.of(from), List.of(to));
    }

    private String word() {
        return type == TensorType.INT8 ? "int8" : "int16";
    }

    // --- the model's edge ---

    private void retypeInputs() {
        Recipe recipe = plan.recipe();
        for (TensorId input : subgraph.inputs()) {
            TensorSpec spec = subgraph.tensor(input);
            if (!Graphs.isFloat(spec) || recipe.inputType() == TensorType.FLOAT32) {
                continue;
            }
            if (recipe.inputType() == type) {
                patch.setTensor(spec.withType(type, parameters(input)));
                integerTensors.add(input);
            } else {
                patch.setTensor(spec.withType(TensorType.UINT8, asUint8(parameters(input))));
                TensorId twin = addTwin(input, "_" + word(), type, parameters(input));
                patch.addFirst(index, convert(BuiltinOperator.QUANTIZE, input, twin));
                integerTwins.computeIfAbsent(input, key -> new HashMap<>()).put(parameters(input), twin);
                unsignedInputs(input, twin);
            }
        }
    }

    /// Float readers of a UINT8 input read its dequantized int8 twin.
    private void unsignedInputs(TensorId input, TensorId twin) {
        boolean floatReader = subgraph.consumers().getOrDefault(input, List.of()).stream()
                .anyMatch(node -> plan.precision(node.id()) == Precision.FLOAT32);
        if (floatReader) {
            TensorId real = addTwin(input, "_dequantized", TensorType.FLOAT32, QuantizationParameters.NONE);
            patch.addFirst(index, convert(BuiltinOperator.DEQUANTIZE, twin, real));
            floatTwins.put(input, real);
            integerTensors.add(input);
        }
    }

    private void retypeOutputs() {
        for (TensorId output : new HashSet<>(subgraph.outputs())) {
            TensorSpec spec = subgraph.tensor(output);
            if (!Graphs.isFloat(spec) || spec.isConstant()) {
                continue;
            }
            TensorType wanted = plan.recipe().outputType();
            boolean integer = integerTensors.contains(output);
            if (wanted == TensorType.FLOAT32) {
                if (integer) {
                    convertOutput(output, BuiltinOperator.DEQUANTIZE, wanted, QuantizationParameters.NONE);
                }
            } else if (wanted != type) {
                if (!integer) {
                    throw new IllegalStateException("output '" + spec.name() + "' is not written in integers");
                }
                convertOutput(output, BuiltinOperator.QUANTIZE, wanted, asUint8(parameters(output)));
            } else if (!integer) {
                convertOutput(output, BuiltinOperator.QUANTIZE, wanted, parameters(output));
            }
        }
    }

    /// Puts a conversion behind output `output`; the new tensor takes over its name and its place in signatures.
    private void convertOutput(
            TensorId output, BuiltinOperator code, TensorType newType, QuantizationParameters parameters) {
        TensorSpec inner = patch.tensor(output);
        TensorId outer = patch.addTensor(index, inner.withType(newType, parameters));
        String suffix = inner.type() == TensorType.FLOAT32 ? "_float32" : "_" + word();
        patch.setTensor(inner.withName(Graphs.freshName(inner.name() + suffix, names)));
        patch.addLast(index, convert(code, output, outer));
        patch.replaceOutput(output, outer);
    }

    private static QuantizationParameters asUint8(QuantizationParameters int8) {
        return QuantizationParameters.perTensor(int8.scale(), int8.zeroPoint() + 128);
    }
}
