package dev.lithe.oracle;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One of our files on our reference kernels and, from disk, on the official runtime, fed the same bytes.
final class SideBySide {
    private final Model model;
    private final Path file;
    private final List<byte[]> inputs = new ArrayList<>();
    private final Map<TensorId, Integer> indices = new LinkedHashMap<>();

    /// @param folder where the file goes that the official runtime reads
    SideBySide(WrittenFile written, Path folder) throws IOException {
        byte[] bytes = written.convert();
        file = Files.write(folder.resolve("model.tflite"), bytes);
        model = TfliteReader.read(MemorySegment.ofArray(bytes), written.toString());
        // The reader keeps the order of the file, and that is how the official runtime numbers tensors.
        main().tensors().keySet().forEach(id -> indices.put(id, indices.size()));
        TensorSpec input = main().tensor(main().inputs().getFirst());
        for (byte[] sample : written.inputs()) {
            Tensor values = Tensor.fromLittleEndian(
                    TensorType.FLOAT32, input.shape(), QuantizationParameters.NONE, MemorySegment.ofArray(sample));
            inputs.add((input.type() == TensorType.FLOAT32
                            ? values
                            : QuantizationMath.quantize(values, input.type(), input.quantization()))
                    .toLittleEndian());
        }
    }

    /// How far our reference kernels are from one of the official runtime's kernel sets, by tensor.
    ///
    /// @param intermediates whether every tensor that is no constant is compared, or the outputs only
    Map<TensorSpec, Difference> differences(Oracle oracle, OracleKernels kernels, boolean intermediates) {
        Set<TensorId> compared = intermediates ? activations() : Set.copyOf(main().outputs());
        Map<TensorId, List<byte[]>> ours = ours(compared);
        OracleRequest request = OracleRequest.of(kernels)
                .withPreserveAll(intermediates)
                .withInvocations(inputs.stream().map(OracleInvocation::of).toList());
        List<OracleRun> theirs = oracle.run(file, request).orThrow().runs();
        Map<TensorSpec, Difference> differences = new LinkedHashMap<>();
        for (TensorId id : compared) {
            TensorSpec spec = main().tensor(id);
            List<byte[]> expected = theirs.stream()
                    .map(run -> checked(run.tensor(indices.get(id)), spec))
                    .toList();
            differences.put(spec, Difference.of(main(), spec, ours.get(id), expected));
        }
        return differences;
    }

    private static byte[] checked(OracleTensor tensor, TensorSpec spec) {
        if (!tensor.info().name().equals(spec.name())) {
            throw new IllegalStateException(tensor.info() + " beside " + spec.name());
        }
        return tensor.data();
    }

    private Map<TensorId, List<byte[]>> ours(Set<TensorId> observed) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE).observe(observed);
        ExecutionContext context = Runtime.compile(model, options).newContext();
        Map<TensorId, List<byte[]>> values = new LinkedHashMap<>();
        observed.forEach(id -> values.put(id, new ArrayList<>()));
        context.observe((id, tensor) -> values.get(id).add(tensor.toLittleEndian()));
        TensorSpec input = context.inputs().getFirst();
        for (byte[] sample : inputs) {
            context.setInput(
                    0,
                    Tensor.fromLittleEndian(
                            input.type(), input.shape(), input.quantization(), MemorySegment.ofArray(sample)));
            context.run();
        }
        return values;
    }

    /// What operators write, from the first to the last.
    private Set<TensorId> activations() {
        Set<TensorId> ids = new LinkedHashSet<>();
        for (Node node : main().nodes()) {
            ids.addAll(node.outputs());
        }
        return ids;
    }

    private Subgraph main() {
        return model.main();
    }
}
