package dev.lithe.calibration.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Tells models apart: a checksum over operators, tensors and constants. Of a large constant the first and last
/// 64 KB count: training changes all of it, and a digest must not read gigabytes.
public final class ModelDigest {
    private static final long EDGE = 1 << 16;

    private final MessageDigest sha256;

    private ModelDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public static String of(Model model) {
        ModelDigest digest = new ModelDigest();
        model.subgraphs().forEach(digest::subgraph);
        return "sha256:" + HexFormat.of().formatHex(digest.sha256.digest());
    }

    private void subgraph(Subgraph subgraph) {
        number(subgraph.tensors().size());
        for (TensorSpec tensor : subgraph.tensors().values()) {
            text(tensor.name());
            text(tensor.type() + tensor.declaredShape().toString());
            constant(tensor.constant());
        }
        number(subgraph.nodes().size());
        for (Node node : subgraph.nodes()) {
            text(node.code().toString());
            node.inputs().forEach(id -> number(id.value()));
            node.outputs().forEach(id -> number(id.value()));
        }
        subgraph.inputs().forEach(id -> number(id.value()));
        subgraph.outputs().forEach(id -> number(id.value()));
    }

    private void constant(@org.jspecify.annotations.Nullable Constant constant) {
        switch (constant) {
            case null -> number(-1);
            case Constant.Mapped(Bytes bytes) -> bytes(bytes);
            case Constant.Inline(Bytes bytes) -> bytes(bytes);
            case Constant.Derived derived -> {
                text(derived.what());
                number(derived.byteSize());
                derived.sources().forEach(this::constant);
            }
        }
    }

    private void bytes(Bytes bytes) {
        long size = bytes.byteSize();
        number(size);
        sha256.update(bytes.slice(0, Math.min(size, EDGE)).toArray());
        if (size > EDGE) {
            long rest = Math.min(size - EDGE, EDGE);
            sha256.update(bytes.slice(size - rest, rest).toArray());
        }
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        sha256.update(utf8);
    }

    private void number(long number) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }
}
