package dev.lithe.importers.internal.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Weights in the files of Keras 3: a group for each layer, addressed by the attributes that lead to
/// it, in which `vars` holds the weights by number. In lists a layer is addressed by its class, with
/// a number from the second of its class on.
record PathWeights(Hdf5 file, String path) implements Weights {
    /// What version 2.12 to 2.15 called the list of a model's layers.
    private static final String OLDER = "_layer_checkpoint_dependencies";

    @Override
    public Weights child(String attribute, String name) {
        String plain = join(path, attribute);
        String hidden = join(path, "_" + attribute);
        // In files of Keras 2 some attributes have the underscore that they had in the program.
        return new PathWeights(file, !file.has(plain) && file.has(hidden) ? hidden : plain);
    }

    @Override
    public Weights member(String container, List<String> kinds, List<String> names, int index) {
        String list = container.equals("layers") && !file.has(join(path, container)) ? OLDER : container;
        Map<String, Integer> used = new HashMap<>();
        String step = "";
        for (int i = 0; i <= index; i++) {
            String kind = snakeCase(kinds.get(i));
            int count = used.merge(kind, 1, Integer::sum);
            step = count == 1 ? kind : kind + "_" + (count - 1);
        }
        return new PathWeights(file, join(join(path, list), step));
    }

    @Override
    public @Nullable StoredValue find(int index, String name) {
        StoredValue numbered = file.value(join(path, "vars/" + index));
        return numbered != null ? numbered : file.value(join(path, "vars/" + name));
    }

    @Override
    public String describe(int index, String name) {
        return join(path, "vars/" + index);
    }

    private static String join(String path, String step) {
        return path.isEmpty() ? step : path + "/" + step;
    }

    /// `Conv2DTranspose` as `conv2d_transpose`, `PReLU` as `p_re_lu`.
    static String snakeCase(String kind) {
        return kind.replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
