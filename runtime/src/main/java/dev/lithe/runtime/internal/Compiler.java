package dev.lithe.runtime.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Offender;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.CustomOperator;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.OperatorValidator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.UnknownOperator;
import dev.lithe.runtime.KernelProvider;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.schema.BlockwiseQuantizationTable;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns the subgraphs that a run can reach into their executable form. Everything that can be wrong with a
/// model is found here, before anything runs.
public final class Compiler {
    private final Model model;
    private final PlanOptions options;
    private final List<KernelProvider> providers;
    private final Constants constants;

    public Compiler(Model model, PlanOptions options, List<KernelProvider> providers) {
        this.model = model;
        this.options = options;
        this.providers = providers;
        this.constants = new Constants(model, options.memoryLimit());
    }

    /// The executable subgraphs, by index.
    public Map<Integer, CompiledSubgraph> compile() {
        Set<Integer> entries = new TreeSet<>(Set.of(0));
        model.signatures().forEach(signature -> entries.add(signature.subgraph()));
        Set<Integer> reachable = Calls.reachable(model, entries);
        requireUnderstood(reachable);
        requireObservable(reachable);
        OperatorValidator.validateOperands(model);
        Map<Integer, CompiledSubgraph> compiled = new TreeMap<>();
        for (int index : reachable) {
            compiled.put(index, compile(index, model.subgraphs().get(index)));
        }
        return compiled;
    }

    /// The bytes of the unpacked constants.
    public long constantBytes() {
        return constants.total();
    }

