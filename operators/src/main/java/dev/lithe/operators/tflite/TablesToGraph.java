package dev.lithe.operators.tflite;

import dev.lithe.graph.Constant;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.Offender;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.Ints;
import dev.lithe.schema.MetadataTable;
import dev.lithe.schema.ModelTable;
import dev.lithe.schema.OperatorCodeTable;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.OperatorTable;
import dev.lithe.schema.QuantizationParametersTable;
import dev.lithe.schema.SignatureDefTable;
import dev.lithe.schema.SubGraphTable;
import dev.lithe.schema.TensorMapTable;
import dev.lithe.schema.TensorTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the tables of a file into a [Model]: positions become ids, buffers become constants.
///
/// Positions that lead nowhere are collected and reported together.
final class TablesToGraph {
    private final ModelTable file;
    private final String source;
    private final List<Offender> offenders = new ArrayList<>();
    private final List<Offender> external = new ArrayList<>();
    private final List<OperatorCode> codes;
    private int tensorCount;
    private int nodeCount;

    TablesToGraph(ModelTable file, String source) {
        this.file = file;
        this.source = source;
        this.codes =
                file.operatorCodes().stream().map(TablesToGraph::operatorCode).toList();
    }

    /// @throws InvalidModelException where positions lead out of their lists
    /// @throws UnsupportedException where constants lie in other files
    Model convert(Bytes trailing) {
        List<Subgraph> subgraphs = new ArrayList<>();
        List<Integer> firstTensor = new ArrayList<>();
        for (int i = 0; i < file.subgraphs().size(); i++) {
            firstTensor.add(tensorCount);
            subgraphs.add(subgraph(i, file.subgraphs().get(i)));
        }
        List<SignatureDef> signatures = new ArrayList<>();
        for (SignatureDefTable table : file.signatureDefs()) {
            SignatureDef signature = signature(table, firstTensor);
            if (signature != null) {
                signatures.add(signature);
            }
        }
        List<Metadata> metadata = metadata();
        refuse();
        return new Model(source, file.description(), subgraphs, signatures, metadata, trailing, tensorCount, nodeCount);
    }

