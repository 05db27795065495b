package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.DynamicUpdateSliceOptions;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.WhileOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a WHILE of a loop that counts its rounds, carries values from one to the next, and collects a value of each
/// round in one tensor.
///
/// The shapes of what is carried are those that it begins with, less the sizes that a round changes: the body is
/// lowered until its results fit what it was lowered for. What the body reads of the graph around goes along unchanged.
final class Rounds {
    /// Each attempt makes a size unknown that was known.
    private static final int ATTEMPTS = 16;

    private final Emitter outer;
    private final Bodies bodies;
    private final @Nullable Laid trips;
    private final @Nullable Laid condition;
    private final List<Laid> initial;
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Collected> collected;
    private final Body body;
    private boolean conditional;

    /// One round.
    ///
    /// @param condition whether another round follows; null where that is only a matter of their number
    record Round(@Nullable Laid condition, List<Laid> carried, List<Laid> collected) {}

    /// What a round computes.
    @FunctionalInterface
    interface Body {
        /// @param bodies lowers nodes into the subgraph
        /// @param inner takes values of the graph around
        /// @param counter how many rounds came before: INT32, a scalar
        /// @param condition true, as this round began
        Round run(Bodies bodies, Inner inner, Laid counter, Laid condition, List<Laid> carried);
    }

    /// How the values of the rounds are put together.
    ///
    /// @param axis the dimension of the result that counts the rounds
    /// @param reversed whether the last round comes first
    /// @param like a value of the graph around that has the shape of what a round gives; null for none
    record Collected(int axis, boolean reversed, @Nullable Laid like) {}

    /// @param trips how many rounds there are at most: INT32, a scalar; null for any number
    /// @param condition whether there is a first round; null for yes
    Rounds(
            Call call,
            @Nullable Laid trips,
            @Nullable Laid condition,
            List<Laid> initial,
            List<Collected> collected,
            Body body) {
        this.outer = call.graph();
        this.bodies = call.bodies();
        this.trips = trips;
        this.condition = condition;
        this.collected = collected;
        this.body = body;
        this.initial = initial.stream()
                .map(v -> v.isPostponed() || v.isPartial() ? Laid.plain(v.plain(outer)) : v)
                .toList();
        this.initial.forEach(v -> shapes.add(Orders.physical(v.shape(), v.order())));
        this.conditional = condition != null;
    }

