package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// TensorFlow 1's arrays of tensors. Their contents travel along the value that TensorFlow calls the flow, so the flow
/// is what becomes a list; the handle only says of what.
final class ArrayRules {
    /// The handle of an array.
    private record Handle(TensorType type, Value size) implements Value.Opaque {
        @Override
        public String toString() {
            return "an array of tensors";
        }
    }

    private ArrayRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("TensorArrayV3", ArrayRules::create),
                entry("TensorArrayReadV3", call -> List.of(Lists.of(call).get(flow(call, 2), call.input(1)))),
                entry(
                        "TensorArrayWriteV3",
                        call -> List.of(Lists.of(call).set(flow(call, 3), call.input(1), call.input(2)))),
                entry("TensorArrayScatterV3", call -> List.of(scatter(call))),
                entry("TensorArrayGatherV3", call -> List.of(gather(call))),
                entry("TensorArraySizeV3", call -> List.of(Lists.of(call).length(flow(call, 1)))),
                entry("TensorArrayConcatV3", ListRules::join),
                entry("TensorArraySplitV3", call -> List.of(ListRules.split(call, call.input(1), 2))),
                entry("TensorArrayCloseV3", call -> List.of()));
    }

    private static ListValue flow(Call call, int index) {
        return ListRules.list(call, index);
    }

    private static List<Value> create(Call call) {
        TensorType type = ListRules.type(call, "dtype");
        Handle handle = new Handle(type, call.input(0));
        TensorShapeProto declared = call.attributes().shape("element_shape");
        Shape shape = declared == null ? null : TensorValues.shape(declared).orElse(null);
        ListValue list = shape == null || !shape.isKnown()
                ? ListValue.unset(type, call.input(0))
                : Lists.of(call).reserve(type, Value.Known.ints(call.name(), shape.toArray()), call.input(0));
        return List.of(handle, list);
    }

    private static Value scatter(Call call) {
        Value rows = call.input(2);
        ListValue flow = flow(call, 3);
        int count = Vectors.shape(rows).dimension(0);
        if (isWhole(call.node().input(1).node(), call.input(1), count)) {
            return flow.withData(rows);
        }
        if (!(call.input(0) instanceof Handle handle)) {
            throw new NotLowerable("input 0 is no array of tensors");
        }
        return flow.withData(Lists.of(call).scatter(rows, call.input(1), handle.size()));
    }

    private static Value gather(Call call) {
        ListValue flow = flow(call, 2);
        return isWhole(call.node().input(1).node(), call.input(1), flow.knownCount())
                ? flow.elements()
                : Lists.of(call).gather(flow, call.input(1));
    }

    /// Whether `indices` name all elements in order: TensorFlow stacks and unstacks whole arrays by a Range over their
    /// length.
    private static boolean isWhole(RawNode range, Value indices, int count) {
        if (count >= 0 && indices instanceof Value.Known) {
            return ListRules.isIdentity(indices, count);
        }
        boolean counts = range.op().equals("Range") && range.inputs().size() == 3;
        return counts && range.name().matches(".*TensorArray(Unstack|Stack|V2Stack)[^/]*/range");
    }
}
