package dev.lithe.importers.internal.keras;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Weights in HDF5 files that hold a whole model: a group for each outer layer, with the list of its
/// weights' names, those of inner layers among them. A weight of an inner layer is found by the names
/// that lead to it, and by the order where names differ between the versions of Keras.
final class NamedWeights implements Weights {
    private static final Map<String, String> OLDER = Map.of(
            "kernel", "W",
            "recurrent_kernel", "U",
            "bias", "b",
            "embeddings", "W",
            "moving_mean", "running_mean",
            "moving_variance", "running_std");

    private final Hdf5 file;
    private final String group;
    private final List<String> names;
    private final Set<Integer> used;
    private final List<String> path;
    private final boolean root;

    private NamedWeights(
            Hdf5 file, String group, List<String> names, Set<Integer> used, List<String> path, boolean root) {
        this.file = file;
        this.group = group;
        this.names = names;
        this.used = used;
        this.path = path;
        this.root = root;
    }

    /// @param group where the groups of the layers stand
    static NamedWeights of(Hdf5 file, String group) {
        return new NamedWeights(file, group, List.of(), new HashSet<>(), List.of(), true);
    }

    @Override
    public Weights child(String attribute, String name) {
        if (!root) {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            return new NamedWeights(file, group, names, used, longer, false);
        }
        String inner = group.isEmpty() ? name : group + "/" + name;
        return new NamedWeights(file, inner, listed(inner), new HashSet<>(), List.of(), false);
    }

    @Override
    public Weights member(String container, List<String> kinds, List<String> memberNames, int index) {
        return child(container, memberNames.get(index));
    }

    /// Long lists are cut into `weight_names0`, `weight_names1`, …
    private List<String> listed(String inner) {
        List<String> whole = file.texts(inner, "weight_names");
        if (whole != null) {
            return whole;
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; ; i++) {
            List<String> part = file.texts(inner, "weight_names" + i);
            if (part == null) {
                return parts;
            }
            parts.addAll(part);
        }
    }

    @Override
    public @Nullable StoredValue find(int index, String name) {
        int found = path.isEmpty() ? ownIndex(index, name) : innerIndex(name);
        if (found < 0) {
            return null;
        }
        used.add(found);
        return file.value(group + "/" + names.get(found));
    }

    private int ownIndex(int index, String name) {
        if (index < names.size() && base(names.get(index)).equals(name)) {
            return index;
        }
        int named = free(i -> base(names.get(i)).equals(name));
        return named >= 0 ? named : index < names.size() ? index : -1;
    }

    private int innerIndex(String name) {
        int exact = free(i -> base(names.get(i)).equals(name) && leadsThrough(names.get(i)));
        if (exact >= 0) {
            return exact;
        }
        int sameName = free(i -> base(names.get(i)).equals(name));
        if (sameName >= 0) {
            return sameName;
        }
        // Keras 1 has the layer's name and an older one of the weight: dense_1_W.
        String older = "_" + OLDER.getOrDefault(name, name);
        int ofLayer = free(i -> base(names.get(i)).equals(path.getLast() + older));
        return ofLayer >= 0 ? ofLayer : free(i -> base(names.get(i)).endsWith(older));
    }

    private int free(java.util.function.IntPredicate test) {
        for (int i = 0; i < names.size(); i++) {
            if (!used.contains(i) && test.test(i)) {
                return i;
            }
        }
        return -1;
    }

    /// Whether the steps of `name` hold those of the path, in order.
    private boolean leadsThrough(String name) {
        List<String> steps = Arrays.asList(name.split("/", -1));
        int at = 0;
        for (String step : path) {
            while (at < steps.size() - 1 && !steps.get(at).equals(step)) {
                at++;
            }
            if (at >= steps.size() - 1) {
                return false;
            }
            at++;
        }
        return true;
    }

    /// `kernel` of `dense/kernel:0`.
    private static String base(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int colon = last.lastIndexOf(':');
        return colon < 0 ? last : last.substring(0, colon);
    }

    @Override
    public String describe(int index, String name) {
        return group + (path.isEmpty() ? "" : "/…/" + String.join("/", path)) + "/" + name;
    }
}
