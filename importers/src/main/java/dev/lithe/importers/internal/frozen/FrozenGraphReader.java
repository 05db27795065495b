package dev.lithe.importers.internal.frozen;

import com.google.protobuf.CodedInputStream;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.SignatureProto;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.tensorflow.GraphReader;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Reads a frozen graph: a GraphDef whose weights are constants.
public final class FrozenGraphReader {
    private static final int RECURSION_LIMIT = 100;

    private FrozenGraphReader() {}

    public static Model read(Path path, ImportOptions options) {
        GraphDef graph = parse(path);
        if (graph.getNodeCount() == 0) {
            throw new MalformedModelException(
                    "LQ0153",
                    Location.file(path.toString()),
                    "holds no node of a graph",
                    "give a frozen GraphDef; a SavedModel is given as its folder.");
        }
        Endpoints endpoints = Endpoints.of(path.toString(), graph, options);
        SignatureProto.Builder signature = SignatureProto.newBuilder();
        endpoints.inputs().forEach(signature::putInputs);
        endpoints.outputs().forEach(signature::putOutputs);
        List<String> order = endpoints.names();
        GraphReader.Source source = new GraphReader.Source(
                String.valueOf(path.getFileName()),
                path.toString(),
                graph,
                Map.of("serving_default", signature.build()),
                node -> noVariables(path, node));
        return GraphReader.read(source.unsigned(order), options);
    }

    private static Checkpoint.Entry noVariables(Path path, RawNode node) {
        throw new InvalidModelException(
                "LQ0251",
                Location.tensor(path.toString(), -1, node.name()),
                "is a variable: the graph is not frozen",
                "freeze it (turn its variables into constants), or export a SavedModel.");
    }

    private static GraphDef parse(Path path) {
        Bytes bytes = MappedFile.map(path);
        if (bytes.byteSize() > Integer.MAX_VALUE) {
            throw new MalformedModelException(
                    "LQ0153",
                    Location.file(path.toString()),
                    "has " + bytes.byteSize() + " bytes, a protobuf file has at most 2 GB",
                    "export a SavedModel, which keeps large weights beside the graph.");
        }
        CodedInputStream input = CodedInputStream.newInstance(bytes.segment().asByteBuffer());
        input.setRecursionLimit(RECURSION_LIMIT);
        try {
            GraphDef graph = GraphDef.parseFrom(input);
            input.checkLastTagWas(0);
            return graph;
        } catch (IOException e) {
            throw new MalformedModelException(
                    "LQ0153",
                    Location.file(path.toString()),
                    "is cut off, damaged or no binary GraphDef: " + e.getMessage(),
                    "copy or export the model again; a text file (.pbtxt) has to be written as a binary one.",
                    e);
        }
    }
}
