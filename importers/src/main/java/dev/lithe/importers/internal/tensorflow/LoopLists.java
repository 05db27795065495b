package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import java.util.List;
import java.util.Map;

/// Lists that a loop fills. A recurrent layer keeps in its list what is its state as well; where the list was
/// made before the size of the batch was known, the state it begins with tells the sizes of an element.
record LoopLists(RawFunction body, List<Value> initial) {
    /// Which input is the element that is set, by operator.
    private static final Map<String, Integer> SETTERS =
            Map.of("TensorListSetItem", 2, "TensorListPushBack", 1, "TensorArrayWriteV3", 2);

    /// The number of the loop's value that has the shape of the elements of list `list`; -1 where there is none.
    int source(int list) {
        RawNode setter = body.graph().outputs().get(list).source().node();
        Integer item = SETTERS.get(setter.op());
        if (item == null || item >= setter.inputs().size()) {
            return -1;
        }
        RawPort element = setter.input(item).source();
        for (int i = 0; i < initial.size(); i++) {
            boolean same = body.graph().outputs().get(i).source().equals(element);
            if (same && SubgraphBuilder.shapeOf(initial.get(i)) != null) {
                return i;
            }
        }
        return -1;
    }
}
