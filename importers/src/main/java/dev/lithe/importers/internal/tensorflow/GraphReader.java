package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.SignatureProto;
import dev.lithe.importers.internal.proto.TensorInfo;
import dev.lithe.importers.internal.raw.Attributes;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.Flattener;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.importers.internal.raw.TensorValues.ValueException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.CallOnceOptions;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Turns a graph with signatures into a model: one subgraph for each signature, named as
/// TensorFlow's converter names them.
public final class GraphReader {
    private final Source model;
    private final ImportOptions options;
    private final String source;
    private final SubgraphBuilder.Ids ids = new SubgraphBuilder.Ids();
    private final SubgraphTable subgraphs = new SubgraphTable();
    private final ModelState state = new ModelState();
    private final Scope scope;
    private final List<SignatureDef> signatures = new ArrayList<>();
    private final List<Offender> offenders = new ArrayList<>();

    /// A graph, wherever it comes from.
    ///
    /// @param name what the model and messages about it call it
    /// @param file the file that damage is reported in
    /// @param signatures by key, in the order in which they are to stand in the model
    /// @param variables gives the value of a variable by its handle
    /// @param order names of inputs and outputs in the order in which they are to stand in the model; those
    ///     that are not among them follow in alphabetical order
    /// @param signed whether the model is to have signatures
    /// @param initializers names of nodes that are run once before the first signature is
    /// @param assets files that belong to the model, by the name of the node that holds their path
    public record Source(
            String name,
            String file,
            GraphDef graph,
            Map<String, SignatureProto> signatures,
            Function<RawNode, Checkpoint.Entry> variables,
            List<String> order,
            boolean signed,
            List<String> initializers,
            Map<String, Path> assets) {
        public Source {
            signatures = Collections.unmodifiableMap(new LinkedHashMap<>(signatures));
            order = List.copyOf(order);
            initializers = List.copyOf(initializers);
            assets = Map.copyOf(assets);
        }

        /// A graph with signatures, whose inputs and outputs stand in alphabetical order.
        public Source(
                String name,
                String file,
                GraphDef graph,
                Map<String, SignatureProto> signatures,
                Function<RawNode, Checkpoint.Entry> variables) {
            this(name, file, graph, signatures, variables, List.of(), true, List.of(), Map.of());
        }

        /// The same without signatures, for graphs that have none of their own.
        public Source unsigned(List<String> names) {
            return new Source(name, file, graph, signatures, variables, names, false, initializers, assets);
        }

        /// The same with nodes that are run once before the first signature is.
        public Source withInitializers(List<String> nodes) {
            return new Source(name, file, graph, signatures, variables, order, signed, nodes, assets);
        }

        /// The same with files that belong to it.
        public Source withAssets(Map<String, Path> files) {
            return new Source(name, file, graph, signatures, variables, order, signed, initializers, files);
        }

        private <T> Map<String, T> sorted(Map<String, T> byName) {
            Comparator<String> listed = Comparator.comparingInt(key -> {
                int at = order.indexOf(key);
                return at < 0 ? order.size() : at;
            });
            Map<String, T> sorted = new TreeMap<>(listed.thenComparing(Comparator.naturalOrder()));
            sorted.putAll(byName);
            return sorted;
        }
    }

    private GraphReader(Source model, ImportOptions options) {
        this.model = model;
        this.options = options;
        this.source = model.name();
        this.scope =
                new Scope(source, ids, subgraphs, model.variables(), model.assets(), state, options.allowCustomOps());
    }

    /// @param options only its shapes are looked at: signatures have been chosen
    public static Model read(Source model, ImportOptions options) {
        return new GraphReader(model, options).run();
    }

