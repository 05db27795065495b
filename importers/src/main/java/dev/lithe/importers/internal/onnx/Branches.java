package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.IfOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// If. Where its condition is known, the branch that is taken stands in its place; otherwise both become
/// subgraphs with the same inputs, the values of the graph around that either reads.
final class Branches {
    private Branches() {}

    static Map<String, Rule> rules() {
        return Map.of("If", Branches::lower);
    }

    private static List<Laid> lower(Call call) {
        Numbers condition = call.input(0).numbers();
        if (condition == null || condition.hasUnknown()) {
            return atRunTime(call);
        }
        if (condition.count() != 1) {
            throw new NotLowerable("its condition has " + condition.count() + " elements, one is needed");
        }
        String branch = condition.longs()[0] != 0 ? "then_branch" : "else_branch";
        return call.bodies().inline(call.node().graph(branch), List.of());
    }

    private static List<Laid> atRunTime(Call call) {
        Emitter graph = call.graph();
        ModelContext model = call.bodies().model();
        SubgraphTable table = model.subgraphs();
        int thenIndex = table.reserve();
        int elseIndex = table.reserve();
        Inner then = new Inner(graph, model);
        Inner otherwise = new Inner(graph, model);
        List<Laid> thenResults = call.bodies().run(call.node().graph("then_branch"), List.of(), then);
        then.captured().forEach(otherwise::take);
        List<Laid> elseResults = call.bodies().run(call.node().graph("else_branch"), List.of(), otherwise);
        otherwise.captured().forEach(then::take);
        if (thenResults.contains(Laid.MISSING) || elseResults.contains(Laid.MISSING)) {
            return List.of();
        }
        List<SubgraphBuilder.Result> results = new ArrayList<>();
        List<Value> thenTensors = new ArrayList<>();
        List<Value> elseTensors = new ArrayList<>();
        for (int i = 0; i < Math.min(thenResults.size(), elseResults.size()); i++) {
            Value one = thenResults.get(i).plain(then.emitter());
            Value other = elseResults.get(i).plain(otherwise.emitter());
            if (Emitter.typeOf(one) != Emitter.typeOf(other)) {
                throw new NotLowerable("result " + i + " is " + Emitter.typeOf(one) + " in one branch and "
                        + Emitter.typeOf(other) + " in the other");
            }
            results.add(SubgraphBuilder.Result.of(
                    Emitter.typeOf(one), Inner.common(Emitter.shapeOf(one), Emitter.shapeOf(other))));
            thenTensors.add(one);
            elseTensors.add(other);
        }
        table.put(thenIndex, then.build(thenTensors));
        table.put(elseIndex, otherwise.build(elseTensors));
        List<Value> operands = new ArrayList<>(then.operands());
        operands.addFirst(call.plain(0));
        IfOptions options = new IfOptions(thenIndex, elseIndex);
        return graph.builder().emitAs(BuiltinOperator.IF, options, graph.name(), results, operands).stream()
                .map(Laid::plain)
                .toList();
    }
}
