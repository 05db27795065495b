package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.importers.internal.raw.RawPort;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.WhileOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a WHILE of a loop.
///
/// What a round does not change is the same inside, and is handed through only where it is computed; what nothing needs
/// is left out. The shapes of the others are those that they begin with, less the sizes that a round changes: the body
/// is lowered until its results fit what it was lowered for.
final class WhileLowering {
    /// Each attempt makes a size unknown that was known; what begins with 16 sizes that all change is no real loop.
    private static final int ATTEMPTS = 16;

    private final Lowering outer;
    private final Call call;
    private final RawFunction condition;
    private final RawFunction body;
    private final List<LoopValue> values = new ArrayList<>();
    private final LoopLists lists;

    WhileLowering(Lowering outer, Call call) {
        this.outer = outer;
        this.call = call;
        this.condition = call.node().functions().get(0);
        this.body = call.node().functions().get(1);
        this.lists = new LoopLists(body, call.inputs());
        int count = call.inputs().size();
        if (body.graph().outputs().size() != count
                || condition.graph().outputs().size() != 1) {
            throw new NotLowerable("its body gives " + body.graph().outputs().size() + " values where it takes " + count
                    + ", its condition " + condition.graph().outputs().size());
        }
    }

    List<Value> lower() {
        boolean[] live = new LoopLiveness(condition, body).live(i -> outer.isRead(new RawPort(call.node(), i)));
        for (int i = 0; i < live.length; i++) {
            if (live[i]) {
                boolean constant = body.parameter(body.graph().outputs().get(i)) == i;
                values.add(new LoopValue(i, call.input(i), constant));
            }
        }
        SubgraphTable table = outer.scope().subgraphs();
        int mark = table.size();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            WhileOptions options = build(table);
            if (options != null) {
                return emit(options);
            }
            table.truncate(mark);
        }
        throw new NotLowerable("the shapes of what it computes change with every round");
    }

    /// The subgraphs of a loop whose body gives what it takes; null where it does not: the values have learned what it
    /// gives.
    private @Nullable WhileOptions build(SubgraphTable table) {
        WhileOptions options = new WhileOptions(table.reserve(), table.reserve());
        Inner round = new Inner(outer, options.bodySubgraphIndex());
        List<Value> arguments = enter(round);
        List<Value> results = ControlRules.inlined(round.lowering(), body, arguments);
        round.requireLowered();
        boolean fits = true;
        for (LoopValue value : values) {
            fits &= value.accept(results.get(value.index()), lists);
        }
        if (!fits) {
            return null;
        }
        List<Value> next = new ArrayList<>();
        for (LoopValue value : carried()) {
            next.add(value.leave(arguments.get(value.index()), results.get(value.index())));
        }
        Inner check = new Inner(outer, options.condSubgraphIndex());
        List<Value> decision = ControlRules.inlined(check.lowering(), condition, enter(check));
        check.requireLowered();
        table.put(options.condSubgraphIndex(), check.build(condition.name(), decision));
        table.put(options.bodySubgraphIndex(), round.build(body.name(), next));
        return options;
    }

    private List<LoopValue> carried() {
        return values.stream().filter(LoopValue::isCarried).toList();
    }

    private List<Value> enter(Inner inner) {
        List<Value> arguments =
                new ArrayList<>(Collections.nCopies(call.inputs().size(), (Value) Value.MISSING));
        values.forEach(value -> arguments.set(value.index(), value.enter(inner)));
        return arguments;
    }

    private List<Value> emit(WhileOptions options) {
        List<SubgraphBuilder.Result> outputs = new ArrayList<>();
        List<Value> starts = new ArrayList<>();
        for (LoopValue value : carried()) {
            outputs.add(SubgraphBuilder.Result.of(value.type(), value.knownShape()));
            starts.add(value.start(call, lists));
        }
        List<Value.Dynamic> tensors =
                outer.graph().emitAs(BuiltinOperator.WHILE, options, call.name(), outputs, starts);
        List<Value> results = new ArrayList<>(Collections.nCopies(call.inputs().size(), (Value) Value.MISSING));
        values.forEach(value -> results.set(value.index(), value.initial()));
        for (int i = 0; i < tensors.size(); i++) {
            LoopValue value = carried().get(i);
            results.set(value.index(), value.result(tensors.get(i)));
        }
        return results;
    }
}
