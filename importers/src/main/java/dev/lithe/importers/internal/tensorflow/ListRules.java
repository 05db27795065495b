package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Lists of tensors. LiteRT has none: a list becomes one tensor with the elements along a new first dimension, which
/// works for all lists whose elements have the same shape.
final class ListRules {
    private ListRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("TensorListReserve", call -> reserve(call, call.input(1))),
                entry(
                        "EmptyTensorList",
                        call -> reserve(call, Lists.of(call).vectors().scalar(0))),
                entry("TensorListFromTensor", call -> List.of(ListValue.of(call.input(0)))),
                entry("TensorListStack", call -> List.of(stack(call))),
                entry("TensorListGetItem", call -> List.of(Lists.of(call).get(list(call, 0), call.input(1)))),
                entry(
                        "TensorListSetItem",
                        call -> List.of(Lists.of(call).set(list(call, 0), call.input(1), call.input(2)))),
                entry("TensorListPushBack", call -> List.of(Lists.of(call).push(list(call, 0), call.input(1)))),
                entry("TensorListPopBack", ListRules::pop),
                entry("TensorListLength", call -> List.of(Lists.of(call).length(list(call, 0)))),
                entry("TensorListResize", call -> List.of(Lists.of(call).resize(list(call, 0), call.input(1)))),
                entry("TensorListElementShape", call -> List.of(elementShape(call))),
                entry("TensorListGather", call -> List.of(Lists.of(call).gather(list(call, 0), call.input(1)))),
                entry("TensorListScatter", ListRules::scatter),
                entry("TensorListScatterV2", ListRules::scatter),
                entry("TensorListConcat", ListRules::join),
                entry("TensorListConcatV2", ListRules::join),
                entry("TensorListConcatLists", ListRules::concatenate),
                entry("TensorListSplit", call -> List.of(split(call, call.input(0), 2))));
    }

    /// The list that input `index` is.
    static ListValue list(Call call, int index) {
        if (call.input(index) instanceof ListValue list) {
            return list;
        }
        throw new NotLowerable("input " + index + " is no list");
    }

    static TensorType type(Call call, String attribute) {
        DataType type = call.attributes().type(attribute, DataType.DT_FLOAT);
        return DataTypes.tensorType(type).orElseThrow(() -> new NotLowerable("there is no type for " + type));
    }

    private static List<Value> reserve(Call call, Value count) {
        return List.of(Lists.of(call).reserve(type(call, "element_dtype"), call.input(0), count));
    }

    private static Value stack(Call call) {
        ListValue list = list(call, 0);
        if (list.data() == null && call.inputs().size() > 1) {
            // Nothing was ever set: zeros, where the node says of what shape.
            return Lists.of(call)
                    .reserve(list.type(), call.input(1), list.count())
                    .elements();
        }
        return list.elements();
    }

    private static List<Value> pop(Call call) {
        Lists lists = Lists.of(call);
        ListValue list = list(call, 0);
        return List.of(lists.pop(list), lists.last(list));
    }

    private static Value elementShape(Call call) {
        Vectors vectors = new Vectors(call.graph(), call.name());
        Value elements = list(call, 0).elements();
        Shape shape = Vectors.shape(elements);
        return shape.isKnown()
                ? Value.Known.ints(call.name(), Arrays.copyOfRange(shape.toArray(), 1, shape.rank()))
                : vectors.slice(vectors.shapeOf(elements), vectors.scalar(1), vectors.scalar(-1), shape.rank() - 1);
    }

    private static List<Value> scatter(Call call) {
        Lists lists = Lists.of(call);
        Shape rows = Vectors.shape(call.input(0));
        boolean sized = call.inputs().size() > 3 && !(call.input(3) instanceof Value.Known known && isNegative(known));
        if (!sized && !isIdentity(call.input(1), rows.dimension(0))) {
            throw new NotLowerable("how many elements the list gets is only known at run time");
        }
        if (isIdentity(call.input(1), rows.dimension(0)) && !sized) {
            return List.of(ListValue.of(call.input(0)));
        }
        return List.of(ListValue.of(lists.scatter(call.input(0), call.input(1), call.input(3))));
    }

    private static boolean isNegative(Value.Known known) {
        return known.tensor().elementAsDouble(0) < 0;
    }

    /// Whether `indices` are 0, 1, ..., `count` - 1.
    static boolean isIdentity(Value indices, int count) {
        Shape known = Vectors.known(indices);
        if (known == null || known.rank() != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (known.dimension(i) != i) {
                return false;
            }
        }
        return true;
    }

    static List<Value> join(Call call) {
        ListValue list = call.inputs().stream()
                .filter(ListValue.class::isInstance)
                .map(ListValue.class::cast)
                .findFirst()
                .orElseThrow(() -> new NotLowerable("it joins what is no list"));
        Value joined = Lists.of(call).join(list);
        Shape shape = Vectors.shape(list.elements());
        if (!shape.isKnown()) {
            return List.of(joined, Value.MISSING);
        }
        long[] lengths = new long[shape.dimension(0)];
        Arrays.fill(lengths, shape.dimension(1));
        return List.of(joined, Value.Known.of(call.name(), Tensor.of(Shape.of(lengths.length), lengths)));
    }

    private static List<Value> concatenate(Call call) {
        ListValue first = list(call, 0);
        return List.of(first.withData(
                Lists.of(call).concatenate(first.elements(), list(call, 1).elements())));
    }

    /// A list of the parts of `value`, which have to be of one size.
    static ListValue split(Call call, Value value, int lengths) {
        int[] sizes = call.ints(lengths, "lengths");
        if (sizes.length == 0 || Arrays.stream(sizes).anyMatch(size -> size != sizes[0])) {
            throw new NotLowerable("it splits into parts of several sizes");
        }
        Shape shape = Vectors.shape(value);
        int[] parts = new int[shape.rank() + 1];
        System.arraycopy(shape.toArray(), 0, parts, 1, shape.rank());
        parts[0] = sizes.length;
        parts[1] = sizes[0];
        return ListValue.of(new Vectors(call.graph(), call.name()).reshape(value, Shape.of(parts)));
    }
}
