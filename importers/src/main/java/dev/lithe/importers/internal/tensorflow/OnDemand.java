package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values that depend on unknown dimensions: operators compute them only where one has to read them, and
/// then once.
final class OnDemand {
    private OnDemand() {}

    static Value of(Numbers numbers, Supplier<Value> operators) {
        AtomicReference<@Nullable Value> computed = new AtomicReference<>();
        return new Value.Partial(numbers, () -> {
            Value value = computed.get();
            if (value == null) {
                value = operators.get();
                computed.set(value);
            }
            return value;
        });
    }
}
