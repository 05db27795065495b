package dev.lithe.graph;

import dev.lithe.schema.Bytes;
import java.util.List;
import java.util.Optional;

/// A whole model, immutable. Changes are made by a [GraphPatch].
///
/// `source` names where it came from (a file name) for messages. `trailing` are the bytes that follow the FlatBuffer in
/// its file (the zip that the task libraries read). Ids at or above `nextTensorId` and `nextNodeId` were never used.
public record Model(
        String source,
        String description,
        List<Subgraph> subgraphs,
        List<SignatureDef> signatures,
        List<Metadata> metadata,
        Bytes trailing,
        int nextTensorId,
        int nextNodeId) {
    public Model {
        subgraphs = List.copyOf(subgraphs);
        signatures = List.copyOf(signatures);
        metadata = List.copyOf(metadata);
    }

    /// The primary subgraph.
    public Subgraph main() {
        return subgraphs.getFirst();
    }

    public TensorSpec tensor(TensorId id) {
        for (Subgraph subgraph : subgraphs) {
            TensorSpec spec = subgraph.tensors().get(id);
            if (spec != null) {
                return spec;
            }
        }
        throw new IllegalArgumentException(id + " is no tensor of " + source);
    }

    public Optional<SignatureDef> signature(String key) {
        return signatures.stream().filter(s -> s.key().equals(key)).findFirst();
    }

    public Optional<Metadata> metadata(String name) {
        return metadata.stream().filter(m -> m.name().equals(name)).findFirst();
    }

    public Model withSource(String newSource) {
        return new Model(newSource, description, subgraphs, signatures, metadata, trailing, nextTensorId, nextNodeId);
    }

    public Model withSubgraphs(List<Subgraph> newSubgraphs) {
        return new Model(source, description, newSubgraphs, signatures, metadata, trailing, nextTensorId, nextNodeId);
    }

    public Model withSignatures(List<SignatureDef> newSignatures) {
        return new Model(source, description, subgraphs, newSignatures, metadata, trailing, nextTensorId, nextNodeId);
    }

    public Model withMetadata(List<Metadata> newMetadata) {
        return new Model(source, description, subgraphs, signatures, newMetadata, trailing, nextTensorId, nextNodeId);
    }
}