    private void refuse() {
        if (!external.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0301",
                    source + " keeps constants in other files",
                    "export the model as a single .tflite file.",
                    external);
        }
        if (!offenders.isEmpty()) {
            throw new InvalidModelException(
                    "LQ0202",
                    source + " contradicts itself",
                    "the file is damaged or was written by a faulty tool: export it again.",
                    offenders);
        }
    }

    /// The format has two fields for the operator's code: the old one is a byte, and newer operators do not
    /// fit in it.
    private static OperatorCode operatorCode(OperatorCodeTable table) {
        int old = table.deprecatedBuiltinCode();
        BuiltinOperator builtin = old > table.builtinCode().code() ? BuiltinOperator.of(old) : table.builtinCode();
        String custom = builtin == BuiltinOperator.CUSTOM ? table.customCode() : "";
        return new OperatorCode(builtin, custom, table.version());
    }

    private Subgraph subgraph(int index, SubGraphTable table) {
        int first = tensorCount;
        int count = table.tensors().size();
        tensorCount += count;
        Set<Integer> written = new HashSet<>(table.inputs().stream().boxed().toList());
        table.operators().forEach(o -> o.outputs().stream().forEach(written::add));
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            TensorId id = new TensorId(first + i);
            TensorSpec spec = tensor(index, id, table.tensors().get(i), written.contains(i));
            tensors.put(id, linked(spec, first, count, index));
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < table.operators().size(); i++) {
            OperatorTable operator = table.operators().get(i);
            Place place = new Place(index, i, nameOf(operator), first, count);
            if (operator.opcodeIndex() >= codes.size()) {
                complain(place, "has code " + operator.opcodeIndex() + " of " + codes.size());
                continue;
            }
            nodes.add(node(operator, place));
        }
        Place place = new Place(index, -1, null, first, count);
        return new Subgraph(
                table.name(),
                tensors,
                nodes,
                ids(table.inputs(), "input", false, place),
                ids(table.outputs(), "output", false, place));
    }

    private String nameOf(OperatorTable operator) {
        return operator.opcodeIndex() < codes.size()
                ? codes.get(operator.opcodeIndex()).toString()
                : "?";
    }

    /// Where list positions are resolved: `first` is the id of the subgraph's first tensor.
    private record Place(
            int subgraph, int operator, @Nullable String name, int first, int count) {
        Location location(String source) {
            return new Location(source, subgraph, operator, name, null);
        }
    }

    private Node node(OperatorTable table, Place place) {
        if (table.builtinOptions() != null && table.builtinOptions2() != null) {
            complain(place, "has options of both kinds");
        }
        Options options = new Options(
                table.builtinOptions() != null ? table.builtinOptions() : table.builtinOptions2(),
                table.customOptions());
        Node node = new Node(
                new NodeId(nodeCount++),
                codes.get(table.opcodeIndex()),
                options,
                ids(table.inputs(), "input", true, place),
                ids(table.outputs(), "output", true, place),
                ids(table.intermediates(), "intermediate", true, place));
        checkOptions(node, place);
        return node;
    }

    private void checkOptions(Node node, Place place) {
        try {
            Operators.of(node);
        } catch (ClassCastException e) {
            OperatorOptions options = node.options().builtin();
            String name = options == null ? "none" : options.getClass().getSimpleName();
            complain(place, "has options of another operator (" + name + ")");
        } catch (IllegalArgumentException | ArithmeticException e) {
            complain(place, "has impossible options: " + e.getMessage());
        }
    }

    private List<TensorId> ids(Ints positions, String what, boolean mayBeAbsent, Place place) {
        List<TensorId> ids = new ArrayList<>(positions.size());
        for (int i = 0; i < positions.size(); i++) {
            int position = positions.get(i);
            if (position == -1 && mayBeAbsent) {
                ids.add(TensorId.NONE);
            } else if (position < 0 || position >= place.count()) {
                complain(place, what + " " + i + " is tensor " + position + " of " + place.count());
            } else {
                ids.add(new TensorId(place.first() + position));
            }
        }
        return ids;
    }

    /// The tensor with ids in the place of the positions to which its quantization refers.
    private TensorSpec linked(TensorSpec spec, int first, int count, int subgraph) {
        for (TensorId position : spec.quantization().detailTensors()) {
            if (position.value() >= count) {
                complain(
                        Location.tensor(source, subgraph, spec.name()),
                        "has the values of tensor " + position.value() + " of " + count + " for scales or zero points");
            }
        }
        return spec.withQuantization(spec.quantization().mapDetailTensors(position -> first + position));
    }

    private TensorSpec tensor(int subgraph, TensorId id, TensorTable table, boolean written) {
        Location location = Location.tensor(source, subgraph, table.name());
        Shape declared = shape(table.shape(), "shape", location);
        Shape signature =
                table.shapeSignature().isEmpty() ? null : shape(table.shapeSignature(), "shape signature", location);
        if (signature == null && !declared.isKnown()) {
            signature = declared;
        }
        if (signature != null && signature.isKnown()) {
            signature = null;
        }
        if (table.externalBuffer() != 0) {
            external.add(new Offender(location, "lies in external buffer " + table.externalBuffer()));
        }
        Shape shape = declared.withUnknown(1);
        return new TensorSpec(
                id,
                table.name(),
                table.type(),
                shape,
                signature,
                quantization(table.quantization(), location),
                table.isVariable(),
                constant(table, shape, written, location),
                table.sparsity(),
                table.variantTensors());
    }

    private Shape shape(Ints dimensions, String what, Location location) {
        if (dimensions.stream().anyMatch(d -> d < Shape.UNKNOWN)) {
            complain(location, "has " + what + " " + dimensions);
            return Shape.SCALAR;
        }
        return new Shape(dimensions);
    }

    /// Buffer 0 and buffers without data belong to tensors that are computed. A tensor without elements that
    /// nobody writes is a constant all the same (the new shape of a RESHAPE to a scalar), and so is a sparse one
    /// that stores none of them.
    private @Nullable Constant constant(TensorTable table, Shape shape, boolean written, Location location) {
        Bytes data = buffer(table.buffer(), "", location);
        if (!data.isEmpty()) {
            return new Constant.Mapped(data);
        }
        boolean empty = table.sparsity() != null || shape.dimensions().stream().anyMatch(d -> d == 0);
        return empty && !written && !table.isVariable() ? new Constant.Inline(Bytes.EMPTY) : null;
    }

    private Bytes buffer(int index, String owner, Location location) {
        if (index < 0 || index >= Math.max(file.buffers().size(), 1)) {
            complain(
                    location,
                    owner + "has buffer " + index + " of " + file.buffers().size());
            return Bytes.EMPTY;
        }
        Bytes data = index == 0 ? null : file.buffers().get(index).data();
        return data == null ? Bytes.EMPTY : data;
    }

    private QuantizationParameters quantization(@Nullable QuantizationParametersTable table, Location location) {
        if (table == null || table.equals(QuantizationParametersTable.DEFAULT)) {
            return QuantizationParameters.NONE;
        }
        int scales = table.scale().size();
        int zeroPoints = table.zeroPoint().size();
        if (scales > 0 && zeroPoints > 0 && zeroPoints != scales) {
            complain(location, "has " + zeroPoints + " zero points for " + scales + " scales");
        }
        if (table.zeroPoint().stream().anyMatch(zeroPoint -> zeroPoint != (int) zeroPoint)) {
            complain(location, "has a zero point beyond 32 bits");
        }
        return new QuantizationParameters(
                table.scale(),
                table.zeroPoint(),
                table.quantizedDimension(),
                table.min(),
                table.max(),
                table.details());
    }

    private @Nullable SignatureDef signature(SignatureDefTable table, List<Integer> firstTensor) {
        int subgraph = table.subgraphIndex();
        if (subgraph < 0 || subgraph >= firstTensor.size()) {
            complain(
                    Location.file(source),
                    "signature '" + table.signatureKey() + "' enters subgraph " + subgraph + " of "
                            + firstTensor.size());
            return null;
        }
        Place place = new Place(
                subgraph,
                -1,
                null,
                firstTensor.get(subgraph),
                file.subgraphs().get(subgraph).tensors().size());
        String of = " of signature '" + table.signatureKey() + "'";
        return new SignatureDef(
                table.signatureKey(),
                subgraph,
                tensorMap(table.inputs(), "input", of, place),
                tensorMap(table.outputs(), "output", of, place));
    }

    private Map<String, TensorId> tensorMap(List<TensorMapTable> entries, String kind, String of, Place place) {
        Map<String, TensorId> map = new LinkedHashMap<>();
        for (TensorMapTable entry : entries) {
            int position = entry.tensorIndex();
            String what = kind + " '" + entry.name() + "'" + of;
            if (position < 0 || position >= place.count()) {
                complain(place, what + " is tensor " + position + " of " + place.count());
            } else if (map.put(entry.name(), new TensorId(place.first() + position)) != null) {
                complain(place, what + " stands there twice");
            }
        }
        return map;
    }

    /// Old files list buffers of metadata without names; those get an empty name.
    private List<Metadata> metadata() {
        List<Metadata> metadata = new ArrayList<>();
        Set<Integer> named = new HashSet<>();
        for (MetadataTable table : file.metadata()) {
            String owner = "metadata '" + table.name() + "' ";
            metadata.add(new Metadata(table.name(), buffer(table.buffer(), owner, Location.file(source))));
            named.add(table.buffer());
        }
        for (int i = 0; i < file.metadataBuffer().size(); i++) {
            int index = file.metadataBuffer().get(i);
            if (!named.contains(index)) {
                String owner = "metadata buffer " + i + " ";
                metadata.add(new Metadata("", buffer(index, owner, Location.file(source))));
            }
        }
        return metadata;
    }

    private void complain(Place place, String what) {
        complain(place.location(source), what);
    }

    private void complain(Location location, String what) {
        offenders.add(new Offender(location, what));
    }
}
