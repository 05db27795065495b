package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.onnx.OnnxReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Reads ONNX models, opset 11 and newer (older ones as far as their operators mean the same), with weights
/// inside or in files beside them.
///
/// The model becomes one signature, `serving_default`, whose inputs and outputs are named as in the file.
/// Images are turned from channels first (NCHW) to channels last (NHWC), as LiteRT has them: inputs that
/// convolutions, pools and the like read, and outputs that they give. Everything else keeps its shape.
/// Half and double precision become single precision. An unknown dimension stands as 1, with -1 in the
/// shape signature.
public final class OnnxImporter implements Importer {
    /// An importer has no state.
    public OnnxImporter() {}

    /// A file that ends in `.onnx`.
    @Override
    public boolean recognizes(Path path) {
        return Files.isRegularFile(path)
                && path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    /// @throws MalformedModelException where a file is missing, cut off or damaged, or where the graph has
    ///     cycles or reads what nothing defines (LQ0150, LQ018x)
    /// @throws InvalidModelException where an input has no usable shape (LQ025x)
    /// @throws UnsupportedException listing every node that cannot be expressed (LQ0380)
    @Override
    public Model load(Path path, ImportOptions options) {
        return OnnxReader.read(path, options);
    }
}
