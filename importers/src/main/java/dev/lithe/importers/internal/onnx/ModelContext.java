package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxFunction;
import dev.lithe.importers.internal.onnx.proto.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What all graphs of one model share while it is read.
final class ModelContext {
    private final String file;
    private final OnnxTensors tensors;
    private final Map<String, Integer> opsets = new HashMap<>();
    private final Map<String, OnnxFunction> functions = new HashMap<>();
    private final List<Offender> offenders = new ArrayList<>();
    private final Map<TensorId, QuantizationParameters> quantized = new HashMap<>();
    private final Set<Laid> notNegative = Collections.newSetFromMap(new IdentityHashMap<>());
    private final SubgraphBuilder.Ids ids = new SubgraphBuilder.Ids();
    private final SubgraphTable subgraphs = new SubgraphTable();

    ModelContext(OnnxFile source) {
        this.file = String.valueOf(source.path().getFileName());
        this.tensors = new OnnxTensors(file, new ExternalData(source.path()));
        OnnxModel model = source.model();
        model.getOpsetImportList()
                .forEach(o -> opsets.put(
                        o.getDomain().equals("ai.onnx") ? "" : o.getDomain(), OnnxNode.clamp(o.getVersion())));
        model.getFunctionsList().forEach(f -> functions.put(key(f.getDomain(), f.getName(), f.getOverload()), f));
    }

    private static String key(String domain, String name, String overload) {
        return domain + "\n" + name + "\n" + overload;
    }

    /// What messages call the model.
    String file() {
        return file;
    }

    OnnxTensors tensors() {
        return tensors;
    }

    /// Whether `value` is a constant of 4 bits, which is held in bytes.
    boolean isPacked(Laid value) {
        return value.known() instanceof Value.Known known && tensors.isPacked(known);
    }

    /// The version of each domain, ONNX's own under the empty name.
    Map<String, Integer> opsets() {
        return opsets;
    }

    /// The function of the model that `node` calls, or null where it calls none.
    @Nullable
    OnnxFunction function(OnnxNode node) {
        return functions.get(key(node.domain(), node.op(), node.proto().getOverload()));
    }

    List<Offender> offenders() {
        return offenders;
    }

    /// Values that hold no negative numbers.
    Set<Laid> notNegative() {
        return notNegative;
    }

    /// The scales of tensors that were quantized by QUANTIZE.
    Map<TensorId, QuantizationParameters> quantized() {
        return quantized;
    }

    SubgraphBuilder.Ids ids() {
        return ids;
    }

    SubgraphTable subgraphs() {
        return subgraphs;
    }

    MalformedModelException broken(String title, String what) {
        return new MalformedModelException(
                "LQ0183", Location.operator(file, 0, -1, title, null), what, "export the model again.");
    }
}
