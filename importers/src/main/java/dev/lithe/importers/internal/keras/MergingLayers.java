package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Layers that make one value of several.
final class MergingLayers {
    private MergingLayers() {}

    static Map<String, LayerRule> rules() {
        return Map.of(
                "Add", call -> merged(call, (a, b) -> call.ops().binary("AddV2", "Add", a, b)),
                "Subtract", call -> merged(call, (a, b) -> call.ops().binary("Sub", a, b)),
                "Multiply", call -> merged(call, (a, b) -> call.ops().binary("Mul", a, b)),
                "Maximum", call -> merged(call, (a, b) -> call.ops().binary("Maximum", a, b)),
                "Minimum", call -> merged(call, (a, b) -> call.ops().binary("Minimum", a, b)),
                "Average", MergingLayers::average,
                "Concatenate", MergingLayers::concatenate,
                "Dot", MergingLayers::dot);
    }

    private static List<Symbol> merged(LayerCall call, BinaryOperator<Symbol> join) {
        List<Symbol> values = call.ops().common(call.inputs());
        if (values.size() < 2) {
            throw new NotLowerable("it merges " + values.size() + " inputs, two are the least");
        }
        int rank = values.stream().mapToInt(Symbol::rank).max().orElse(0);
        Symbol result = null;
        for (Symbol value : values) {
            Symbol wide = value;
            while (wide.rank() < rank) {
                wide = call.ops().expandDims(wide, 1);
            }
            result = result == null ? wide : join.apply(result, wide);
        }
        Symbol made = java.util.Objects.requireNonNull(result);
        return List.of(made.withMask(mask(call)));
    }

    /// What counts in any of them counts; where one has no mask all counts.
    private static @Nullable Symbol mask(LayerCall call) {
        Symbol joined = null;
        for (Symbol value : call.inputs()) {
            Symbol mask = value.mask();
            if (mask == null) {
                return null;
            }
            joined = CoreLayers.joined(call.ops(), "LogicalOr", joined, mask);
        }
        return joined;
    }

    private static List<Symbol> average(LayerCall call) {
        Ops ops = call.ops();
        Symbol sum = merged(call, (a, b) -> ops.binary("AddV2", "Add", a, b)).getFirst();
        Symbol mean = ops.div(ops.toFloat(sum), ops.real(call.inputs().size()));
        return List.of(mean.withMask(sum.mask()));
    }

    private static List<Symbol> concatenate(LayerCall call) {
        Ops ops = call.ops();
        List<Symbol> values = ops.common(call.inputs());
        int axis = call.config().integer("axis", -1);
        Symbol result = values.size() == 1 ? values.getFirst() : ops.concat(values, axis);
        return List.of(result.withMask(concatenatedMask(call, result, axis)));
    }

    private static @Nullable Symbol concatenatedMask(LayerCall call, Symbol result, int axis) {
        Ops ops = call.ops();
        List<Symbol> values = call.inputs();
        if (values.stream().allMatch(value -> value.mask() == null)) {
            return null;
        }
        List<Symbol> masks = new ArrayList<>();
        for (Symbol value : values) {
            Symbol mask = value.mask();
            Symbol zeros = ops.cast(ops.zerosLike(value), dev.lithe.importers.internal.proto.DataType.DT_BOOL);
            if (mask == null) {
                masks.add(ops.not(zeros));
            } else if (mask.rank() < value.rank()) {
                masks.add(ops.compare("LogicalOr", ops.expandDims(mask, -1), zeros));
            } else {
                masks.add(mask);
            }
        }
        Symbol joined = ops.concat(masks, axis);
        return joined.rank() == result.rank() ? ops.reduce("Any", joined, false, -1) : null;
    }

    private static List<Symbol> dot(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input(0);
        Symbol y = call.input(1);
        int[] axes = call.config().sizes("axes", 2, -1);
        int first = BasicOps.axis(axes[0], x.rank());
        int second = BasicOps.axis(axes[1], y.rank());
        if (call.config().flag("normalize", false)) {
            x = NormalizationLayers.unit(ops, x, first);
            y = NormalizationLayers.unit(ops, y, second);
        }
        Symbol result = batchDot(ops, x, y, first, second);
        return List.of(result.rank() == 1 ? ops.expandDims(result, 1) : result);
    }

    private static Symbol batchDot(Ops ops, Symbol x, Symbol y, int first, int second) {
        if (x.rank() > 3 || y.rank() > 3 || first == 0 || second == 0) {
            throw new NotLowerable("it multiplies " + x.shape() + " and " + y.shape() + " along " + first + " and "
                    + second + "; values with more than three dimensions are not supported");
        }
        Symbol left = x.rank() == 2 ? ops.expandDims(x, 1) : x;
        int inner = x.rank() == 2 ? 2 : first;
        Symbol right = y.rank() == 2 ? ops.expandDims(y, 2) : y;
        left = inner == 2 ? left : ops.transpose(left, 0, 2, 1);
        right = second == 1 ? right : ops.transpose(right, 0, 2, 1);
        Symbol result = ops.product(left, right);
        if (x.rank() == 2) {
            return ops.squeeze(result, 1);
        }
        return y.rank() == 2 ? ops.squeeze(result, -1) : result;
    }
}
