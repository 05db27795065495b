package dev.lithe.calibration.internal;

import dev.lithe.graph.Model;
import dev.lithe.graph.TensorKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One text per tensor: its name, or `NAME#k` for the k-th further tensor of that name in the whole model.
public final class RangeNames {
    private RangeNames() {}

    public static Map<String, TensorKey> of(Model model) {
        Collection<TensorKey> keys = TensorKey.of(model).values();
        Set<String> taken = new HashSet<>();
        keys.forEach(key -> taken.add(key.name()));
        Map<String, Integer> seen = new HashMap<>();
        Map<String, TensorKey> named = new LinkedHashMap<>();
        for (TensorKey key : keys) {
            String text = key.name();
            int ordinal = seen.merge(key.name(), 0, (count, zero) -> count + 1);
            while (ordinal > 0 && taken.contains(text)) { // also where a tensor is really called NAME#1
                text = key.name() + "#" + ordinal++;
            }
            if (ordinal > 0) {
                seen.put(key.name(), ordinal - 1);
            }
            taken.add(text);
            named.put(text, key);
        }
        return named;
    }
}
