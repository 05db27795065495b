package dev.lithe.importers.internal.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.onnx.proto.OnnxModel;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.nio.file.Path;

/// An ONNX file: its protobuf, whose large byte fields stay slices of the mapped file.
record OnnxFile(Path path, OnnxModel model) {
    private static final int RECURSION_LIMIT = 100;

    /// @throws MalformedModelException (LQ0150, LQ0180) where the file is missing, cut off or damaged
    static OnnxFile read(Path path) {
        Bytes bytes = MappedFile.map(path);
        if (bytes.byteSize() > Integer.MAX_VALUE) {
            throw damaged(
                    path,
                    "has " + bytes.byteSize() + " bytes, a protobuf file has at most 2 GB",
                    "export the model again with its weights as external data.",
                    null);
        }
        try {
            // Only bytes that are declared immutable are shared with the messages instead of copied.
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(
                            bytes.segment().asByteBuffer())
                    .newCodedInput();
            input.enableAliasing(true);
            input.setRecursionLimit(RECURSION_LIMIT);
            OnnxModel model = OnnxModel.parseFrom(input);
            input.checkLastTagWas(0);
            if (!model.hasGraph() || model.getGraph().getOutputCount() == 0) {
                throw damaged(path, "holds no graph with an output", "export the model again.", null);
            }
            return new OnnxFile(path, model);
        } catch (IOException e) {
            throw damaged(path, "is cut off or damaged: " + e.getMessage(), "copy or export the model again.", e);
        }
    }

    private static MalformedModelException damaged(
            Path path, String what, String fix, @org.jspecify.annotations.Nullable IOException cause) {
        Location location = Location.file(path.toString());
        return cause == null
                ? new MalformedModelException("LQ0180", location, what, fix)
                : new MalformedModelException("LQ0180", location, what, fix, cause);
    }
}
