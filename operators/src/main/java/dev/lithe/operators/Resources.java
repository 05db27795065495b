package dev.lithe.operators;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What outlives a run in one execution context: resource variables, hash tables, what has been initialized, and the
/// state of random operators. All subgraphs of the context share it. Used by one thread at a time.
public final class Resources {
    private record Name(String container, String sharedName) {}

    private final Map<Name, Integer> handles = new HashMap<>();
    private final List<@Nullable Tensor> variables = new ArrayList<>();
    private final Map<Integer, LookupTable> tables = new HashMap<>();
    private final Set<Integer> initialized = new HashSet<>();
    private final Map<Object, Object> states = new HashMap<>();

    /// The handle of the variable with this name, the same for everyone who asks.
    public int handle(String container, String sharedName) {
        return handles.computeIfAbsent(new Name(container, sharedName), name -> {
            variables.add(null);
            return variables.size() - 1;
        });
    }

    /// The value of a variable; shared, valid until it is assigned again.
    ///
    /// @throws IllegalArgumentException where the handle is no variable's, or nothing was assigned to it
    public Tensor variable(int handle) {
        requireVariable(handle);
        Tensor value = variables.get(handle);
        if (value == null) {
            throw new IllegalArgumentException("resource variable " + handle + " is read before it is assigned");
        }
        return value;
    }

    /// Gives a variable a copy of `value`. It may have another type or shape than the one before.
    ///
    /// @throws IllegalArgumentException where the handle is no variable's
    public void assign(int handle, Tensor value) {
        requireVariable(handle);
        Tensor before = variables.get(handle);
        boolean fits = before != null
                && before.type() == value.type()
                && before.elementCount() == value.elementCount()
                && before.array() != value.array();
        if (!fits) {
            variables.set(handle, value.copy());
            return;
        }
        int units = value.elementCount() * Tensor.unitsPerElement(value.type());
        System.arraycopy(value.array(), 0, before.array(), 0, units);
        variables.set(handle, before.withShape(value.shape()).withQuantization(value.quantization()));
    }

    private void requireVariable(int handle) {
        if (handle < 0 || handle >= variables.size()) {
            throw new IllegalArgumentException(handle + " is the handle of no resource variable");
        }
    }

    /// The hash table `id`, made where it does not exist yet.
    public LookupTable createTable(int id, TensorType keys, TensorType values) {
        return tables.computeIfAbsent(id, i -> new LookupTable(keys, values));
    }

    /// The hash table `id`.
    ///
    /// @throws IllegalArgumentException where there is none
    public LookupTable table(int id) {
        LookupTable table = tables.get(id);
        if (table == null) {
            throw new IllegalArgumentException(id + " is the handle of no hash table");
        }
        return table;
    }

    /// Whether subgraph `subgraph` has been run as an initializer.
    public boolean isInitialized(int subgraph) {
        return initialized.contains(subgraph);
    }

    public void markInitialized(int subgraph) {
        initialized.add(subgraph);
    }

    /// The state that belongs to `key` (a prepared kernel's own object), made where there is none yet.
    @SuppressWarnings("unchecked") // a key is known to one kernel, which always asks for the same type
    public <S> S state(Object key, Supplier<S> initial) {
        return (S) states.computeIfAbsent(key, k -> initial.get());
    }

    /// Forgets everything: the next run begins as the first one did.
    public void reset() {
        handles.clear();
        variables.clear();
        tables.clear();
        initialized.clear();
        states.clear();
    }
}
