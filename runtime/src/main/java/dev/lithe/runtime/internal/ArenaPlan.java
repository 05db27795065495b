package dev.lithe.runtime.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.internal.SlotPlanner.Request;
import dev.lithe.runtime.internal.SlotPlanner.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where the tensors of a subgraph live while it runs.
///
/// Tensors of known shape that nobody else owns share arrays. Inputs, variables and tensors whose shape is
/// found at run time have arrays of their own.
///
/// @param slotOf by tensor: the shared array, or -1
/// @param bytes all shared arrays, inputs and variables
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record ArenaPlan(ShapePlan shapes, int[] slotOf, List<Slot> slots, long bytes) {

    /// @throws dev.lithe.graph.UnsupportedException where a tensor, or all together, are too large
    static ArenaPlan of(CompiledSubgraph code, ShapePlan shapes, String source, long limit) {
        Lifetimes lifetimes = new Lifetimes(code);
        int[] slotOf = new int[code.specs().length];
        Arrays.fill(slotOf, -1);
        List<Request> requests = new ArrayList<>();
        List<Integer> tensors = new ArrayList<>();
        long own = 0;
        for (int i = 0; i < slotOf.length; i++) {
            TensorSpec spec = code.specs()[i];
            Shape shape = shapes.shapes()[i];
            if (shape == null || shapes.known()[i] != null || !lifetimes.isUsed(i)) {
                continue;
            }
            int units = Sizes.units(spec.type(), shape, Location.tensor(source, code.index(), spec.name()));
            if (spec.variable() || lifetimes.isInput(i)) {
                own = Math.addExact(own, Sizes.bytes(spec.type(), units));
            } else {
                requests.add(new Request(Tensor.arrayKind(spec.type()), units, lifetimes.first(i), lifetimes.last(i)));
                tensors.add(i);
            }
        }
        SlotPlanner.Assignment assignment = SlotPlanner.assign(requests);
        for (int i = 0; i < requests.size(); i++) {
            slotOf[tensors.get(i)] = assignment.slotOf()[i];
        }
        long bytes =
                own + assignment.slots().stream().mapToLong(ArenaPlan::bytes).sum();
        Sizes.requireWithin(bytes, limit, new Location(source, code.index(), -1, null, null));
        return new ArenaPlan(shapes, slotOf, assignment.slots(), bytes);
    }

    private static long bytes(Slot slot) {
        Class<?> unit = slot.kind.getComponentType();
        if (unit == byte.class) {
            return slot.length;
        }
        if (unit == short.class) {
            return 2L * slot.length;
        }
        return (unit == int.class || unit == float.class ? 4L : 8L) * slot.length;
    }

    /// From which node to which one each tensor is alive.
    private static final class Lifetimes {
        private final int[] first;
        private final int[] last;
        private final boolean[] input;

        Lifetimes(CompiledSubgraph code) {
            int tensors = code.specs().length;
            first = new int[tensors];
            last = new int[tensors];
            input = new boolean[tensors];
            Arrays.fill(first, Integer.MAX_VALUE);
            Arrays.fill(last, -1);
            for (int n = 0; n < code.nodes().size(); n++) {
                touch(code.nodes().get(n).inputs(), n);
                touch(code.nodes().get(n).outputs(), n);
            }
            int end = code.nodes().size();
            for (int i : code.inputs()) {
                input[i] = true;
                first[i] = 0;
            }
            touch(code.outputs(), end);
            for (int i = 0; i < tensors; i++) {
                last[i] = code.observed()[i] ? end : last[i];
            }
        }

        private void touch(int[] tensors, int node) {
            for (int i : tensors) {
                if (i >= 0) {
                    first[i] = Math.min(first[i], node);
                    last[i] = Math.max(last[i], node);
                }
            }
        }

        boolean isUsed(int tensor) {
            return first[tensor] != Integer.MAX_VALUE;
        }

        boolean isInput(int tensor) {
            return input[tensor];
        }

        int first(int tensor) {
            return first[tensor];
        }

        int last(int tensor) {
            return last[tensor];
        }
    }
}
