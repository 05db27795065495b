package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An ONNX value and how its dimensions lie in the tensor that holds it.
///
/// Convolutions, pools and the like work on channels-last tensors; what follows them takes the order as
/// it comes, with axes renumbered, so that a TRANSPOSE is only needed where two orders meet. A reshape
/// that the order does not allow is put off ([#postponed]) until somebody needs its elements in place: a
/// dense layer permutes its weights instead.
final class Laid {
    /// An optional input that is left out.
    static final Laid ABSENT = new Laid(Value.ABSENT, Shape.SCALAR, new int[0], false, null, null, null);
    /// A result that could not be computed, for a reason that has been noted.
    static final Laid MISSING = new Laid(Value.MISSING, Shape.SCALAR, new int[0], false, null, null, null);

    private final Value value;
    private final Shape shape;
    private final int[] order;
    private final boolean image;
    private final @Nullable Laid source;
    private final @Nullable Supplier<Laid> computation;
    private final @Nullable List<Laid> elements;
    private final Map<List<Integer>, Value> forms = new HashMap<>();
    private @Nullable Laid computed;

    private Laid(
            Value value,
            Shape shape,
            int[] order,
            boolean image,
            @Nullable Laid source,
            @Nullable Supplier<Laid> computation,
            @Nullable List<Laid> elements) {
        this.value = value;
        this.shape = shape;
        this.order = order;
        this.image = image;
        this.source = source;
        this.computation = computation;
        this.elements = elements;
    }

    /// A value whose tensor has its dimensions in ONNX's order.
    static Laid plain(Value value) {
        return of(value, Orders.identity(shapeOf(value).rank()), false);
    }

    /// A value whose tensor has its dimensions in `order`.
    ///
    /// @param image whether the order comes from an operator on images, not from a TRANSPOSE of the model
    static Laid of(Value value, int[] order, boolean image) {
        return new Laid(value, Orders.logical(shapeOf(value), order), order, image, null, null, null);
    }

    /// An image: batch, spatial dimensions, channels.
    static Laid image(Value value) {
        return of(value, Orders.channelsLast(shapeOf(value).rank()), true);
    }

    /// `source` under another shape, which takes its elements in ONNX's order.
    static Laid postponed(Laid source, Shape shape) {
        return new Laid(Value.MISSING, shape, Orders.identity(shape.rank()), false, source, null, null);
    }

    /// Sizes of which some are unknown; `computation` adds the operators that find them when they run.
    static Laid partial(Numbers numbers, Supplier<Laid> computation) {
        Shape shape = numbers.shape();
        Value value = numbers.toValue("sizes");
        return new Laid(value, shape, Orders.identity(shape.rank()), false, null, computation, null);
    }

    /// A sequence of tensors, which is none itself.
    static Laid sequence(List<Laid> elements) {
        return new Laid(Value.MISSING, Shape.SCALAR, new int[0], false, null, null, List.copyOf(elements));
    }

    private static Shape shapeOf(Value value) {
        Shape shape = SubgraphBuilder.shapeOf(value);
        if (shape == null) {
            throw new NotLowerable("what it reads is no tensor");
        }
        return shape;
    }

    /// The same tensor for a value whose dimensions are ordered otherwise.
    Laid withOrder(int[] newOrder, boolean isImage) {
        return of(value, newOrder, isImage);
    }

    boolean isAbsent() {
        return value instanceof Value.Absent;
    }

    boolean isMissing() {
        return value instanceof Value.Missing && source == null && elements == null;
    }

    boolean isSequence() {
        return elements != null;
    }

    /// The elements of a sequence.
    List<Laid> elements() {
        if (elements == null) {
            throw new NotLowerable("what it reads is no sequence, or one that is only known at run time");
        }
        return elements;
    }

    boolean isPostponed() {
        return source != null;
    }

    boolean isPartial() {
        return value instanceof Value.Partial;
    }

    boolean isKnown() {
        return value instanceof Value.Known;
    }

    boolean isImage() {
        return image;
    }

    /// Known at import, in ONNX's order.
    Value.@Nullable Known known() {
        return value instanceof Value.Known known && Orders.isIdentity(order) ? known : null;
    }

    /// The numbers of the value, in ONNX's order; null where they are not known or too many.
    @Nullable
    Numbers numbers() {
        return Orders.isIdentity(order) && source == null ? Numbers.of(value) : null;
    }

    /// The shape in ONNX's order.
    Shape shape() {
        return shape;
    }

    int rank() {
        return shape.rank();
    }

    int[] order() {
        return order.clone();
    }

    /// What a postponed reshape takes its elements from.
    Laid source() {
        if (source == null) {
            throw new IllegalStateException("not postponed");
        }
        return source;
    }

    TensorType type() {
        if (elements != null) {
            throw new NotLowerable("it takes a sequence where a tensor is needed");
        }
        TensorType type = source != null ? source.type() : SubgraphBuilder.typeOf(value);
        if (type == null) {
            throw new NotLowerable("what it reads is no tensor");
        }
        return type;
    }

    /// The tensor as it lies, its order being [#order()].
    Value tensor(Emitter graph) {
        return as(graph, order);
    }

    /// A tensor in ONNX's order.
    Value plain(Emitter graph) {
        return as(graph, Orders.identity(rank()));
    }

    /// A tensor with its dimensions in `wanted` order; made once for each order.
    Value as(Emitter graph, int[] wanted) {
        if (elements != null) {
            throw new NotLowerable("it takes a sequence where a tensor is needed");
        }
        if (computation != null) {
            return computed().as(graph, wanted);
        }
        if (source == null && Arrays.equals(wanted, order)) {
            return value;
        }
        List<Integer> key = Arrays.stream(wanted).boxed().toList();
        Value form = forms.get(key);
        if (form == null) {
            form = source == null ? graph.reorder(value, shape, order, wanted) : reshaped(graph, wanted);
            forms.put(key, form);
        }
        return form;
    }

    private Value reshaped(Emitter graph, int[] wanted) {
        int[] plain = Orders.identity(rank());
        if (!Arrays.equals(wanted, plain)) {
            return graph.reorder(plain(graph), shape, plain, wanted);
        }
        return graph.reshape(source().plain(graph), shape);
    }

    private Laid computed() {
        if (computed == null && computation != null) {
            computed = computation.get();
        }
        if (computed == null) {
            throw new NotLowerable("it computes with a dimension that is unknown; give the inputs fixed shapes");
        }
        return computed;
    }
}
