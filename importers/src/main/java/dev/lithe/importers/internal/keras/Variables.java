package dev.lithe.importers.internal.keras;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.RawNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The variables of the graph and where their values lie in the file. What is missing or of another
/// shape is collected, so that it can be reported at once.
final class Variables {
    private final String file;
    private final GraphWriter graph;
    private final Map<String, Checkpoint.Entry> values = new HashMap<>();
    private final Map<String, DataType> types = new HashMap<>();
    private final List<Offender> problems = new ArrayList<>();

    /// @param graph the outermost one: it gets the handles
    Variables(String file, GraphWriter graph) {
        this.file = file;
        this.graph = graph;
    }

    /// A handle for weight `index` of `layer`.
    ///
    /// @param shape what the layer's settings ask for; -1 for what only the file says
    Symbol add(Layer layer, int index, String weight, int... shape) {
        StoredValue stored = layer.weights().find(index, weight);
        if (stored == null) {
            problem(layer, index, weight, "is missing");
        } else if (!fits(stored.shape(), shape)) {
            problem(
                    layer,
                    index,
                    weight,
                    "has the shape " + stored.shape() + " where " + layer.kind() + " needs " + Shape.of(shape));
        }
        Shape known = stored != null && fits(stored.shape(), shape) ? stored.shape() : Shape.of(shape);
        DataType type = stored == null ? DataType.DT_FLOAT : stored.type();
        String name = layer.name() + "/" + weight;
        // Layers within other layers may share a name; that of the node is unique and tells them apart.
        Symbol handle = graph.root(name, type, known);
        types.put(handle.reference(), type);
        if (stored != null) {
            List<Long> dimensions = new ArrayList<>();
            LayoutOps.list(known).forEach(size -> dimensions.add((long) size));
            values.put(handle.reference(), new Checkpoint.Entry(type, dimensions, stored.bytes()));
        }
        return handle;
    }

    /// The value of the variable behind `handle`, read where `ops` adds nodes.
    Symbol read(Symbol handle, Ops ops) {
        return ops.graph.read(handle, types.getOrDefault(handle.reference(), DataType.DT_FLOAT));
    }

    private static boolean fits(Shape stored, int[] wanted) {
        boolean fits = stored.rank() == wanted.length;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = wanted[i] < 0 || wanted[i] == stored.dimension(i);
        }
        return fits;
    }

    private void problem(Layer layer, int index, String weight, String what) {
        Location location = Location.tensor(file, -1, layer.weights().describe(index, weight));
        problems.add(new Offender(location, "weight '" + weight + "' of " + layer + " " + what));
    }

    /// @throws InvalidModelException (LQ0270) listing all weights that are missing or do not fit
    void check() {
        if (!problems.isEmpty()) {
            throw new InvalidModelException(
                    "LQ0270",
                    file + ": " + problems.size() + (problems.size() == 1 ? " weight does" : " weights do")
                            + " not fit the layers",
                    "save the whole model again with Keras (model.save), after it was built.",
                    problems);
        }
    }

    /// The value behind a handle, as [GraphReader] asks for it.
    Checkpoint.Entry value(RawNode handle) {
        Checkpoint.Entry entry = values.get(handle.name());
        if (entry == null) {
            throw new InvalidModelException(
                    "LQ0251",
                    Location.tensor(file, -1, handle.name()),
                    "has no value in the file",
                    "save the whole model again with Keras (model.save), after it was built.");
        }
        return entry;
    }
}
