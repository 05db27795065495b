package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One of the values that a loop carries from round to round.
final class LoopValue {
    private final int index;
    private final Value initial;
    private final boolean constant;
    private final @Nullable ListValue list;
    private final TensorType type;
    private final boolean bound;
    private @Nullable Shape shape;
    private boolean stretching;

    /// @param initial what the loop begins with
    /// @param constant whether a round leaves it as it is
    LoopValue(int index, Value initial, boolean constant) {
        this.index = index;
        this.initial = initial;
        this.constant = constant;
        this.list = initial instanceof ListValue value ? value : null;
        Value tensor = list == null ? initial : list.data();
        this.bound = constant && !(tensor instanceof Value.Dynamic || tensor instanceof Value.Partial);
        TensorType known = list != null ? list.type() : SubgraphBuilder.typeOf(initial);
        if (known == null && !bound) {
            throw new NotLowerable("value " + index + " of the loop is no tensor, and a round changes it");
        }
        this.type = known == null ? TensorType.RESOURCE : known;
        this.shape = bound || tensor == null ? null : Vectors.shape(tensor);
        this.stretching = list != null && list.stretching();
    }

    int index() {
        return index;
    }

    /// Whether a tensor goes from round to round; what does not is the same in the body as outside.
    boolean isCarried() {
        return !bound;
    }

    TensorType type() {
        return type;
    }

    /// The shape in all rounds, once the body has said what it gives.
    Shape knownShape() {
        Shape known = shape;
        if (known == null) {
            throw new NotLowerable("value " + index + " of the loop is a list in which nothing is ever set");
        }
        return known;
    }

    /// What the value is in the condition or the body.
    Value enter(Inner inner) {
        if (bound) {
            return initial;
        }
        String name = "arg" + index;
        Shape known = shape;
        if (list != null && known == null) {
            // Only to see what shape the body gives its elements.
            return ListValue.unset(type, inner.input(name, TensorType.INT32, Shape.SCALAR));
        }
        Value.Dynamic input = inner.input(name, type, known == null ? Shape.SCALAR : known);
        if (list != null) {
            return new ListValue(type, input, Value.ABSENT, stretching);
        }
        boolean sizes = constant && initial instanceof Value.Partial;
        return sizes ? new Value.Partial(((Value.Partial) initial).numbers(), () -> input) : input;
    }

    /// The tensor that a round ends with.
    ///
    /// @param entered what it began with
    Value leave(Value entered, Value result) {
        Value value = constant ? entered : result;
        return value instanceof ListValue end ? end.elements() : value;
    }

    /// Whether `result`, of a round, is of the shape that the round began with; if not, that shape is known less of
    /// from now on.
    boolean accept(Value result, LoopLists lists) {
        if (bound || constant) {
            return true;
        }
        Value tensor = result instanceof ListValue end ? end.elements() : result;
        if (Vectors.type(tensor) != type || (list == null) == (result instanceof ListValue)) {
            throw new NotLowerable(
                    "value " + index + " of the loop begins as " + type + " and becomes " + Vectors.type(tensor));
        }
        Shape given = Vectors.shape(tensor);
        Shape before = shape;
        if (before == null) {
            shape = begin(given);
            stretching = lists.source(index) < 0 && !elements(given).isKnown();
            return false;
        }
        shape = Inner.common(before, given);
        return before.equals(shape);
    }

    /// A list that is made outside has as many elements as it was made for.
    private Shape begin(Shape given) {
        return list == null ? given : given.withDimension(0, list.knownCount());
    }

    private static Shape elements(Shape shape) {
        return Shape.of(Arrays.copyOfRange(shape.toArray(), 1, shape.rank()));
    }

    /// The tensor that the loop begins with.
    Value start(Call call, LoopLists lists) {
        if (list == null || list.data() != null) {
            return list == null ? initial : list.elements();
        }
        Shape known = elements(knownShape());
        Vectors vectors = new Vectors(call.graph(), call.name());
        int source = lists.source(index);
        Value sizes;
        if (known.isKnown()) {
            sizes = Value.Known.ints(call.name(), known.toArray());
        } else if (source >= 0) {
            sizes = vectors.shapeOf(call.input(source));
        } else if (list.knownCount() == 0) {
            throw new NotLowerable("the sizes of the elements of the list that the loop fills (value " + index
                    + ") are unknown; give the inputs fixed shapes");
        } else {
            int[] ones = known.toArray();
            Arrays.setAll(ones, i -> ones[i] < 0 ? 1 : ones[i]);
            sizes = Value.Known.ints(call.name(), ones);
        }
        return Lists.of(call).zeros(type, list.count(), sizes, known);
    }

    /// What a carried value is behind the loop: a tensor that no round changes is what it was.
    Value result(Value output) {
        if (constant) {
            return initial;
        }
        return list == null ? output : new ListValue(type, output, Value.ABSENT, stretching);
    }

    Value initial() {
        return initial;
    }
}
