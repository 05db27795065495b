package dev.lithe.runtime;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks named memory against an entry and binds a context to it.
final class MemoryBinding {
    private final String source;
    private final Edge edge;
    private final ExecutionContext context;
    private final List<Offender> offenders = new ArrayList<>();

    MemoryBinding(String source, Edge edge, ExecutionContext context) {
        this.source = source;
        this.edge = edge;
        this.context = context;
    }

    /// @throws DatasetException listing every name, size and alignment that does not fit
    void bind(Map<String, MemorySegment> inputs, Map<String, MemorySegment> outputs) {
        requireNames("input", inputs.keySet(), edge.inputs());
        requireNames("output", outputs.keySet(), edge.outputs());
        edge.inputs().keySet().stream()
                .filter(name -> !inputs.containsKey(name))
                .forEach(name -> offenders.add(new Offender(Location.NOWHERE, "input '" + name + "' is missing")));
        attempt(inputs, edge.inputs(), context.inputs(), context::setInput);
        attempt(outputs, edge.outputs(), context.outputs(), context::setOutput);
        if (!offenders.isEmpty()) {
            context.releaseAll();
            throw new DatasetException(
                    "LQ0520",
                    "the memory does not fit " + source,
                    "name inputs " + edge.inputs().keySet() + " and outputs of "
                            + edge.outputs().keySet() + ", each with memory of the tensor's size.",
                    offenders);
        }
    }

    private interface Binder {
        void bind(int index, MemorySegment memory);
    }

    private void requireNames(String kind, Set<String> given, Map<String, TensorSpec> known) {
        given.stream()
                .filter(name -> !known.containsKey(name))
                .forEach(name ->
                        offenders.add(new Offender(Location.NOWHERE, "there is no " + kind + " '" + name + "'")));
    }

    private void attempt(
            Map<String, MemorySegment> given, Map<String, TensorSpec> known, List<TensorSpec> order, Binder binder) {
        known.forEach((name, spec) -> {
            MemorySegment memory = given.get(name);
            int index = order.indexOf(spec);
            if (memory == null) {
                return;
            }
            if (index < 0) {
                offenders.add(new Offender(
                        Location.NOWHERE, "'" + name + "' of the signature is at no edge of its subgraph"));
                return;
            }
            try {
                binder.bind(index, memory);
            } catch (DatasetException e) {
                offenders.add(new Offender(Location.NOWHERE, e.what()));
            }
        });
    }
}
