package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Functions of `keras.ops` and of TensorFlow that move elements.
final class LayoutOperations {
    private LayoutOperations() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        rules.put("Reshape", LayoutOperations::reshape);
        rules.put("Ravel", call -> List.of(call.ops().reshape(call.input(), -1)));
        rules.put("Transpose", LayoutOperations::transpose);
        rules.put("Swapaxes", LayoutOperations::swap);
        rules.put("Moveaxis", LayoutOperations::move);
        rules.put("ExpandDims", LayoutOperations::expandDims);
        rules.put("Squeeze", LayoutOperations::squeeze);
        rules.put(
                "Concatenate",
                call -> List.of(
                        call.ops().concat(call.ops().common(call.inputs()), Operations.axis(call, "axis", -1))));
        rules.put("Stack", LayoutOperations::stack);
        rules.put("Unstack", LayoutOperations::unstack);
        rules.put("Split", LayoutOperations::split);
        rules.put("Flip", LayoutOperations::flip);
        rules.put("Tile", LayoutOperations::tile);
        rules.put("Repeat", LayoutOperations::repeat);
        rules.put("Pad", LayoutOperations::pad);
        rules.put("GetItem", LayoutOperations::item);
        rules.put("Take", LayoutOperations::take);
        rules.put("Resize", LayoutOperations::resize);
        rules.put("DepthToSpace", call -> block(call, "DepthToSpace", false));
        rules.put("SpaceToDepth", call -> block(call, "SpaceToDepth", true));
        return rules;
    }

    private static int[] integers(LayerCall call, int index, String... names) {
        for (String name : names) {
            JsonNode json = Operations.plain(call, index, name);
            if (json != null) {
                return KerasConfig.integers(json, name);
            }
        }
        throw new NotLowerable("its '" + names[0] + "' is not given as numbers");
    }

    private static boolean given(LayerCall call, int index, String name) {
        return Operations.plain(call, index, name) != null;
    }

    private static List<Symbol> reshape(LayerCall call) {
        Symbol x = call.input();
        int[] target = integers(call, 1, "newshape", "shape");
        return List.of(call.ops().reshape(x, target));
    }

    private static List<Symbol> transpose(LayerCall call) {
        Symbol x = call.input();
        int rank = x.rank();
        int[] order = given(call, 1, "axes") || given(call, 1, "perm")
                ? integers(call, 1, "axes", "perm")
                : IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        return List.of(call.ops().transpose(x, order));
    }

    private static List<Symbol> swap(LayerCall call) {
        Symbol x = call.input();
        int[] order = IntStream.range(0, x.rank()).toArray();
        int a = BasicOps.axis(integers(call, 1, "axis1")[0], x.rank());
        int b = BasicOps.axis(integers(call, 2, "axis2")[0], x.rank());
        order[a] = b;
        order[b] = a;
        return List.of(call.ops().transpose(x, order));
    }

    private static List<Symbol> move(LayerCall call) {
        Symbol x = call.input();
        int[] from = integers(call, 1, "source");
        int[] to = integers(call, 2, "destination");
        int[] order = new int[x.rank()];
        Arrays.fill(order, -1);
        for (int i = 0; i < from.length; i++) {
            order[BasicOps.axis(to[i], x.rank())] = BasicOps.axis(from[i], x.rank());
        }
        int next = 0;
        for (int i = 0; i < order.length; i++) {
            while (order[i] < 0) {
                int axis = next++;
                boolean moved = Arrays.stream(from).anyMatch(f -> BasicOps.axis(f, x.rank()) == axis);
                order[i] = moved ? -1 : axis;
            }
        }
        return List.of(call.ops().transpose(x, order));
    }

    private static List<Symbol> expandDims(LayerCall call) {
        Symbol at = call.input();
        for (int axis : integers(call, 1, "axis")) {
            at = call.ops().expandDims(at, axis);
        }
        return List.of(at);
    }

    private static List<Symbol> squeeze(LayerCall call) {
        return List.of(
                given(call, 1, "axis")
                        ? call.ops().squeeze(call.input(), integers(call, 1, "axis"))
                        : call.ops().squeeze(call.input()));
    }

    private static List<Symbol> stack(LayerCall call) {
        return List.of(call.ops().pack("stack", call.inputs(), Operations.axis(call, "axis", 0)));
    }

    private static List<Symbol> unstack(LayerCall call) {
        Symbol x = call.input();
        int axis = BasicOps.axis(given(call, 2, "axis") ? integers(call, 2, "axis")[0] : 0, x.rank());
        if (axis == 0) {
            return call.ops().unpack(x);
        }
        List<Symbol> parts = new ArrayList<>();
        for (Symbol part : call.ops().split(x, x.size(axis), axis)) {
            parts.add(call.ops().squeeze(part, axis));
        }
        return parts;
    }

    private static List<Symbol> split(LayerCall call) {
        Symbol x = call.input();
        int axis = BasicOps.axis(given(call, 2, "axis") ? integers(call, 2, "axis")[0] : 0, x.rank());
        JsonNode json = Operations.plain(call, 1, "indices_or_sections");
        boolean sizes = json == null;
        JsonNode parts = sizes ? Operations.plain(call, 1, "num_or_size_splits") : json;
        if (parts == null) {
            throw new NotLowerable("it does not say into what it splits");
        }
        int[] numbers = KerasConfig.integers(parts, "sections");
        if (parts.isNumber()) {
            return call.ops().split(x, numbers[0], axis);
        }
        List<Symbol> results = new ArrayList<>();
        int at = 0;
        for (int i = 0; i <= numbers.length; i++) {
            boolean last = i == numbers.length;
            if (last && sizes) {
                break;
            }
            int end = last ? x.size(axis) : sizes ? at + numbers[i] : numbers[i];
            results.add(part(call.ops(), x, axis, at, end));
            at = end;
        }
        return results;
    }

    private static Symbol part(Ops ops, Symbol x, int axis, int from, int to) {
        int[] begin = new int[axis + 1];
        int[] end = new int[axis + 1];
        int[] ones = new int[axis + 1];
        Arrays.fill(ones, 1);
        begin[axis] = from;
        end[axis] = to;
        int open = (1 << axis) - 1;
        return ops.slice(x, begin, end, ones, open, open, 0);
    }

    private static List<Symbol> flip(LayerCall call) {
        Symbol x = call.input();
        int[] axes = given(call, 1, "axis")
                ? integers(call, 1, "axis")
                : IntStream.range(0, x.rank()).toArray();
        return List.of(call.ops().reverse(x, axes));
    }

    private static List<Symbol> tile(LayerCall call) {
        Symbol x = call.input();
        int[] given = integers(call, 1, "repeats", "multiples");
        int[] all = new int[x.rank()];
        Arrays.fill(all, 1);
        if (given.length > all.length) {
            throw new NotLowerable("it repeats along more dimensions than its input has");
        }
        System.arraycopy(given, 0, all, all.length - given.length, given.length);
        return List.of(call.ops().tile(x, all));
    }

    private static List<Symbol> repeat(LayerCall call) {
        int[] count = integers(call, 1, "repeats");
        if (count.length != 1) {
            throw new NotLowerable("it repeats each element another number of times");
        }
        boolean along = given(call, 2, "axis");
        Symbol x = along ? call.input() : call.ops().reshape(call.input(), -1);
        return List.of(call.ops().repeat(x, count[0], along ? integers(call, 2, "axis")[0] : 0));
    }

    private static List<Symbol> pad(LayerCall call) {
        Symbol x = call.input();
        JsonNode json = Operations.plain(call, 1, "pad_width");
        JsonNode pads = json == null ? Operations.plain(call, 1, "paddings") : json;
        String mode = Operations.setting(call, "mode").asString("constant").toLowerCase(java.util.Locale.ROOT);
        if (pads == null || !pads.isArray() || !mode.equals("constant")) {
            throw new NotLowerable("it pads in a way that cannot be expressed");
        }
        int[] all = new int[2 * x.rank()];
        for (int i = 0; i < x.rank(); i++) {
            int[] pair = KerasConfig.integers(pads.get(Math.min(i, pads.size() - 1)), "pad_width");
            all[2 * i] = pair[0];
            all[2 * i + 1] = pair[pair.length - 1];
        }
        return List.of(call.ops().pad(x, all));
    }

    private static List<Symbol> take(LayerCall call) {
        Symbol x = call.input();
        Symbol indices = Operations.operand(call, 1, "indices");
        Symbol whole = call.ops().cast(indices, dev.lithe.importers.internal.proto.DataType.DT_INT32);
        if (given(call, 2, "axis")) {
            return List.of(call.ops().gather(x, whole, integers(call, 2, "axis")[0]));
        }
        // TensorFlow's function goes along the first dimension, that of Keras over all elements.
        return List.of(
                call.ops().gather(Operations.isTensorFlow(call) ? x : call.ops().reshape(x, -1), whole, 0));
    }

    private static List<Symbol> resize(LayerCall call) {
        int[] size = integers(call, 1, "size");
        JsonNode how = Operations.plain(call, 2, "interpolation");
        String method =
                how == null ? Operations.setting(call, "method").asString("bilinear") : how.asString("bilinear");
        String op = switch (method) {
            case "bilinear" -> "ResizeBilinear";
            case "nearest" -> "ResizeNearestNeighbor";
            default -> throw new NotLowerable("its interpolation '" + method + "' cannot be expressed");
        };
        return List.of(call.ops().resize(op, call.input(), size[0], size[1], true));
    }

    private static List<Symbol> block(LayerCall call, String op, boolean smaller) {
        Symbol x = call.input();
        int size = integers(call, 1, "block_size")[0];
        int area = Math.multiplyExact(size, size);
        int[] sizes = {
            x.size(0),
            scaled(x.size(1), size, smaller),
            scaled(x.size(2), size, smaller),
            scaled(x.size(3), area, !smaller)
        };
        Map<String, dev.lithe.importers.internal.proto.AttrValue> attributes =
                Map.of("T", BasicOps.typed(x), "block_size", Attr.integer(size));
        return List.of(call.ops().graph.add(op, op, x.type(), Shape.of(sizes), attributes, x));
    }

    private static int scaled(int size, int factor, boolean smaller) {
        return size < 0 ? size : smaller ? size / factor : Math.multiplyExact(size, factor);
    }

    /// `x[key]`: integers, slices, an ellipsis and new axes.
    private static List<Symbol> item(LayerCall call) {
        Symbol x = call.input();
        JsonNode json = Operations.plain(call, 1, "key");
        JsonNode key = json == null ? Operations.plain(call, 1, "slice_spec") : json;
        if (key == null) {
            throw new NotLowerable("what it takes depends on a value");
        }
        List<JsonNode> steps = new ArrayList<>();
        boolean list = key.isArray() || Layer.kind(key).equals("__tuple__");
        (key.isArray() ? key : list ? key.path("items") : key).forEach(step -> {
            if (list) {
                steps.add(step);
            }
        });
        return List.of(taken(call.ops(), x, list ? steps : List.of(key)));
    }

    private static Symbol taken(Ops ops, Symbol x, List<JsonNode> steps) {
        long used = steps.stream().filter(s -> !s.isNull() && !isEllipsis(s)).count();
        int[] begin = new int[x.rank()];
        int[] end = new int[x.rank()];
        int[] stride = new int[x.rank()];
        Arrays.fill(stride, 1);
        int open = (1 << x.rank()) - 1;
        int[] masks = {open, open, 0};
        List<Integer> inserted = new ArrayList<>();
        int axis = 0;
        int out = 0;
        for (JsonNode step : steps) {
            if (step.isNull()) {
                inserted.add(out++);
            } else if (isEllipsis(step)) {
                int skipped = x.rank() - (int) used;
                axis += skipped;
                out += skipped;
            } else if (axis >= x.rank()) {
                throw new NotLowerable("it takes along more dimensions than its input has");
            } else if (step.isNumber()) {
                begin[axis] = step.intValue();
                end[axis] = step.intValue() + 1;
                masks[0] &= ~(1 << axis);
                masks[1] &= ~(1 << axis) | (step.intValue() == -1 ? 1 << axis : 0);
                masks[2] |= 1 << axis++;
            } else {
                bounds(step, axis++, begin, end, stride, masks);
                out++;
            }
        }
        Symbol result = ops.slice(x, begin, end, stride, masks[0], masks[1], masks[2]);
        for (int position : inserted) {
            result = ops.expandDims(result, position);
        }
        return result;
    }

    private static boolean isEllipsis(JsonNode step) {
        return Layer.kind(step).equals("__ellipsis__") || step.asString("").equals("Ellipsis");
    }

    private static void bounds(JsonNode step, int axis, int[] begin, int[] end, int[] stride, int[] masks) {
        JsonNode slice = step.has("config") ? step.path("config") : step;
        if (!slice.isObject()) {
            throw new NotLowerable("it takes by something else than numbers and slices");
        }
        if (slice.path("start").isNumber()) {
            begin[axis] = slice.path("start").intValue();
            masks[0] &= ~(1 << axis);
        }
        if (slice.path("stop").isNumber()) {
            end[axis] = slice.path("stop").intValue();
            masks[1] &= ~(1 << axis);
        }
        if (slice.path("step").isNumber()) {
            stride[axis] = slice.path("step").intValue();
        }
    }
}