    private Model run() {
        Map<String, SignatureProto> chosen = model.signatures();
        checkShapeNames(chosen);
        // The subgraphs of signatures stand first, in order; those of control flow follow.
        Map<String, Integer> indices = new LinkedHashMap<>();
        chosen.keySet().forEach(key -> indices.put(key, subgraphs.reserve()));
        List<Flat> flats = chosen.entrySet().stream()
                .map(e -> flatten(e.getKey(), indices.getOrDefault(e.getKey(), 0), e.getValue()))
                .toList();
        flats.forEach(flat -> state.note(flat.raw));
        if (!model.initializers().isEmpty()) {
            List<String> fetches =
                    model.initializers().stream().map(name -> "^" + name).toList();
            state.noteInitializers(Flattener.flatten(model.file(), model.graph(), Map.of(), fetches));
        }
        int initializer = state.needsInitializer() ? subgraphs.reserve() : -1;
        flats.forEach(flat -> convert(flat, initializer));
        if (initializer >= 0) {
            SubgraphBuilder graph = new SubgraphBuilder(ids);
            Lowering lowering = new Lowering(scope, initializer, graph);
            state.initialize(lowering);
            offenders.addAll(lowering.offenders());
            subgraphs.put(initializer, graph.build("initializer", Map.of()));
        }
        if (!offenders.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0353",
                    source + ": " + offenders.size() + (offenders.size() == 1 ? " node" : " nodes")
                            + " of the graph cannot be converted",
                    "replace these layers with supported ones; or keep the nodes as custom operators with"
                            + " --allow-custom-ops where the runtime has kernels for them.",
                    offenders);
        }
        return GraphValidator.validate(new Model(
                source, "Lithe", subgraphs.all(), signatures, List.of(), Bytes.EMPTY, ids.tensors(), ids.nodes()));
    }

    private void checkShapeNames(Map<String, SignatureProto> chosen) {
        for (String name : options.inputShapes().keySet()) {
            if (chosen.values().stream().noneMatch(s -> s.containsInputs(name))) {
                List<String> known = chosen.values().stream()
                        .flatMap(s -> s.getInputsMap().keySet().stream())
                        .distinct()
                        .sorted()
                        .toList();
                throw new InvalidModelException(
                        "LQ0254",
                        Location.file(source),
                        "has no input '" + name + "' to give a shape to",
                        "name one of " + String.join(", ", known) + ".");
            }
        }
    }

    /// A signature as a graph without calls.
    private record Flat(String key, int index, SignatureProto signature, Map<String, RawNode> feeds, RawGraph raw) {}

    private Flat flatten(String key, int index, SignatureProto signature) {
        Map<String, RawNode> feeds = new LinkedHashMap<>();
        model.sorted(signature.getInputsMap())
                .values()
                .forEach(info -> feeds.put(
                        info.getName(),
                        new RawNode(info.getName(), "Placeholder", new Attributes(Map.of()), List.of())));
        List<String> fetches = model.sorted(signature.getOutputsMap()).values().stream()
                .map(TensorInfo::getName)
                .toList();
        RawGraph raw = Flattener.flatten(model.file(), model.graph(), feeds, fetches);
        return new Flat(key, index, signature, feeds, raw);
    }

    /// @param initializer the subgraph that is to run before the first run; -1 where there is none
    private void convert(Flat flat, int initializer) {
        SubgraphBuilder graph = new SubgraphBuilder(ids);
        Lowering lowering = new Lowering(scope, flat.index, graph);
        Map<String, TensorId> inputs = inputs(flat.key, flat.signature, flat.feeds, graph, lowering);
        lowering.run(flat.raw);
        offenders.addAll(lowering.offenders());
        if (initializer >= 0 && state.isNeededBy(flat.raw)) {
            graph.emitFirst(BuiltinOperator.CALL_ONCE, new CallOnceOptions(initializer));
        }
        Map<String, TensorInfo> outputs = model.sorted(flat.signature.getOutputsMap());
        finish(flat.key, flat.index, graph, inputs, outputs(flat.key, flat.index, outputs, flat.raw, lowering, graph));
    }

    private record Output(String signatureName, String tensorName, TensorId id) {}

    private void finish(
            String key, int index, SubgraphBuilder graph, Map<String, TensorId> inputs, List<Output> outputs) {
        Map<String, TensorId> named = new LinkedHashMap<>();
        Map<String, TensorId> byTensor = new LinkedHashMap<>();
        for (Output output : outputs) {
            named.put(output.signatureName, output.id);
            if (!byTensor.containsValue(output.id)) {
                byTensor.put(output.tensorName, output.id);
            }
        }
        if (model.signed()) {
            signatures.add(new SignatureDef(key, index, inputs, named));
        }
        subgraphs.put(index, graph.build(index == 0 ? "main" : key, byTensor));
    }

    private Map<String, TensorId> inputs(
            String key,
            SignatureProto signature,
            Map<String, RawNode> feeds,
            SubgraphBuilder graph,
            Lowering lowering) {
        Map<String, TensorId> inputs = new LinkedHashMap<>();
        model.sorted(signature.getInputsMap()).forEach((name, info) -> {
            RawNode feed = feeds.get(info.getName());
            TensorType type = DataTypes.tensorType(info.getDtype())
                    .orElseThrow(() -> badInput(key, name, "has the type " + info.getDtype() + ", which there is not"));
            boolean open = info.getTensorShape().getUnknownRank()
                    && !options.inputShapes().containsKey(name);
            Value.Dynamic value = open
                    ? graph.unrankedInput(info.getName(), type)
                    : graph.input(info.getName(), type, shape(key, name, info));
            if (feed != null) {
                lowering.define(feed, value);
            }
            inputs.put(name, value.id());
        });
        return inputs;
    }

    private Shape shape(String key, String name, TensorInfo info) {
        Shape given = options.inputShapes().get(name);
        try {
            Shape declared = TensorValues.shape(info.getTensorShape()).orElse(given == null ? Shape.SCALAR : given);
            if (given == null) {
                return declared;
            }
            requireFits(key, name, declared, given);
            return given;
        } catch (ValueException e) {
            throw badInput(key, name, "has no usable shape: " + e.getMessage());
        }
    }

    private void requireFits(String key, String name, Shape declared, Shape given) {
        boolean fits = declared.rank() == given.rank();
        for (int i = 0; fits && i < given.rank(); i++) {
            fits = declared.dimension(i) == Shape.UNKNOWN || declared.dimension(i) == given.dimension(i);
        }
        if (!fits) {
            throw badInput(key, name, "has the shape " + declared + ", which " + given + " does not fit");
        }
    }

    private InvalidModelException badInput(String key, String name, String what) {
        return new InvalidModelException(
                "LQ0255",
                Location.file(source),
                (model.signed() ? "signature '" + key + "', " : "") + "input '" + name + "' " + what,
                "give it a shape that fits, as in --input-shape " + name + "=1,224,224,3.");
    }

    private List<Output> outputs(
            String key,
            int index,
            Map<String, TensorInfo> infos,
            RawGraph raw,
            Lowering lowering,
            SubgraphBuilder graph) {
        List<Output> outputs = new ArrayList<>();
        int position = 0;
        for (Map.Entry<String, TensorInfo> entry : infos.entrySet()) {
            Value value = lowering.value(raw.outputs().get(position++));
            String tensorName = entry.getValue().getName();
            switch (value) {
                case Value.Dynamic dynamic -> outputs.add(new Output(entry.getKey(), tensorName, dynamic.id()));
                case Value.Known known -> outputs.add(new Output(entry.getKey(), tensorName, graph.constant(known)));
                case Value.Partial partial ->
                    outputs.add(new Output(entry.getKey(), tensorName, graph.tensorOf(partial)));
                case Value.Opaque _, Value.Variable _, Value.Absent _, Value.Missing _ -> {
                    if (lowering.offenders().isEmpty()) {
                        offenders.add(new Offender(
                                Location.tensor(source, index, tensorName),
                                "output '" + entry.getKey() + "' of signature '" + key
                                        + "' is no tensor that inference computes"));
                    }
                }
            }
        }
        return outputs;
    }
}