    /// What is carried at the end, then what was collected.
    List<Laid> lower() {
        SubgraphTable table = bodies.model().subgraphs();
        int mark = table.size();
        int offenders = bodies.model().offenders().size();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Laid> results = attempt(table);
            if (bodies.model().offenders().size() > offenders) {
                return List.of();
            }
            if (results != null) {
                return results;
            }
            table.truncate(mark);
        }
        throw new NotLowerable("the shapes of what it computes change with every round");
    }

    private @Nullable List<Laid> attempt(SubgraphTable table) {
        WhileOptions options = new WhileOptions(table.reserve(), table.reserve());
        Inner inner = new Inner(outer, bodies.model());
        Value.Dynamic counter = inner.input(outer.scalar(TensorType.INT32, 0), TensorType.INT32, Shape.SCALAR);
        Value.Dynamic decision = conditional ? inner.input(start(condition), TensorType.BOOL, Shape.SCALAR) : null;
        List<Laid> arguments = new ArrayList<>();
        for (int i = 0; i < initial.size(); i++) {
            Laid start = initial.get(i);
            Value.Dynamic input = inner.input(start.tensor(outer), start.type(), shapes.get(i));
            arguments.add(Laid.of(input, start.order(), start.isImage()));
        }
        int carried = inner.inputs().size() - initial.size();
        Laid goesOn = Laid.plain(decision == null ? start(null) : decision);
        Round round = body.run(bodies.inside(inner), inner, Laid.plain(counter), goesOn, arguments);
        if (isMissing(round) || !fits(round)) {
            return null;
        }
        Emitter graph = inner.emitter();
        Map<Value, Value> next = new HashMap<>();
        next.put(counter, graph.add(counter, graph.scalar(TensorType.INT32, 1)));
        if (decision != null && round.condition != null) {
            next.put(decision, graph.reshape(round.condition.plain(graph), Shape.SCALAR));
        }
        for (int i = 0; i < initial.size(); i++) {
            Value result = round.carried.get(i).as(graph, initial.get(i).order());
            next.put(inner.inputs().get(carried + i), result);
        }
        Laid limit = trips == null ? null : inner.take(trips);
        int sums = inner.inputs().size();
        for (int i = 0; i < collected.size(); i++) {
            collect(inner, collected.get(i), round.collected.get(i).plain(graph), counter, next);
        }
        int captured = inner.inputs().size();
        table.put(options.condSubgraphIndex(), check(inner, decision, limit));
        table.put(
                options.bodySubgraphIndex(),
                inner.build(inner.inputs().stream()
                        .map(v -> next.getOrDefault(v, v))
                        .toList()));
        if (captured != inner.inputs().size()) {
            throw new IllegalStateException("a value was captured too late");
        }
        return emit(options, inner, carried, sums);
    }

    private Value start(@Nullable Laid decision) {
        return decision == null
                ? Value.Known.of(outer.name(), truth())
                : outer.reshape(decision.plain(outer), Shape.SCALAR);
    }

    private static boolean isMissing(Round round) {
        return round.carried.contains(Laid.MISSING) || round.collected.contains(Laid.MISSING);
    }

    /// Whether the results are as the body was lowered for; if not, less is taken to be known from now on.
    private boolean fits(Round round) {
        if (!conditional && round.condition != null && !isTrue(round.condition)) {
            conditional = true;
            return false;
        }
        boolean fits = true;
        for (int i = 0; i < initial.size(); i++) {
            Laid result = round.carried.get(i);
            if (result.type() != initial.get(i).type()) {
                throw new NotLowerable("value " + i + " of the loop begins as "
                        + initial.get(i).type() + " and becomes " + result.type());
            }
            Shape shape = Inner.common(
                    shapes.get(i),
                    Orders.physical(result.shape(), initial.get(i).order()));
            fits &= shape.equals(shapes.get(i));
            shapes.set(i, shape);
        }
        return fits;
    }

    private static boolean isTrue(Laid condition) {
        var numbers = condition.numbers();
        return numbers != null && !numbers.hasUnknown() && numbers.longs()[0] != 0;
    }

    private static Tensor truth() {
        return Tensor.wrap(TensorType.BOOL, Shape.SCALAR, QuantizationParameters.NONE, new byte[] {1});
    }

    /// Whether there is another round.
    private Subgraph check(Inner inner, Value.@Nullable Dynamic decision, @Nullable Laid limit) {
        Inner check = new Inner(outer, bodies.model());
        Map<Value, Value> seen = new HashMap<>();
        for (Value.Dynamic value : inner.inputs()) {
            seen.put(value, check.input(value, value.type(), value.shape()));
        }
        Emitter graph = check.emitter();
        Value counter = seen.get(inner.inputs().getFirst());
        Value goesOn = decision == null ? null : seen.get(decision);
        if (limit != null && counter != null) {
            Value most = limit.plain(inner.emitter());
            Value below = graph.compare(BuiltinOperator.LESS, counter, seen.getOrDefault(most, most));
            goesOn = goesOn == null
                    ? below
                    : graph.emit(BuiltinOperator.LOGICAL_AND, null, TensorType.BOOL, below, goesOn);
        }
        if (goesOn == null) {
            throw new NotLowerable("it has neither a number of rounds nor a condition: it never ends");
        }
        return check.build(List.of(goesOn));
    }

    private List<Laid> emit(WhileOptions options, Inner inner, int carried, int sums) {
        List<SubgraphBuilder.Result> types = inner.inputs().stream()
                .map(v -> SubgraphBuilder.Result.of(v.type(), v.shape()))
                .toList();
        List<Value.Dynamic> tensors =
                outer.builder().emitAs(BuiltinOperator.WHILE, options, outer.name(), types, inner.operands());
        List<Laid> results = new ArrayList<>();
        for (int i = 0; i < initial.size(); i++) {
            Laid start = initial.get(i);
            results.add(Laid.of(tensors.get(carried + i), start.order(), start.isImage()));
        }
        for (int i = 0; i < collected.size(); i++) {
            Value.Dynamic tensor = tensors.get(sums + i);
            int axis = Call.axis(collected.get(i).axis, tensor.shape().rank());
            results.add(Laid.of(tensor, Orders.outermost(tensor.shape().rank(), axis), false));
        }
        return results;
    }

    // ---- what is collected

    /// Adds the input that collects `value`: of its full size where only the number of rounds ends the loop,
    /// otherwise empty at first.
    private void collect(Inner inner, Collected how, Value value, Value counter, Map<Value, Value> next) {
        Shape shape = Emitter.shapeOf(value);
        TensorType type = Emitter.typeOf(value);
        Emitter graph = inner.emitter();
        Value row = graph.builder()
                .emit(
                        BuiltinOperator.EXPAND_DIMS,
                        new ExpandDimsOptions(),
                        graph.name(),
                        type,
                        List.of(value, graph.scalar(TensorType.INT32, 0)));
        boolean counted = !conditional && trips != null;
        Shape all = Reshapes.prepended(counted ? rounds() : Shape.UNKNOWN, shape);
        Value size = counted && trips != null ? outer.reshape(trips.plain(outer), Shape.of(1)) : outer.ints(0);
        Value.Dynamic sum = inner.input(filled(type, all, size, shape, how.like), type, all);
        if (counted) {
            next.put(sum, written(graph, sum, row, how.reversed ? last(inner, counter) : counter));
            return;
        }
        next.put(
                sum,
                graph.emit(
                        BuiltinOperator.CONCATENATION,
                        new ConcatenationOptions(0, ActivationFunctionType.NONE),
                        type,
                        how.reversed ? row : sum,
                        how.reversed ? sum : row));
    }

    /// `count` rows of zeros.
    private Value filled(TensorType type, Shape all, Value count, Shape row, @Nullable Laid like) {
        Value rest = outer.ints(row.toArray());
        if (!row.isKnown()) {
            if (like == null) {
                throw new NotLowerable("what a round gives has the shape " + row + "; give the inputs fixed shapes");
            }
            rest = outer.emit(
                    BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, like.plain(outer));
        }
        Value sizes = all.isKnown()
                ? outer.ints(all.toArray())
                : outer.emit(
                        BuiltinOperator.CONCATENATION,
                        new ConcatenationOptions(0, ActivationFunctionType.NONE),
                        TensorType.INT32,
                        count,
                        rest);
        return outer.builder()
                .emitAs(
                        BuiltinOperator.FILL,
                        null,
                        outer.name(),
                        List.of(SubgraphBuilder.Result.of(type, all)),
                        List.of(sizes, zero(outer, type)))
                .getFirst();
    }

    /// How many rounds there are, -1 where that is not known.
    private int rounds() {
        var numbers = trips == null ? null : trips.numbers();
        return numbers == null || numbers.hasUnknown()
                ? Shape.UNKNOWN
                : Math.max(0, OnnxNode.clamp(numbers.longs()[0]));
    }

    private static Value zero(Emitter graph, TensorType type) {
        return type == TensorType.BOOL
                ? Value.Known.of(graph.name(), Tensor.allocate(type, Shape.SCALAR, QuantizationParameters.NONE))
                : graph.scalar(type, 0);
    }

    private Value last(Inner inner, Value counter) {
        Emitter graph = inner.emitter();
        Value count = trips == null ? counter : inner.take(trips).plain(graph);
        return graph.sub(graph.sub(count, graph.scalar(TensorType.INT32, 1)), counter);
    }

    private static Value written(Emitter graph, Value sum, Value row, Value place) {
        Value[] start = new Value[Emitter.shapeOf(row).rank()];
        Arrays.fill(start, graph.scalar(TensorType.INT32, 0));
        start[0] = place;
        Value begin = graph.emit(BuiltinOperator.PACK, new PackOptions(start.length, 0), TensorType.INT32, start);
        return graph.emit(
                BuiltinOperator.DYNAMIC_UPDATE_SLICE,
                new DynamicUpdateSliceOptions(),
                Emitter.typeOf(sum),
                sum,
                row,
                begin);
    }
}
