package dev.lithe.runtime;

import dev.lithe.graph.ClosedException;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

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
    private volatile @Nullable ExecutionContext shared;
    private volatile boolean closed;

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
    /// @throws CancellationException where the thread was interrupted or the run cancelled
    /// @throws ClosedException where the interpreter is closed, or was while it ran
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return run(defaultSignature(), inputs);
    }

    /// Runs the signature with key `signature`.
    ///
    /// @return copies of the outputs, by name
    /// @throws DatasetException where names, types or shapes do not fit; it lists what is expected
    /// @throws CancellationException where the thread was interrupted or the run cancelled
    /// @throws ClosedException where the interpreter is closed, or was while it ran
    public synchronized Map<String, Tensor> run(String signature, Map<String, Tensor> inputs) {
        Edge edge = edge(signature);
        ExecutionContext context = context(edge);
        context.releaseOutputs();
        new InputBinding(compiled.model().source(), edge, context).bind(inputs);
        context.run();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        edge.outputs()
                .forEach((name, spec) ->
                        outputs.put(name, context.tensor(spec.id()).copy()));
        return outputs;
    }

    /// Runs the default signature on memory of the caller's, see [#run(String, Map, Map)].
    public void run(Map<String, MemorySegment> inputs, Map<String, MemorySegment> outputs) {
        run(defaultSignature(), inputs, outputs);
    }

    /// Runs the signature with key `signature`, reading inputs from and writing outputs to memory of the
    /// caller's: arrays (`MemorySegment.ofArray`), buffers in the machine's byte order
    /// (`MemorySegment.ofBuffer`), native or mapped memory. It holds exactly the tensor's elements,
    /// row-major; what is copied and what is not, [ExecutionContext] tells. Outputs that are not named
    /// are not delivered. The memory is let go of when this returns.
    ///
    ///     try (Arena arena = Arena.ofConfined()) {
    ///         MemorySegment pixels = arena.allocate(ValueLayout.JAVA_FLOAT, 224 * 224 * 3);
    ///         float[] scores = new float[1000];
    ///         interpreter.run(Map.of("image", pixels), Map.of("scores", MemorySegment.ofArray(scores)));
    ///     }
    ///
    /// Shapes are those of the model, or of the last [#resizeInputs] or run.
    ///
    /// @throws DatasetException where names, sizes or alignments do not fit; it lists all of them
    /// @throws CancellationException where the thread was interrupted or the run cancelled
    /// @throws ClosedException where the interpreter is closed, or was while it ran
    public synchronized void run(
            String signature, Map<String, MemorySegment> inputs, Map<String, MemorySegment> outputs) {
        Edge edge = edge(signature);
        ExecutionContext context = context(edge);
        new MemoryBinding(compiled.model().source(), edge, context).bind(inputs, outputs);
        try {
            context.run();
        } finally {
            context.releaseAll();
        }
    }

    /// Gives inputs of the default signature other shapes, those that are named.
    ///
    /// @throws DatasetException where there is no such input, or the model cannot take the shapes
    public void resizeInputs(Map<String, Shape> shapes) {
        resizeInputs(defaultSignature(), shapes);
    }

    /// Gives inputs of a signature other shapes, those that are named.
    ///
    /// @throws DatasetException where there is no such input, or the model cannot take the shapes
    public synchronized void resizeInputs(String signature, Map<String, Shape> shapes) {
        Edge edge = edge(signature);
        ExecutionContext context = context(edge);
        List<Offender> unknown = shapes.keySet().stream()
                .filter(name -> !edge.inputs().containsKey(name))
                .map(name -> new Offender(Location.NOWHERE, "there is no input '" + name + "'"))
                .toList();
        if (!unknown.isEmpty()) {
            throw new DatasetException(
                    "LQ0520",
                    "the shapes do not fit " + compiled.model().source(),
                    "name inputs of " + edge.inputs().keySet() + ".",
                    unknown);
        }
        List<TensorSpec> order = context.inputs();
        Shape[] all = new Shape[order.size()];
        Arrays.setAll(all, context::inputShape);
        shapes.forEach((name, shape) -> all[order.indexOf(edge.inputs().get(name))] = shape);
        context.resizeInputs(List.of(all));
    }

    /// A copy of a tensor as the last run of the default signature left it: an input, an output, a
    /// variable, or one that was asked for with [PlanOptions#observe(String...)].
    ///
    /// @param name the tensor's name in the file, as `inspect` lists it
    /// @throws DatasetException where there is no such tensor, or its memory is used again
    public Tensor tensor(String name) {
        return tensor(defaultSignature(), name);
    }

    /// A copy of a tensor as the last run of the signature left it, see [#tensor(String)].
    public synchronized Tensor tensor(String signature, String name) {
        Edge edge = edge(signature);
        ExecutionContext context = context(edge);
        Location location = Location.tensor(compiled.model().source(), edge.subgraph(), name);
        for (TensorSpec spec :
                compiled.model().subgraphs().get(edge.subgraph()).tensors().values()) {
            if (spec.name().equals(name)) {
                if (!context.keeps(spec.id())) {
                    throw new DatasetException(
                            "LQ0534",
                            location,
                            "its memory is used again by later operators",
                            "ask for it before: PlanOptions.observe(\"" + name + "\").");
                }
                return context.tensor(spec.id()).copy();
            }
        }
        throw new DatasetException("LQ0533", location, "there is no such tensor", "name one that inspect lists.");
    }

    /// Ends the run that is under way on another thread, if any, before its next operator: that thread gets a
    /// [CancellationException], and the interpreter may run again.
    public void cancel() {
        ExecutionContext running = shared;
        if (running != null) {
            running.cancel();
        }
    }

    private ExecutionContext context(Edge edge) {
        requireOpen();
        ExecutionContext context = contexts.computeIfAbsent(edge.subgraph(), this::newContext);
        shared = context;
        requireOpen(); // a close that came meanwhile has not seen the context
        return context;
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException(
                    "LQ0701",
                    Location.file(compiled.model().source()),
                    "the interpreter is closed",
                    "open the model again.");
        }
    }

    /// All signatures share one context's state.
    private ExecutionContext newContext(int subgraph) {
        return contexts.isEmpty()
                ? compiled.newContext(subgraph)
                : contexts.values().iterator().next().entering(subgraph);
    }

    /// Sets the variables of stateful models to their initial value, for all signatures. The next run
    /// initializes what CALL_ONCE operators initialize.
    public synchronized void resetVariables() {
        requireOpen();
        contexts.values().forEach(ExecutionContext::resetVariables);
    }

    /// What an edge of the model stores for `values`: quantized with the type and parameters of `spec`,
    /// where that is an integer of 8 or 16 bits; the same otherwise. Runs that are given floats do this
    /// by themselves. To quantize
    /// into an array of your own use [QuantizationMath#quantizeInto].
    ///
    /// @param values FLOAT32
    public static Tensor quantize(Tensor values, TensorSpec spec) {
        return InputBinding.canBeQuantized(spec, values)
                ? QuantizationMath.quantize(values, spec.type(), spec.quantization())
                : values;
    }

    /// The real values of a quantized tensor; others as they are. To dequantize into an array of your own use
    /// [QuantizationMath#dequantizeInto].
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

    /// Gives the memory back. A run on another thread is ended before its next operator, with a
    /// [ClosedException] there; this waits for it. Using the interpreter afterwards is an error (LQ0701);
    /// closing it again is not.
    @Override
    public void close() {
        closed = true;
        ExecutionContext running = shared;
        if (running != null) {
            running.close();
        }
        synchronized (this) {
            contexts.values().forEach(ExecutionContext::close);
            contexts.clear();
        }
    }
}
