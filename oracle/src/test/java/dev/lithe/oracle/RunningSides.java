package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A file's primary subgraph on both runtimes, call after call on seeded values, with a reset before some of them.
final class RunningSides {
    private final Path file;
    private final Model model;
    private final Set<Integer> resets;
    private final List<List<Tensor>> calls = new ArrayList<>();

    /// @param resets the calls before which the state is reset; the values of calls begin anew there
    RunningSides(Path file, int count, Set<Integer> resets) {
        this.file = file;
        this.model = TfliteReader.read(file);
        this.resets = resets;
        int since = 0;
        for (int call = 0; call < count; call++) {
            since = resets.contains(call) ? 0 : since;
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < graph().inputs().size(); i++) {
                TensorSpec spec = graph().tensor(graph().inputs().get(i));
                tensors.add(SeededValues.of(spec, spec.shape(), 100L * since + i));
            }
            calls.add(tensors);
            since++;
        }
    }

    Subgraph graph() {
        return model.main();
    }

    /// What operators write, from the first to the last; handles of resources are no values.
    Set<TensorId> activations() {
        Set<TensorId> ids = new LinkedHashSet<>();
        for (Node node : graph().nodes()) {
            ids.addAll(node.outputs());
        }
        ids.removeIf(id -> graph().tensor(id).type() == TensorType.RESOURCE);
        return ids;
    }

    /// The official runtime's values of `tensors`, by call.
    Map<TensorId, List<byte[]>> theirs(RememberingOracle oracle, Set<TensorId> tensors) {
        List<OracleInvocation> invocations = new ArrayList<>();
        for (int call = 0; call < calls.size(); call++) {
            OracleInvocation invocation = OracleInvocation.of(
                    calls.get(call).stream().map(SeededValues::bytes).toArray(byte[][]::new));
            invocations.add(resets.contains(call) ? invocation.withReset() : invocation);
        }
        boolean intermediates = !graph().outputs().containsAll(tensors);
        OracleRequest request = OracleRequest.of(OracleKernels.REFERENCE)
                .withPreserveAll(intermediates)
                .withInvocations(invocations);
        List<OracleRun> runs = oracle.run(file, request).orThrow().runs();
        // The reader keeps the order of the file, and that is how the official runtime numbers tensors.
        List<TensorId> order = List.copyOf(graph().tensors().keySet());
        Map<TensorId, List<byte[]>> values = new LinkedHashMap<>();
        for (TensorId id : tensors) {
            List<byte[]> all = new ArrayList<>();
            for (OracleRun run : runs) {
                OracleTensor tensor = run.tensor(order.indexOf(id));
                assertThat(tensor.info().name()).isEqualTo(graph().tensor(id).name());
                all.add(tensor.data());
            }
            values.put(id, all);
        }
        return values;
    }

    /// Our values of `tensors`, by call.
    ///
    /// @param observed whether they are observed, or read from the context after each run (outputs only)
    Map<TensorId, List<byte[]>> ours(Kernels kernels, Set<TensorId> tensors, boolean observed) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(kernels).observe(observed ? tensors : Set.of());
        ExecutionContext context = Runtime.compile(model, options).newContext();
        Map<TensorId, List<byte[]>> values = new LinkedHashMap<>();
        tensors.forEach(id -> values.put(id, new ArrayList<>()));
        if (observed) {
            context.observe((id, tensor) -> values.get(id).add(SeededValues.bytes(tensor)));
        }
        for (int call = 0; call < calls.size(); call++) {
            if (resets.contains(call)) {
                context.resetVariables();
            }
            for (int i = 0; i < calls.get(call).size(); i++) {
                context.setInput(i, calls.get(call).get(i));
            }
            context.run();
            if (!observed) {
                tensors.forEach(id -> values.get(id).add(SeededValues.bytes(context.tensor(id))));
            }
        }
        return values;
    }

    /// Integers equal, floats within 1e-5 of their range, for each tensor over all calls.
    void compare(Map<TensorId, List<byte[]>> ours, Map<TensorId, List<byte[]>> theirs) {
        assertThat(ours.keySet()).isEqualTo(theirs.keySet());
        ours.forEach((id, values) -> {
            TensorSpec spec = graph().tensor(id);
            Difference difference = Difference.of(graph(), spec, values, theirs.get(id));
            assertThat(difference.largest())
                    .as("%s %s", file.getFileName(), spec.name())
                    .isLessThanOrEqualTo(difference.steps() ? 0 : 1e-5);
        });
    }
}
