package dev.lithe.runtime;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/// Runs a model on named tensors.
///
/// Names are those of the signature, or of the tensors where the model has no signature. A float tensor for
/// an input of 8 or 16 bit integers is quantized with the input's parameters; everything else must have the
/// input's type. An input whose shape the model leaves open takes any shape that fits.
///
/// Safe for use by several threads, which wait for each other: an interpreter has one set of memory. For
/// parallel runs take [#compiled()] and a context for each thread.
///
///     try (var interpreter = Interpreter.open(Path.of("model.tflite"))) {
///         Map<String, Tensor> out = interpreter.run(Map.of("input", Tensor.of(shape, floats)));
///     }
public final class Interpreter implements AutoCloseable {
    /// The signature that is meant where none is named and there are several.
    public static final String DEFAULT_SIGNATURE = "serving_default";

    private final CompiledModel compiled;
    private final Map<String, Edge> edges;
    private final Map<Integer, ExecutionContext> contexts = new LinkedHashMap<>();
    private boolean closed;

    private Interpreter(CompiledModel compiled) {
        this.compiled = compiled;
        this.edges = edges(compiled.model());
    }

    /// Opens a `.tflite` file with [PlanOptions#DEFAULT].
    public static Interpreter open(Path file) {
        return open(file, PlanOptions.DEFAULT);
    }

    /// Opens a `.tflite` file.
    ///
    /// @throws MalformedModelException where the file cannot be read (LQ01xx)
    /// @throws InvalidModelException where the model contradicts itself (LQ02xx)
    /// @throws UnsupportedException listing every operator that this version cannot run (LQ03xx)
    public static Interpreter open(Path file, PlanOptions options) {
        return of(Runtime.compile(TfliteReader.read(file), options));
    }

    /// An interpreter with memory of its own for a model that is compiled already.
    public static Interpreter of(CompiledModel compiled) {
        return new Interpreter(compiled);
    }

    private static Map<String, Edge> edges(Model model) {
        Map<String, Edge> edges = new LinkedHashMap<>();
        for (SignatureDef signature : model.signatures()) {
            edges.put(signature.key(), Edge.of(signature, model.subgraphs().get(signature.subgraph())));
        }
        if (edges.isEmpty()) {
            edges.put("", Edge.of(0, model.main()));
        }
        return Collections.unmodifiableMap(edges);
    }

    public CompiledModel compiled() {
        return compiled;
    }

    /// The keys of the model's signatures; a single empty one where it has none.
    public List<String> signatures() {
        return List.copyOf(edges.keySet());
    }

    /// The inputs of the default signature by name.
    public Map<String, TensorSpec> inputs() {
        return inputs(defaultSignature());
    }

    public Map<String, TensorSpec> inputs(String signature) {
        return edge(signature).inputs();
    }

    /// The outputs of the default signature by name.
    public Map<String, TensorSpec> outputs() {
        return outputs(defaultSignature());
    }

    public Map<String, TensorSpec> outputs(String signature) {
        return edge(signature).outputs();
    }

    /// Runs the default signature: the only one, or the one called `serving_default`.
    ///
    /// @return copies of the outputs, by name
    /// @throws DatasetException where names, types or shapes do not fit; it lists what is expected
    /// @throws CancellationException where the thread was interrupted
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return run(defaultSignature(), inputs);
    }

    /// Runs the signature with key `signature`.
    ///
    /// @return copies of the outputs, by name
    /// @throws DatasetException where names, types or shapes do not fit; it lists what is expected
    /// @throws CancellationException where the thread was interrupted
    public synchronized Map<String, Tensor> run(String signature, Map<String, Tensor> inputs) {
        if (closed) {
            throw new IllegalStateException("the interpreter is closed");
        }
        Edge edge = edge(signature);
        ExecutionContext context = contexts.computeIfAbsent(edge.subgraph(), this::newContext);
        new InputBinding(compiled.model().source(), edge, context).bind(inputs);
        context.run();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        edge.outputs()
                .forEach((name, spec) ->
                        outputs.put(name, context.tensor(spec.id()).copy()));
        return outputs;
    }

    /// All signatures share one context's state.
    private ExecutionContext newContext(int subgraph) {
        return contexts.isEmpty()
                ? compiled.newContext(subgraph)
                : contexts.values().iterator().next().entering(subgraph);
    }

    /// Sets the variables of stateful models to their initial value, for all signatures. The next run initializes what
    /// CALL_ONCE operators initialize.
    public synchronized void resetVariables() {
        contexts.values().forEach(ExecutionContext::resetVariables);
    }

    /// The real values of a quantized tensor; others as they are.
    public static Tensor dequantize(Tensor tensor) {
        boolean quantized = tensor.type() != TensorType.FLOAT32
                && !tensor.quantization().scales().isEmpty();
        return quantized ? QuantizationMath.dequantize(tensor) : tensor;
    }

    private String defaultSignature() {
        if (edges.size() == 1 || edges.containsKey(DEFAULT_SIGNATURE)) {
            return edges.containsKey(DEFAULT_SIGNATURE)
                    ? DEFAULT_SIGNATURE
                    : edges.keySet().iterator().next();
        }
        throw new DatasetException(
                "LQ0521",
                compiled.model().source() + " has several signatures: " + edges.keySet(),
                "say which one to run.",
                List.of());
    }

    private Edge edge(String signature) {
        Edge edge = edges.get(signature);
        if (edge == null) {
            throw new DatasetException(
                    "LQ0521",
                    compiled.model().source() + " has no signature '" + signature + "'",
                    "choose one of " + edges.keySet() + ".",
                    List.of());
        }
        return edge;
    }

    /// Gives the memory back. Running afterwards is an error.
    @Override
    public synchronized void close() {
        closed = true;
        contexts.clear();
    }
}
