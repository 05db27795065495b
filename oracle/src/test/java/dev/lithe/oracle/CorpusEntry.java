package dev.lithe.oracle;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file and where it is entered, run by the official runtime and by ours on the same seeded values.
///
/// @param signature the key of a signature, `null` for the primary subgraph
/// @param open what dimensions are given that the file leaves open; the official runtime begins with 1
record CorpusEntry(Path file, @Nullable String signature, int open) {
    /// Calls one after the other: what has a state keeps it.
    private static final int CALLS = 3;

    private static final PlanOptions REFERENCE = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);

    /// Every way in that a file has: the primary subgraph, signatures of other subgraphs, and each with larger open
    /// dimensions where there are any.
    static List<CorpusEntry> of(Path file) {
        List<CorpusEntry> entries = new ArrayList<>();
        entries.add(new CorpusEntry(file, null, 1));
        Model model;
        try {
            model = TfliteReader.read(file);
        } catch (LitheException e) {
            return entries; // the run tells
        }
        Set<Integer> entered = new HashSet<>(Set.of(0));
        for (SignatureDef signature : model.signatures()) {
            if (entered.add(signature.subgraph())) {
                entries.add(new CorpusEntry(file, signature.key(), 1));
            }
        }
        entries.addAll(entries.stream()
                .filter(entry -> isOpen(entry.entered(model)))
                .map(entry -> new CorpusEntry(file, entry.signature, 3))
                .toList());
        return entries;
    }

    private static boolean isOpen(Subgraph graph) {
        return graph.inputs().stream().anyMatch(id -> graph.tensor(id).shapeSignature() != null);
    }

    String name() {
        return file.getFileName().toString();
    }

    @Override
    public String toString() {
        return name()
                + (signature == null ? "" : ", signature " + signature)
                + (open == 1 ? "" : ", open dimensions " + open);
    }

    /// What the two runtimes made of it.
    sealed interface Outcome {
        /// Both ran it.
        ///
        /// @param kernels the official runtime's; its optimized ones only where it has no reference kernel
        /// @param digests the SHA-256 of each output of ours: `call position digest`
        record Compared(OracleKernels kernels, Map<TensorSpec, Difference> outputs, List<String> digests)
                implements Outcome {}

        /// The official runtime refused it.
        ///
        /// @param theirs its words
        /// @param ours what our runtime made of it, `null` where it ran
        record Refused(OracleResult theirs, @Nullable LitheException ours) implements Outcome {}

        /// The official runtime ran it, ours did not.
        record Missing(LitheException ours) implements Outcome {}
    }

    Outcome run(RememberingOracle oracle) {
        OracleKernels kernels = OracleKernels.REFERENCE;
        OracleResult asked = oracle.run(file, request(kernels));
        if (!(asked instanceof OracleResult.Completed)) {
            OracleResult other = oracle.run(file, request(OracleKernels.BUILTIN));
            if (other instanceof OracleResult.Completed) {
                kernels = OracleKernels.BUILTIN;
                asked = other;
            }
        }
        return asked instanceof OracleResult.Completed completed
                ? compared(oracle, kernels, completed)
                : new Outcome.Refused(asked, refusal());
    }

    private OracleRequest request(OracleKernels kernels) {
        OracleRequest request = OracleRequest.of(kernels);
        return signature == null ? request : request.withSignature(signature);
    }

    private Outcome compared(RememberingOracle oracle, OracleKernels kernels, OracleResult.Completed asked) {
        try {
            Model model = model();
            Subgraph graph = entered(model);
            List<Shape> shapes = shapes(graph, asked);
            List<List<Tensor>> inputs = inputs(graph, shapes);
            OracleResult theirs = oracle.run(file, request(kernels).withInvocations(invocations(inputs)));
            if (!(theirs instanceof OracleResult.Completed completed)) {
                return new Outcome.Refused(theirs, refusal(shapes, inputs));
            }
            List<List<Tensor>> ours = answers(model, shapes, inputs);
            return new Outcome.Compared(kernels, differences(graph, ours, completed.runs()), digests(ours));
        } catch (LitheException e) {
            return new Outcome.Missing(e);
        }
    }

    private List<Shape> shapes(Subgraph graph, OracleResult.Completed asked) {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < asked.inputs().size(); i++) {
            int[] dimensions = asked.inputs().get(i).shape().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            Shape declared = graph.tensor(graph.inputs().get(i)).declaredShape();
            for (int d = 0; d < dimensions.length; d++) {
                if (declared.rank() == dimensions.length && declared.dimension(d) == Shape.UNKNOWN) {
                    dimensions[d] = open;
                }
            }
            shapes.add(Shape.of(dimensions));
        }
        return shapes;
    }

    private Model model() {
        return TfliteReader.read(file);
    }

    private int index(Model model) {
        return signature == null
                ? 0
                : model.signatures().stream()
                        .filter(s -> s.key().equals(signature))
                        .findFirst()
                        .orElseThrow()
                        .subgraph();
    }

    private Subgraph entered(Model model) {
        return model.subgraphs().get(index(model));
    }

    private List<List<Tensor>> inputs(Subgraph graph, List<Shape> shapes) {
        List<List<Tensor>> calls = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                long seed = 1_000_003L * name().hashCode() + 31L * call + i;
                tensors.add(SeededValues.of(graph.tensor(graph.inputs().get(i)), shapes.get(i), seed));
            }
            calls.add(tensors);
        }
        return calls;
    }

    private static List<OracleInvocation> invocations(List<List<Tensor>> calls) {
        return calls.stream()
                .map(call -> OracleInvocation.of(call.stream()
                        .map(tensor -> new OracleInput(SeededValues.bytes(tensor), dimensions(tensor.shape())))
                        .toArray(OracleInput[]::new)))
                .toList();
    }

    /// Our outputs: by call, then by position.
    private List<List<Tensor>> answers(Model model, List<Shape> shapes, List<List<Tensor>> calls) {
        ExecutionContext context = Runtime.compile(model, REFERENCE).newContext(index(model));
        context.resizeInputs(shapes);
        List<List<Tensor>> answers = new ArrayList<>();
        for (List<Tensor> call : calls) {
            for (int i = 0; i < call.size(); i++) {
                context.setInput(i, call.get(i));
            }
            context.run();
            List<Tensor> outputs = new ArrayList<>();
            for (int i = 0; i < context.outputs().size(); i++) {
                outputs.add(context.output(i).copy());
            }
            answers.add(outputs);
        }
        return answers;
    }

    private static Map<TensorSpec, Difference> differences(
            Subgraph graph, List<List<Tensor>> ours, List<OracleRun> theirs) {
        Map<TensorSpec, Difference> differences = new LinkedHashMap<>();
        List<TensorId> outputs = graph.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            int output = i;
            TensorSpec spec = graph.tensor(outputs.get(i));
            List<OracleTensor> expected =
                    theirs.stream().map(run -> run.output(output)).toList();
            List<Tensor> actual = ours.stream().map(call -> call.get(output)).toList();
            for (int call = 0; call < expected.size(); call++) {
                checkShape(spec, actual.get(call), expected.get(call));
            }
            differences.put(
                    spec,
                    Difference.of(
                            graph,
                            spec,
                            actual.stream().map(SeededValues::bytes).toList(),
                            expected.stream().map(OracleTensor::data).toList()));
        }
        return differences;
    }

    private static List<Integer> dimensions(Shape shape) {
        return Arrays.stream(shape.toArray()).boxed().toList();
    }

    private static List<String> digests(List<List<Tensor>> calls) {
        List<String> digests = new ArrayList<>();
        for (int call = 0; call < calls.size(); call++) {
            for (int output = 0; output < calls.get(call).size(); output++) {
                byte[] bytes = SeededValues.bytes(calls.get(call).get(output));
                digests.add(call + " " + output + " " + HexFormat.of().formatHex(sha256().digest(bytes)));
            }
        }
        return digests;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkShape(TensorSpec spec, Tensor actual, OracleTensor expected) {
        if (!dimensions(actual.shape()).equals(expected.info().shape())) {
            throw new IllegalStateException(
                    spec.name() + " is " + actual + ", the official runtime's is " + expected.info());
        }
    }

    /// Our runtime's typed error on zeros, or `null` where the file runs. Anything else that is thrown is a fault.
    private @Nullable LitheException refusal() {
        try {
            Model model = model();
            Runtime.compile(model, REFERENCE).newContext(index(model)).run();
            return null;
        } catch (LitheException e) {
            return e;
        }
    }

    private @Nullable LitheException refusal(List<Shape> shapes, List<List<Tensor>> inputs) {
        try {
            answers(model(), shapes, inputs);
            return null;
        } catch (LitheException e) {
            return e;
        }
    }
}
