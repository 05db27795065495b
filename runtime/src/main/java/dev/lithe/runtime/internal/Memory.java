package dev.lithe.runtime.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The arrays behind one subgraph's tensors in one context. Nothing is allocated before it is needed.
final class Memory {
    private final CompiledSubgraph code;
    private final Execution execution;
    private final @Nullable Tensor[] tensors;
    private final @Nullable Tensor[] planned;
    private final @Nullable Object[] own;
    private @Nullable Object[] shared = new Object[0];
    private @Nullable ArenaPlan plan;
    private boolean ready;

    Memory(CompiledSubgraph code, Execution execution) {
        this.code = code;
        this.execution = execution;
        int count = code.specs().length;
        this.tensors = new Tensor[count];
        this.planned = new Tensor[count];
        this.own = new Object[count];
    }

    /// Arranges the tensors as `newPlan` has it. Variables keep their values.
    void use(ArenaPlan newPlan) {
        plan = newPlan;
        ready = false;
        shared = new Object[newPlan.slots().size()];
        for (int i = 0; i < tensors.length; i++) {
            planned[i] = newPlan.shapes().known()[i];
            tensors[i] = planned[i];
        }
    }

    /// Makes everything ready for a run. `restore`: some tensors were resized in the last one, or replaced.
    /// `elsewhere`: by tensor, whether it needs no place here because the caller gives it one; null where
    /// none does.
    void begin(boolean restore, boolean @Nullable [] elsewhere) {
        ArenaPlan current = Objects.requireNonNull(plan);
        for (int i = 0; !ready && i < tensors.length; i++) {
            boolean here = elsewhere == null || !elsewhere[i];
            if (here && (current.slotOf()[i] >= 0 || code.specs()[i].variable())) {
                allocate(i);
            }
        }
        ready = true;
        if (restore) {
            System.arraycopy(planned, 0, tensors, 0, tensors.length);
        }
    }

    /// Lets go of all arrays.
    void release() {
        plan = null;
        ready = false;
        shared = new Object[0];
        Arrays.fill(tensors, null);
        Arrays.fill(planned, null);
        Arrays.fill(own, null);
    }

    /// The tensor as it is now; empty where its shape is not known yet.
    Tensor get(int position) {
        Tensor tensor = tensors[position];
        if (tensor == null) {
            return hasKnownShape(position) ? allocate(position) : empty(position);
        }
        return tensor;
    }

    private boolean hasKnownShape(int position) {
        return plan != null && plan.shapes().shapes()[position] != null;
    }

    private Tensor empty(int position) {
        TensorSpec spec = code.specs()[position];
        return Tensor.allocate(spec.type(), Shape.of(0), spec.quantization());
    }

    /// Whether the tensor's value was known before the run: then no kernel computes it.
    boolean isKnown(int position) {
        return plan != null && plan.shapes().known()[position] != null;
    }

    void put(int position, Tensor tensor) {
        tensors[position] = tensor;
    }

    @Nullable
    Object array(int position) {
        Tensor tensor = tensors[position];
        return tensor == null ? null : tensor.array();
    }

    /// The tensor in its planned place.
    Tensor allocate(int position) {
        Tensor tensor = planned[position];
        if (tensor == null) {
            ArenaPlan current = Objects.requireNonNull(plan);
            TensorSpec spec = code.specs()[position];
            Shape shape = Objects.requireNonNull(current.shapes().shapes()[position]);
            int slot = current.slotOf()[position];
            Object array = slot >= 0 ? shared(slot, current.slots()) : ownArray(position, shape);
            tensor = Tensor.wrap(spec.type(), shape, spec.quantization(), array);
            planned[position] = tensor;
        }
        tensors[position] = tensor;
        return tensor;
    }

    private Object shared(int slot, List<SlotPlanner.Slot> slots) {
        Object array = shared[slot];
        if (array == null) {
            array = Array.newInstance(slots.get(slot).kind.getComponentType(), slots.get(slot).length);
            shared[slot] = array;
        }
        return array;
    }

    /// Gives the tensor another shape, in an array of its own where its planned one is another.
    Tensor resize(int position, Shape shape) {
        Tensor now = tensors[position];
        if (now != null && now.shape().equals(shape)) {
            return now;
        }
        if (plan != null && shape.equals(plan.shapes().shapes()[position])) {
            return allocate(position);
        }
        TensorSpec spec = code.specs()[position];
        Tensor resized = Tensor.wrap(spec.type(), shape, spec.quantization(), ownArray(position, shape));
        tensors[position] = resized;
        return resized;
    }

    /// An array that only this tensor uses; it grows and never shrinks.
    private Object ownArray(int position, Shape shape) {
        TensorSpec spec = code.specs()[position];
        Location location = Location.tensor(execution.source(), code.index(), spec.name());
        int units = Sizes.units(spec.type(), shape, location);
        Object array = own[position];
        if (array == null || Array.getLength(array) < units) {
            Sizes.requireWithin(Sizes.bytes(spec.type(), units), execution.limit(), location);
            array = Tensor.newArray(spec.type(), units);
            own[position] = array;
            if (spec.variable()) {
                reset(spec, array);
            }
        }
        return array;
    }

    void resetVariables() {
        for (int i = 0; i < own.length; i++) {
            Object array = own[i];
            if (code.specs()[i].variable() && array != null) {
                reset(code.specs()[i], array);
            }
        }
    }

    /// The initial value of a variable: 0, or the stored integer that stands for it.
    private static void reset(TensorSpec spec, Object array) {
        boolean shifted = spec.type() == TensorType.INT8
                && !spec.quantization().zeroPoints().isEmpty();
        switch (array) {
            case byte[] a ->
                Arrays.fill(a, (byte) (shifted ? spec.quantization().zeroPoint() : 0));
            case short[] a -> Arrays.fill(a, (short) 0);
            case int[] a -> Arrays.fill(a, 0);
            case long[] a -> Arrays.fill(a, 0);
            case float[] a -> Arrays.fill(a, 0);
            case double[] a -> Arrays.fill(a, 0);
            default -> Arrays.fill((byte[][]) array, new byte[0]);
        }
    }
}
