package dev.lithe.transforms;

import dev.lithe.graph.Model;
import dev.lithe.transforms.internal.MergeEqualConstants;
import dev.lithe.transforms.internal.RemoveDeadCode;
import java.util.List;

/// What a graph of any precision goes through before it is written: constants that are equal are kept once,
/// and nothing is kept that nobody reads.
public final class Finish implements Pass {
    private static final List<Pass> PASSES = List.of(MergeEqualConstants.all(), new RemoveDeadCode());

    @Override
    public String name() {
        return "finish the graph";
    }

    @Override
    public Model apply(Model model) {
        Model current = model;
        for (Pass pass : PASSES) {
            current = pass.apply(current);
        }
        return current;
    }
}
