package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Pools over windows and over everything.
final class PoolingLayers {
    private PoolingLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        for (int i = 1; i <= 3; i++) {
            int rank = i;
            rules.put("MaxPooling" + i + "D", call -> pool(call, rank, "MaxPool"));
            rules.put("AveragePooling" + i + "D", call -> pool(call, rank, "AvgPool"));
            rules.put("GlobalMaxPooling" + i + "D", call -> global(call, rank, "Max"));
            rules.put("GlobalAveragePooling" + i + "D", call -> global(call, rank, "Mean"));
            rules.put("AdaptiveMaxPooling" + i + "D", call -> adaptive(call, rank, "Max"));
            rules.put("AdaptiveAveragePooling" + i + "D", call -> adaptive(call, rank, "Mean"));
        }
        return rules;
    }

    private static List<Symbol> pool(LayerCall call, int rank, String op) {
        Ops ops = call.ops();
        KerasConfig config = call.config();
        int[] size = config.sizes(config.has("pool_size") ? "pool_size" : "pool_length", rank, 2);
        int[] strides = config.has("strides") ? config.sizes("strides", rank, 1) : size;
        boolean same = config.text("padding", "valid").equals("same");
        Symbol result = ConvolutionLayers.channelsLast(ops, call.input(), config.channelsFirst(), x -> {
            if (x.rank() != rank + 2) {
                throw new NotLowerable("its input " + x.shape() + " has not " + (rank + 2) + " dimensions");
            }
            if (rank == 1) {
                int[] wide = {1, size[0]};
                return ops.squeeze(ops.pool(op, ops.expandDims(x, 1), wide, new int[] {1, strides[0]}, same), 1);
            }
            return ops.pool(rank == 3 ? op + "3D" : op, x, size, strides, same);
        });
        return List.of(result);
    }

    private static List<Symbol> global(LayerCall call, int rank, String op) {
        Ops ops = call.ops();
        Symbol x = call.input();
        boolean keep = call.config().flag("keepdims", false);
        int first = call.config().channelsFirst() ? 2 : 1;
        if (x.rank() != rank + 2) {
            throw new NotLowerable("its input " + x.shape() + " has not " + (rank + 2) + " dimensions");
        }
        if (rank > 1) {
            int[] axes = IntStream.range(first, first + rank).toArray();
            return List.of(ops.reduce(op, x, keep, axes));
        }
        Symbol mask = op.equals("Mean") ? call.mask() : null;
        if (mask == null) {
            return List.of(ops.reduce(op, op, x, keep, ops.integer(first), first));
        }
        Symbol wide = ops.expandDims(mask, first == 1 ? 2 : 1);
        Symbol kept = ops.select(wide, x, ops.real(0));
        Symbol sum = ops.reduce("Sum", "Sum", kept, keep, ops.integer(first), first);
        Symbol count = ops.reduce("Sum", "Sum", ops.cast(wide, x.type()), keep, ops.integer(first), first);
        return List.of(ops.div(sum, count));
    }

    /// As many windows as are asked for, of sizes that differ by one where they do not divide the input.
    private static List<Symbol> adaptive(LayerCall call, int rank, String op) {
        Ops ops = call.ops();
        int[] counts = call.config().sizes("output_size", rank, 1);
        Symbol result =
                ConvolutionLayers.channelsLast(ops, call.input(), call.config().channelsFirst(), x -> {
                    Symbol at = x;
                    for (int i = 0; i < rank; i++) {
                        at = windows(ops, at, i + 1, counts[i], op);
                    }
                    return at;
                });
        return List.of(result);
    }

    private static Symbol windows(Ops ops, Symbol x, int axis, int count, String op) {
        int size = x.size(axis);
        if (size < 0 || count <= 0) {
            throw new NotLowerable("it pools over a dimension that is unknown");
        }
        LayoutOps.requireFew(count);
        List<Symbol> parts = new ArrayList<>();
        int[] ones = new int[axis + 1];
        Arrays.fill(ones, 1);
        int open = (1 << axis) - 1;
        for (int i = 0; i < count; i++) {
            int[] begin = new int[axis + 1];
            int[] end = new int[axis + 1];
            begin[axis] = Math.toIntExact((long) i * size / count);
            end[axis] = Math.toIntExact(Math.ceilDiv((i + 1L) * size, (long) count));
            parts.add(ops.reduce(op, ops.slice(x, begin, end, ones, open, open, 0), true, axis));
        }
        return ops.concat(parts, axis);
    }
}
