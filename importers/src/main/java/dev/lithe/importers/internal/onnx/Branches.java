package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import java.util.List;
import java.util.Map;

/// If with a condition that is known: the branch that is taken stands in its place.
final class Branches {
    private Branches() {}

    static Map<String, Rule> rules() {
        return Map.of("If", Branches::lower);
    }

    private static List<Laid> lower(Call call) {
        Numbers condition = call.input(0).numbers();
        if (condition == null || condition.hasUnknown() || condition.count() != 1) {
            throw new NotLowerable("its condition is only known at run time, which is not supported for ONNX models");
        }
        String branch = condition.longs()[0] != 0 ? "then_branch" : "else_branch";
        return call.bodies().inline(call.node().graph(branch), List.of());
    }
}
