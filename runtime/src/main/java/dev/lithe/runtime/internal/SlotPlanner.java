package dev.lithe.runtime.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Lets tensors that are not alive at the same time share arrays: greedy interval colouring, largest tensor
/// first, each into the smallest array that is free for its whole life.
final class SlotPlanner {
    /// How many arrays are looked at for one tensor; keeps absurd graphs from taking quadratic time.
    private static final int CANDIDATES = 256;

    /// A tensor that needs `length` elements of an array of kind `kind` from step `first` to step `last`,
    /// both included.
    record Request(Class<?> kind, int length, int first, int last) {}

    /// An array that is shared.
    static final class Slot {
        final Class<?> kind;
        final int length;
        private final NavigableMap<Integer, Integer> taken = new TreeMap<>();

        Slot(Class<?> kind, int length) {
            this.kind = kind;
            this.length = length;
        }

        private boolean isFree(int first, int last) {
            Map.Entry<Integer, Integer> before = taken.floorEntry(last);
            return before == null || before.getValue() < first;
        }
    }

    /// @param slotOf the slot of each request
    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    record Assignment(int[] slotOf, List<Slot> slots) {}

    private SlotPlanner() {}

    static Assignment assign(List<Request> requests) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingInt((Integer i) -> -requests.get(i).length())
                .thenComparingInt(i -> requests.get(i).first())
                .thenComparingInt(i -> i));
        int[] slotOf = new int[requests.size()];
        List<Slot> slots = new ArrayList<>();
        Map<Class<?>, List<Integer>> byKind = new HashMap<>();
        for (int i : order) {
            slotOf[i] = place(requests.get(i), slots, byKind);
        }
        return new Assignment(slotOf, slots);
    }

    /// Arrays are created in order of falling length: the last ones are the smallest.
    private static int place(Request request, List<Slot> slots, Map<Class<?>, List<Integer>> byKind) {
        List<Integer> candidates = byKind.computeIfAbsent(request.kind(), kind -> new ArrayList<>());
        int oldest = Math.max(0, candidates.size() - CANDIDATES);
        for (int c = candidates.size() - 1; c >= oldest; c--) {
            Slot slot = slots.get(candidates.get(c));
            if (slot.isFree(request.first(), request.last())) {
                slot.taken.put(request.first(), request.last());
                return candidates.get(c);
            }
        }
        Slot slot = new Slot(request.kind(), request.length());
        slot.taken.put(request.first(), request.last());
        slots.add(slot);
        candidates.add(slots.size() - 1);
        return slots.size() - 1;
    }
}
