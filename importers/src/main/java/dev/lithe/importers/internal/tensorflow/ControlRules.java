package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.importers.internal.raw.RawPort;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.EqualOptions;
import dev.lithe.schema.NotEqualOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Branches and loops, which become IF and WHILE with subgraphs of their own.
final class ControlRules {
    private final Lowering lowering;

    ControlRules(Lowering lowering) {
        this.lowering = lowering;
    }

    Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("If", this::branch),
                entry("StatelessIf", this::branch),
                entry("_If", this::branch),
                entry("Case", this::choose),
                entry("StatelessCase", this::choose),
                entry("While", this::loop),
                entry("StatelessWhile", this::loop),
                entry("_While", this::loop));
    }

    private List<Value> loop(Call call) {
        return new WhileLowering(lowering, call).lower();
    }

    private List<Value> branch(Call call) {
        List<Value> inputs = call.inputs().subList(1, call.inputs().size());
        RawFunction then = call.node().functions().get(0);
        RawFunction otherwise = call.node().functions().get(1);
        if (call.input(0) instanceof Value.Known known) {
            return inlined(isTrue(known.tensor()) ? then : otherwise, inputs);
        }
        if (wanted(call).isEmpty()
                && call.node().functions().stream()
                        .allMatch(f -> f.graph().effects().isEmpty())) {
            return List.of();
        }
        return new IfLowering(lowering, call, inputs, wanted(call))
                .lower(condition(call), IfLowering.of(then), IfLowering.of(otherwise));
    }

    /// The results that anything reads.
    private Set<Integer> wanted(Call call) {
        int count = call.node().functions().getFirst().graph().outputs().size();
        return IntStream.range(0, count)
                .filter(i -> lowering.isRead(new RawPort(call.node(), i)))
                .boxed()
                .collect(Collectors.toSet());
    }

    /// TensorFlow takes any scalar for a condition: what is not 0 is true.
    private static Value condition(Call call) {
        if (call.type(0) == TensorType.BOOL) {
            return call.input(0);
        }
        Value zero =
                Value.Known.of(call.name(), Tensor.allocate(call.type(0), call.shape(0), QuantizationParameters.NONE));
        return call.graph()
                .emit(
                        BuiltinOperator.NOT_EQUAL,
                        new NotEqualOptions(),
                        call.name(),
                        TensorType.BOOL,
                        List.of(call.input(0), zero));
    }

    private static boolean isTrue(Tensor condition) {
        return condition.elementAsDouble(0) != 0;
    }

    /// Runs branch number `index`, the last one where there is no such branch.
    private List<Value> choose(Call call) {
        List<Value> inputs = call.inputs().subList(1, call.inputs().size());
        List<RawFunction> branches = call.node().functions();
        if (call.input(0) instanceof Value.Known) {
            int index = call.integer(0, "index");
            int last = branches.size() - 1;
            return inlined(branches.get(index < 0 || index > last ? last : index), inputs);
        }
        return choose(call, inputs, wanted(call), 0);
    }

    private List<Value> choose(Call call, List<Value> inputs, Set<Integer> wanted, int from) {
        List<RawFunction> branches = call.node().functions();
        if (from == branches.size() - 1) {
            return inlined(branches.get(from), inputs);
        }
        Value number = Value.Known.of(call.name(), Tensor.of(Shape.SCALAR, new int[] {from}));
        Value here = call.graph()
                .emit(
                        BuiltinOperator.EQUAL,
                        new EqualOptions(),
                        call.name(),
                        TensorType.BOOL,
                        List.of(call.input(0), number));
        List<Value> captured = new ArrayList<>(inputs);
        captured.add(call.input(0));
        IfLowering.Branch rest = (inner, values) -> {
            Call next = new Call(call.node(), withIndex(values), inner.graph());
            return new ControlRules(inner).choose(next, values.subList(0, values.size() - 1), wanted, from + 1);
        };
        return new IfLowering(lowering, call, captured, wanted).lower(here, IfLowering.of(branches.get(from)), rest);
    }

    private static List<Value> withIndex(List<Value> values) {
        List<Value> all = new ArrayList<>();
        all.add(values.getLast());
        all.addAll(values.subList(0, values.size() - 1));
        return all;
    }

    /// What `function` gives, computed in place.
    private List<Value> inlined(RawFunction function, List<Value> inputs) {
        return inlined(lowering, function, inputs);
    }

    static List<Value> inlined(Lowering lowering, RawFunction function, List<Value> inputs) {
        if (function.parameters().size() > inputs.size()) {
            throw new NotLowerable("'" + function.name() + "' takes "
                    + function.parameters().size() + " values and is given " + inputs.size());
        }
        for (int i = 0; i < function.parameters().size(); i++) {
            lowering.define(function.parameters().get(i), inputs.get(i));
        }
        lowering.run(function.graph());
        List<Value> results = new ArrayList<>();
        for (RawPort port : function.graph().outputs()) {
            results.add(lowering.value(port));
        }
        return results;
    }
}
