package dev.lithe.transforms.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Names of tensors that stand for several nodes: the nodes' names joined by `;`, each once.
final class Names {
    private Names() {}

    static String join(String... names) {
        Set<String> parts = new LinkedHashSet<>();
        for (String name : names) {
            parts.addAll(List.of(name.split(";", -1)));
        }
        return String.join(";", parts);
    }
}
