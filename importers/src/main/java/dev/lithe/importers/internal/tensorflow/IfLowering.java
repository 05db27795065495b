package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.IfOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Makes an IF of two branches. Both become subgraphs with the same inputs: the tensors that either of them reads.
final class IfLowering {
    private final Lowering outer;
    private final Call call;
    private final List<Value> inputs;
    private final Set<Integer> wanted;

    /// What a branch gives for its arguments.
    @FunctionalInterface
    interface Branch {
        List<Value> run(Lowering inner, List<Value> arguments);
    }

    /// @param inputs the arguments of both branches
    /// @param wanted the results that anything reads
    IfLowering(Lowering outer, Call call, List<Value> inputs, Set<Integer> wanted) {
        this.outer = outer;
        this.call = call;
        this.inputs = inputs;
        this.wanted = wanted;
    }

    /// The branch that runs `function`.
    static Branch of(RawFunction function) {
        return (inner, arguments) -> ControlRules.inlined(inner, function, arguments);
    }

    List<Value> lower(Value condition, Branch then, Branch otherwise) {
        SubgraphTable table = outer.scope().subgraphs();
        int thenIndex = table.reserve();
        int elseIndex = table.reserve();
        List<Value> operands = new ArrayList<>();
        Inner thenInner = new Inner(outer, thenIndex);
        Inner elseInner = new Inner(outer, elseIndex);
        List<Value> thenResults = run(thenInner, then, operands);
        List<Value> elseResults = run(elseInner, otherwise, new ArrayList<>());
        thenInner.requireLowered();
        elseInner.requireLowered();
        int count = Math.min(thenResults.size(), elseResults.size());
        List<Integer> places = wanted.stream().filter(i -> i < count).sorted().toList();
        List<SubgraphBuilder.Result> outputs = new ArrayList<>();
        List<Value> thenTensors = new ArrayList<>();
        List<Value> elseTensors = new ArrayList<>();
        for (int place : places) {
            Value one = tensor(thenResults.get(place));
            Value other = tensor(elseResults.get(place));
            requireSameType(place, one, other);
            Shape shape = Inner.common(Vectors.shape(one), Vectors.shape(other));
            outputs.add(SubgraphBuilder.Result.of(Vectors.type(one), shape));
            thenTensors.add(one);
            elseTensors.add(other);
        }
        table.put(thenIndex, thenInner.build(call.name() + "_true", thenTensors));
        table.put(elseIndex, elseInner.build(call.name() + "_false", elseTensors));
        operands.addFirst(condition);
        IfOptions options = new IfOptions(thenIndex, elseIndex);
        List<Value.Dynamic> tensors = outer.graph().emitAs(BuiltinOperator.IF, options, call.name(), outputs, operands);
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = places.indexOf(i);
            Value output = at < 0 ? Value.MISSING : tensors.get(at);
            results.add(at >= 0 && thenResults.get(i) instanceof ListValue ? ListValue.of(output) : output);
        }
        return results;
    }

    private List<Value> run(Inner inner, Branch branch, List<Value> operands) {
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            arguments.add(inner.take("arg" + i, inputs.get(i), operands));
        }
        return branch.run(inner.lowering(), arguments);
    }

    private static Value tensor(Value result) {
        return result instanceof ListValue list ? list.elements() : result;
    }

    private static void requireSameType(int place, Value one, Value other) {
        if (Vectors.type(one) != Vectors.type(other)) {
            throw new NotLowerable("result " + place + " is " + Vectors.type(one) + " in one branch and "
                    + Vectors.type(other) + " in the other");
        }
    }
}