    private void requireUnderstood(Set<Integer> reachable) {
        List<Offender> offenders = new ArrayList<>();
        for (int index : reachable) {
            Subgraph subgraph = model.subgraphs().get(index);
            for (int i = 0; i < subgraph.nodes().size(); i++) {
                Node node = subgraph.nodes().get(i);
                if (operator(node) instanceof UnknownOperator unknown) {
                    offenders.add(new Offender(location(index, i, subgraph, node), reason(unknown.code())));
                }
            }
        }
        if (!offenders.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0310",
                    "the model has operators that this version cannot run",
                    "update Lithe, or export the model without them.",
                    offenders);
        }
    }

    private void requireObservable(Set<Integer> reachable) {
        Set<String> missing = new TreeSet<>(options.observeNames());
        for (int index : reachable) {
            model.subgraphs().get(index).tensors().values().forEach(spec -> missing.remove(spec.name()));
        }
        if (!missing.isEmpty()) {
            throw new DatasetException(
                    "LQ0533",
                    "tensors that are to be observed do not exist",
                    "name tensors as inspect lists them.",
                    missing.stream()
                            .map(name ->
                                    new Offender(Location.file(model.source()), "there is no tensor '" + name + "'"))
                            .toList());
        }
    }

    /// What the node means: custom operators first to whoever planned the model.
    private Operator operator(Node node) {
        String name = node.code().customName();
        CustomKernel kernel = node.code().builtin() == BuiltinOperator.CUSTOM
                ? options.custom().get(name)
                : null;
        return kernel == null
                ? Operators.of(node)
                : new CustomOperator(name, node.options().custom(), kernel);
    }

    /// Why an operator cannot be run.
    private static String reason(OperatorCode code) {
        if (code.builtin() != BuiltinOperator.CUSTOM) {
            return "cannot be run yet";
        }
        return switch (code.customName()) {
            case "edgetpu-custom-op" ->
                "is code for an Edge TPU, which alone can run it: use the file from before " + "the Edge TPU compiler";
            case "DISPATCH_OP" ->
                "is code for a neural processor, which alone can run it: use the file from before "
                        + "that compilation";
            default ->
                code.customName().startsWith("Flex")
                        ? "is an operator of TensorFlow, not of LiteRT: convert the model without Select TF operators"
                        : "is a custom operator that nobody registered: give its kernel with PlanOptions.custom";
        };
    }

    private Location location(int index, int position, Subgraph subgraph, Node node) {
        String output = node.outputs().isEmpty() || !subgraph.tensors().containsKey(node.output(0))
                ? null
                : subgraph.tensor(node.output(0)).name();
        return Location.operator(model.source(), index, position, node.code().toString(), output);
    }

    private CompiledSubgraph compile(int index, Subgraph subgraph) {
        TensorSpec[] specs = subgraph.tensors().values().toArray(TensorSpec[]::new);
        Map<TensorId, Integer> positions = new HashMap<>();
        @Nullable Tensor[] values = new Tensor[specs.length];
        boolean[] observed = new boolean[specs.length];
        for (int i = 0; i < specs.length; i++) {
            positions.put(specs[i].id(), i);
            observed[i] = options.observe().contains(specs[i].id())
                    || options.observeNames().contains(specs[i].name());
            if (specs[i].constant() != null) {
                values[i] = constants.unpack(index, specs[i], specs[i].constant());
            }
        }
        boolean[] kept = observed.clone();
        for (int output : positionsOf(subgraph.outputs(), positions)) {
            if (output >= 0) {
                kept[output] = true;
            }
        }
        List<CompiledNode> nodes = new ArrayList<>();
        for (int i = 0; i < subgraph.nodes().size(); i++) {
            Node node = subgraph.nodes().get(i);
            CompiledNode compiled = compile(node, specs, values, positions, location(index, i, subgraph, node));
            if (WidenedConstants.applies(node, compiled.inputs(), compiled.outputs(), values, kept)) {
                widen(compiled, specs, values);
            } else {
                nodes.add(compiled);
            }
        }
        return new CompiledSubgraph(
                index,
                subgraph,
                specs,
                positions,
                values,
                observed,
                List.copyOf(nodes),
                positionsOf(subgraph.inputs(), positions),
                positionsOf(subgraph.outputs(), positions),
                Calls.of(subgraph));
    }

    private void widen(CompiledNode node, TensorSpec[] specs, @Nullable Tensor[] values) {
        Tensor input = Objects.requireNonNull(values[node.inputs()[0]]);
        TensorSpec output = specs[node.outputs()[0]];
        int units = Sizes.units(output.type(), input.shape(), node.location());
        constants.reserve(Sizes.bytes(output.type(), units), node.location());
        values[node.outputs()[0]] = WidenedConstants.evaluate(node.kernel(), input, output);
    }

    private CompiledNode compile(
            Node node,
            TensorSpec[] specs,
            @Nullable Tensor[] values,
            Map<TensorId, Integer> positions,
            Location location) {
        Operator operator = operator(node);
        int[] inputs = positionsOf(node.inputs(), positions);
        int[] outputs = positionsOf(node.outputs(), positions);
        int[] intermediates = positionsOf(node.intermediates(), positions);
        Setup setup = new Setup(model, specs, values, positions, inputs, outputs, intermediates);
        int[] variables =
                IntStream.of(inputs).filter(i -> i >= 0 && specs[i].variable()).toArray();
        boolean foldable = variables.length == 0 && Folding.isFoldable(node, outputs, specs);
        return new CompiledNode(
                node,
                operator,
                kernel(operator, setup, location),
                specs,
                inputs,
                outputs,
                variables,
                foldable,
                location);
    }

    private Kernel kernel(Operator operator, KernelSetup setup, Location location) {
        try {
            for (KernelProvider provider : providers) {
                Optional<Kernel> kernel = provider.plan(operator, setup);
                if (kernel.isPresent()) {
                    return kernel.get();
                }
            }
            return reference(operator, setup);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new InvalidModelException(
                    "LQ0223",
                    location,
                    "cannot be prepared: " + e.getMessage(),
                    "check its shapes, options and quantization parameters.",
                    e);
        }
    }

    private static <O extends Operator> Kernel reference(O operator, KernelSetup setup) {
        Definition<O> definition = Operators.definitionOf(operator).orElseThrow();
        return definition.reference().prepare(operator, setup);
    }

    private static int[] positionsOf(List<TensorId> ids, Map<TensorId, Integer> positions) {
        return ids.stream()
                .mapToInt(id -> id.isPresent() ? positions.getOrDefault(id, -1) : -1)
                .toArray();
    }

    /// What a kernel sees of its operands when it is prepared.
    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    private record Setup(
            Model model,
            TensorSpec[] specs,
            @Nullable Tensor[] values,
            Map<TensorId, Integer> positions,
            int[] inputs,
            int[] outputs,
            int[] intermediates)
            implements KernelSetup {
        @Override
        public int inputCount() {
            return inputs.length;
        }

        @Override
        public int outputCount() {
            return outputs.length;
        }

        @Override
        public boolean hasInput(int index) {
            return index < inputs.length && inputs[index] >= 0;
        }

        @Override
        public TensorSpec input(int index) {
            return specs[inputs[index]];
        }

        @Override
        public TensorSpec output(int index) {
            return specs[outputs[index]];
        }

        @Override
        public @Nullable TensorSpec intermediate(int index) {
            return index < intermediates.length && intermediates[index] >= 0 ? specs[intermediates[index]] : null;
        }

        @Override
        public List<OperatorCode> operatorsOf(int subgraph) {
            if (subgraph < 0 || subgraph >= model.subgraphs().size()) {
                throw new IllegalArgumentException("there is no subgraph " + subgraph);
            }
            return model.subgraphs().get(subgraph).nodes().stream()
                    .map(Node::code)
                    .toList();
        }

        @Override
        public @Nullable Tensor blockScales(int index) {
            Integer position = input(index).quantization().details() instanceof BlockwiseQuantizationTable blocks
                    ? positions.get(new TensorId(blocks.scales()))
                    : null;
            return position == null ? null : values[position];
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return hasInput(index) ? values[inputs[index]] : null;
        }
    }
}
