package dev.lithe.importers.internal.onnx;

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
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxShape;
import dev.lithe.importers.internal.onnx.proto.OnnxValueInfo;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads an ONNX model as one signature, its inputs and outputs named as in the file.
public final class OnnxReader {
    /// What TensorFlow's converter calls the signature of a model that has only one.
    private static final String SIGNATURE = "serving_default";

    private final OnnxFile source;
    private final ImportOptions options;
    private final ModelContext context;
    private final SubgraphBuilder graph;
    private final Map<String, TensorId> inputs = new LinkedHashMap<>();

    private OnnxReader(OnnxFile source, ImportOptions options) {
        this.source = source;
        this.options = options;
        this.context = new ModelContext(source);
        this.graph = new SubgraphBuilder(context.ids());
    }

    public static Model read(Path path, ImportOptions options) {
        return new OnnxReader(OnnxFile.read(path), options).run();
    }

    private Model run() {
        requireSignature();
        OnnxGraph proto = source.model().getGraph();
        int main = context.subgraphs().reserve();
        Scope scope = new Scope();
        defineInputs(proto, scope);
        Lowering lowering = new Lowering(context, graph);
        lowering.run(proto, scope, context.opsets());
        Map<String, TensorId> outputs = outputs(proto, scope, lowering);
        if (!context.offenders().isEmpty()) {
            throw unsupported(context.offenders());
        }
        Map<String, TensorId> byTensor = new LinkedHashMap<>();
        outputs.forEach((name, id) -> {
            if (!byTensor.containsValue(id)) {
                byTensor.put(name, id);
            }
        });
        context.subgraphs().put(main, graph.build("main", byTensor));
        return GraphValidator.validate(new Model(
                context.file(),
                "Lithe",
                context.subgraphs().all(),
                List.of(new SignatureDef(SIGNATURE, main, inputs, outputs)),
                List.of(),
                Bytes.EMPTY,
                context.ids().tensors(),
                context.ids().nodes()));
    }

    private UnsupportedException unsupported(List<Offender> offenders) {
        return new UnsupportedException(
                "LQ0380",
                context.file() + ": " + offenders.size() + (offenders.size() == 1 ? " node" : " nodes")
                        + " of the graph cannot be converted",
                "replace these operators with ones of docs/onnx-operators.md, or export the part of the model that"
                        + " does without them.",
                offenders);
    }

    private void requireSignature() {
        for (String key : options.signatures()) {
            if (!key.equals(SIGNATURE)) {
                throw new InvalidModelException(
                        "LQ0253",
                        Location.file(context.file()),
                        "has no signature '" + key + "'",
                        "leave it out: an ONNX model has one signature, " + SIGNATURE + ".");
            }
        }
    }

    // ---- inputs

    private void defineInputs(OnnxGraph proto, Scope scope) {
        Set<String> constants = new HashSet<>();
        proto.getInitializerList().forEach(t -> constants.add(t.getName()));
        List<OnnxValueInfo> declared = proto.getInputList().stream()
                .filter(i -> !constants.contains(i.getName()))
                .toList();
        requireNames(declared.stream().map(OnnxValueInfo::getName).toList());
        List<String> outputs =
                proto.getOutputList().stream().map(OnnxValueInfo::getName).toList();
        Set<String> images = ImageInputs.of(proto, NodeOrder.of(context.file(), proto.getNodeList(), outputs));
        for (OnnxValueInfo info : declared) {
            String name = info.getName();
            if (!info.getType().hasTensorType()) {
                throw badInput(name, "is no tensor");
            }
            TensorType type = OnnxTypes.computed(info.getType().getTensorType().getElemType())
                    .filter(t -> t != TensorType.STRING)
                    .orElseThrow(() -> badInput(name, "has an element type that is not supported"));
            Shape shape = shape(info);
            boolean image = shape.rank() >= 3 && shape.rank() <= 5 && images.contains(name) && !options.keepLayout();
            int[] order = image ? Orders.channelsLast(shape.rank()) : Orders.identity(shape.rank());
            Value.Dynamic value = graph.input(name, type, Orders.physical(shape, order));
            inputs.put(name, value.id());
            scope.define(name, Laid.of(value, order, image));
        }
    }

    private void requireNames(List<String> names) {
        for (String name : options.inputShapes().keySet()) {
            if (!names.contains(name)) {
                throw new InvalidModelException(
                        "LQ0254",
                        Location.file(context.file()),
                        "has no input '" + name + "' to give a shape to",
                        "name one of " + String.join(", ", names) + ".");
            }
        }
    }

    private Shape shape(OnnxValueInfo info) {
        String name = info.getName();
        Shape given = options.inputShapes().get(name);
        if (!info.getType().getTensorType().hasShape()) {
            if (given == null) {
                throw badInput(name, "has an unknown number of dimensions");
            }
            return given;
        }
        Shape declared = declared(name, info.getType().getTensorType().getShape());
        if (given == null) {
            return declared;
        }
        boolean fits = declared.rank() == given.rank();
        for (int i = 0; fits && i < given.rank(); i++) {
            fits = declared.dimension(i) == Shape.UNKNOWN || declared.dimension(i) == given.dimension(i);
        }
        if (!fits) {
            throw badInput(name, "has the shape " + declared + ", which " + given + " does not fit");
        }
        return given;
    }

    private Shape declared(String name, OnnxShape proto) {
        int[] sizes = new int[proto.getDimCount()];
        long count = 1;
        for (int i = 0; i < sizes.length; i++) {
            long size = proto.getDim(i).getDimValue();
            if (size > Integer.MAX_VALUE) {
                throw badInput(name, "has the size " + size + " as dimension " + i);
            }
            sizes[i] = size > 0 ? (int) size : Shape.UNKNOWN;
            count = Math.clamp(Math.max(1, size), 1L, Integer.MAX_VALUE) * count;
            if (count > Integer.MAX_VALUE) {
                throw badInput(name, "has more elements than a tensor can have");
            }
        }
        return Shape.of(sizes);
    }

    private InvalidModelException badInput(String name, String what) {
        return new InvalidModelException(
                "LQ0255",
                Location.file(context.file()),
                "input '" + name + "' " + what,
                "give it a shape that fits, as in --input-shape " + name + "=1,3,224,224, or export the model again.");
    }

    // ---- outputs

    private Map<String, TensorId> outputs(OnnxGraph proto, Scope scope, Lowering lowering) {
        Map<String, TensorId> outputs = new LinkedHashMap<>();
        List<String> unresolved = new ArrayList<>();
        for (OnnxValueInfo info : proto.getOutputList()) {
            String name = info.getName();
            Laid value = scope.find(name);
            if (value == null) {
                throw context.broken("output '" + name + "'", "is defined by nothing");
            }
            if (value.isMissing()) {
                unresolved.add(name);
                continue;
            }
            try {
                Emitter emitter = new Emitter(graph, name);
                boolean image = value.isImage()
                        && !options.keepLayout()
                        && java.util.Arrays.equals(value.order(), Orders.channelsLast(value.rank()));
                outputs.put(name, graph.tensorOf(image ? value.tensor(emitter) : value.plain(emitter)));
            } catch (NotLowerable e) {
                lowering.offend("output '" + name + "'", String.valueOf(e.getMessage()));
            }
        }
        if (!unresolved.isEmpty() && context.offenders().isEmpty()) {
            lowering.offend("outputs " + unresolved, "are not computed");
        }
        return outputs;
    }
}
