package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Attention, with one head and with several.
final class AttentionLayers {
    /// What Keras puts in place of scores that do not count: -0.7 times the largest number of bfloat16.
    private static final float LARGE_NEGATIVE = (float) (-0.7 * 3.38953e38);

    private AttentionLayers() {}

    static Map<String, LayerRule> rules() {
        return Map.of(
                "Attention", call -> single(call, false),
                "AdditiveAttention", call -> single(call, true),
                "MultiHeadAttention", AttentionLayers::multiHead,
                "GroupQueryAttention", AttentionLayers::grouped,
                "GroupedQueryAttention", AttentionLayers::grouped);
    }

    private static List<Symbol> single(LayerCall call, boolean additive) {
        Ops ops = call.ops();
        List<Symbol> inputs = call.inputs();
        if (inputs.size() < 2) {
            throw new NotLowerable("it needs a query and a value");
        }
        Symbol query = inputs.get(0);
        Symbol value = inputs.get(1);
        Symbol key = inputs.size() > 2 ? inputs.get(2) : value;
        boolean concat = call.config().text("score_mode", "dot").equals("concat");
        Symbol scores = additive || concat ? sums(call, query, key, additive) : products(call, query, key);
        Symbol mask = value.mask() == null ? null : ops.expandDims(value.mask(), -2);
        boolean causal =
                call.arguments().flag("use_causal_mask") || call.config().flag("causal", false);
        if (causal) {
            mask = CoreLayers.joined(ops, "LogicalAnd", mask, lowerTriangle(ops, query.size(1), key.size(1)));
        }
        if (mask != null) {
            Symbol out = ops.toFloat(ops.not(mask));
            scores = ops.sub(scores, ops.mul(ops.real(1e9), out));
        }
        Symbol weights = ops.softmax("Softmax", scores, -1);
        Symbol result = ops.product(weights, value);
        if (query.mask() != null) {
            result = ops.select(ops.expandDims(query.mask(), -1), result, ops.real(0));
        }
        Symbol masked = result.withMask(query.mask());
        return call.arguments().flag("return_attention_scores") ? List.of(masked, weights) : List.of(masked);
    }

    private static Symbol products(LayerCall call, Symbol query, Symbol key) {
        Ops ops = call.ops();
        int[] swap = IntStream.range(0, key.rank()).toArray();
        swap[key.rank() - 2] = key.rank() - 1;
        swap[key.rank() - 1] = key.rank() - 2;
        Symbol scores = ops.product(query, ops.transpose(key, swap));
        return call.config().flag("use_scale", false) ? ops.mul(scores, call.weight("scale")) : scores;
    }

    private static Symbol sums(LayerCall call, Symbol query, Symbol key, boolean additive) {
        Ops ops = call.ops();
        Symbol sum = ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3));
        boolean scaled = call.config().flag("use_scale", additive);
        if (additive) {
            Symbol scale = scaled ? call.weight("scale", query.size(-1)) : ops.real(1);
            return ops.reduce("Sum", ops.mul(scale, ops.unary("Tanh", sum)), false, -1);
        }
        Symbol inner = scaled ? ops.mul(call.weight("scale"), sum) : sum;
        return ops.mul(call.weight("concat_score_weight"), ops.reduce("Sum", ops.unary("Tanh", inner), false, -1));
    }

    /// `[1, rows, columns]`, true where the column is not beyond the row.
    private static Symbol lowerTriangle(Ops ops, int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new NotLowerable("its causal mask needs lengths that are known");
        }
        Symbol ones = ops.fill(ops.vector(1, rows, columns), Shape.of(1, rows, columns), ops.integer(1));
        return ops.compare("GreaterEqual", running(ops, ones, -2), running(ops, ones, -1));
    }

    private static Symbol running(Ops ops, Symbol x, int axis) {
        Map<String, AttrValue> attributes =
                Map.of("T", BasicOps.typed(x), "exclusive", Attr.flag(false), "reverse", Attr.flag(false));
        return ops.graph.add("Cumsum", "Cumsum", x.type(), x.shape(), attributes, x, ops.integer(axis));
    }

    /// The inputs of a call of several heads.
    private record Inputs(
            Symbol query,
            Symbol value,
            Symbol key,
            @Nullable Symbol given,
            boolean causal,
            boolean scores) {
        static Inputs of(LayerCall call) {
            Arguments arguments = call.arguments();
            List<Symbol> first = Arguments.symbols(arguments.get(0, "query"));
            Symbol query = first.isEmpty() ? null : first.getFirst();
            Symbol value = arguments.symbol(1, "value");
            if (query == null || value == null) {
                throw new NotLowerable("it needs a query and a value");
            }
            Symbol key = arguments.symbol(2, "key");
            Symbol mask = arguments.symbol(Integer.MAX_VALUE, "attention_mask");
            return new Inputs(
                    query,
                    value,
                    key == null ? value : key,
                    mask,
                    arguments.flag("use_causal_mask"),
                    arguments.flag("return_attention_scores"));
        }
    }

    private static List<Symbol> multiHead(LayerCall call) {
        KerasConfig config = call.config();
        Inputs inputs = Inputs.of(call);
        int heads = config.integer("num_heads");
        int size = config.integer("key_dim");
        int valueSize = config.integer("value_dim", size);
        boolean bias = config.flag("use_bias", true);
        Symbol query = projected(call, "query", inputs.query, heads, size, bias);
        Symbol key = projected(call, "key", inputs.key, heads, size, bias);
        Symbol gate =
                config.flag("use_gate", false) ? projected(call, "gate", inputs.query, heads, valueSize, bias) : null;
        Symbol value = projected(call, "value", inputs.value, heads, valueSize, bias);
        double scale = 1 / Math.sqrt(size);
        boolean direct = !(config.real("dropout", 0) > 0 || inputs.scores || query.rank() != 4);
        Symbol[] made = direct
                ? new Symbol[] {direct(call, inputs, query, key, value, scale)}
                : general(call, inputs, query, key, value, scale);
        Symbol mixed =
                gate == null ? made[0] : call.ops().mul(made[0], call.ops().unary("Sigmoid", gate));
        Symbol result = combined(call, mixed, inputs.query.size(-1)).withMask(inputs.query.mask());
        return inputs.scores ? List.of(result, made[1]) : List.of(result);
    }

    private static Layer dense(LayerCall call, String name, String equation, String biasAxes, int... output) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("equation", equation);
        Arrays.stream(output).forEach(config.putArray("output_shape")::add);
        if (!biasAxes.isEmpty()) {
            config.put("bias_axes", biasAxes);
        }
        String attribute = name.equals("attention_output") ? "output_dense" : name + "_dense";
        return call.layer().child(attribute, "EinsumDense", name, new KerasConfig(config));
    }

    private static String letters(int from, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            letters.append((char) ('a' + i));
        }
        return letters.toString();
    }

    private static Symbol projected(LayerCall call, String name, Symbol x, int heads, int size, boolean bias) {
        int free = x.rank() - 1;
        String made = letters(free + 1, 2);
        String equation = letters(0, free + 1) + "," + letters(free, 1) + made + "->" + letters(0, free) + made;
        int[] output = new int[free + 1];
        Arrays.fill(output, -1);
        output[free - 1] = heads;
        output[free] = size;
        return call.call(dense(call, name, equation, bias ? made : "", output), x);
    }

    private static Symbol combined(LayerCall call, Symbol x, int features) {
        int free = x.rank() - 2;
        int[] inner = call.config().has("output_shape") ? call.config().integers("output_shape") : new int[] {features};
        String made = letters(free + 2, inner.length);
        String equation = letters(0, free + 2) + "," + letters(free, 2) + made + "->" + letters(0, free) + made;
        int[] output = new int[free - 1 + inner.length];
        Arrays.fill(output, -1);
        System.arraycopy(inner, 0, output, free - 1, inner.length);
        boolean bias = call.config().flag("use_bias", true);
        return call.call(dense(call, "attention_output", equation, bias ? made : "", output), x);
    }

    /// The mask that the masks of query, value and key and the one of the call make.
    private static @Nullable Symbol mask(LayerCall call, Inputs inputs, boolean causal) {
        Ops ops = call.ops();
        Symbol query = inputs.query.mask();
        Symbol value = inputs.value.mask();
        Symbol key = inputs.key.equals(inputs.value) ? null : inputs.key.mask();
        Symbol joined = query == null ? null : ops.expandDims(query, -1);
        joined = CoreLayers.joined(ops, "LogicalAnd", joined, value == null ? null : ops.expandDims(value, -2));
        joined = CoreLayers.joined(ops, "LogicalAnd", joined, key == null ? null : ops.expandDims(key, -2));
        if (causal) {
            Symbol triangle = lowerTriangle(ops, inputs.query.size(1), inputs.value.size(1));
            joined = CoreLayers.joined(ops, "LogicalAnd", joined, triangle);
        }
        if (call.config().has("sliding_window")) {
            throw new NotLowerable("its sliding window cannot be expressed");
        }
        Symbol given = inputs.given == null ? null : ops.cast(inputs.given, DataType.DT_BOOL);
        return CoreLayers.joined(ops, "LogicalAnd", given, joined);
    }

    private static boolean unmasked(Inputs inputs) {
        return inputs.given == null
                && inputs.query.mask() == null
                && inputs.value.mask() == null
                && inputs.key.mask() == null;
    }

    /// Scores, their softmax, and the weighted sum, as the function for values with four dimensions has them.
    private static Symbol direct(LayerCall call, Inputs inputs, Symbol query, Symbol key, Symbol value, double scale) {
        Ops ops = call.ops();
        boolean bandOnly = inputs.causal && unmasked(inputs);
        Symbol mask = bandOnly ? null : mask(call, inputs, inputs.causal);
        Shape shape = Shape.of(query.size(0), query.size(2), query.size(1), key.size(1));
        Symbol scores = ops.mul(ops.einsum("BTNH,BSNH->BNTS", shape, List.of(query, key)), ops.real(scale));
        if (mask != null || bandOnly) {
            Symbol all = ops.fill(ops.shapeOf(scores), scores.shape(), ops.bool(true));
            Symbol kept = mask == null ? all : ops.compare("LogicalAnd", all, widened(ops, mask, 4));
            Symbol both = bandOnly ? ops.compare("LogicalAnd", kept, band(ops, scores)) : kept;
            scores = ops.select(both, scores, ops.real(LARGE_NEGATIVE));
        }
        Symbol weights = ops.softmax("Softmax", scores, -1);
        Shape result = Shape.of(query.size(0), query.size(1), query.size(2), value.size(3));
        return ops.einsum("BNTS,BSNH->BTNH", result, List.of(weights, value));
    }

    private static Symbol widened(Ops ops, Symbol mask, int rank) {
        Symbol wide = mask;
        while (wide.rank() < rank) {
            wide = ops.expandDims(wide, -3);
        }
        return wide;
    }

    /// The lower triangle in the last two dimensions of `scores`.
    private static Symbol band(Ops ops, Symbol scores) {
        Symbol sizes = ops.shapeOf(scores);
        Symbol rows = ops.first(sizes, 2);
        Symbol columns = ops.first(sizes, 3);
        Shape plane = Shape.of(scores.size(2), scores.size(3));
        Symbol ones = ops.fill(ops.pack("packed", List.of(rows, columns), 0), plane, ops.bool(true));
        Map<String, AttrValue> attributes = Map.of("T", BasicOps.typed(ones), "Tindex", Attr.type(DataType.DT_INT32));
        Symbol band = ops.graph.add(
                "MatrixBandPart",
                "MatrixBandPart",
                ones.type(),
                plane,
                attributes,
                ones,
                ops.integer(-1),
                ops.integer(0));
        Map<String, AttrValue> slice = new HashMap<>(Map.of("T", BasicOps.typed(ones)));
        slice.put("Index", Attr.type(DataType.DT_INT32));
        slice.put("begin_mask", Attr.integer(12));
        slice.put("end_mask", Attr.integer(12));
        slice.put("new_axis_mask", Attr.integer(3));
        slice.put("ellipsis_mask", Attr.integer(0));
        slice.put("shrink_axis_mask", Attr.integer(0));
        Shape wide = Shape.of(1, 1, scores.size(2), scores.size(3));
        return ops.graph.add(
                "StridedSlice",
                "strided_slice",
                ones.type(),
                wide,
                slice,
                band,
                ops.vector(0, 0, 0, 0),
                ops.vector(0, 0, 0, 0),
                ops.vector(1, 1, 1, 1));
    }

    private static Symbol[] general(
            LayerCall call, Inputs inputs, Symbol query, Symbol key, Symbol value, double scale) {
        Ops ops = call.ops();
        int rank = query.rank();
        int[] axes = call.config().has("attention_axes")
                ? Arrays.stream(call.config().integers("attention_axes"))
                        .map(axis -> axis < 0 ? axis + rank - 1 : axis)
                        .toArray()
                : IntStream.range(1, rank - 2).toArray();
        StringBuilder target = new StringBuilder(letters(0, rank));
        StringBuilder source = new StringBuilder(target);
        for (int i = 0; i < axes.length; i++) {
            source.setCharAt(axes[i], (char) ('a' + rank + i));
        }
        StringBuilder product = new StringBuilder();
        IntStream.range(0, rank - 1)
                .filter(i -> Arrays.stream(axes).noneMatch(axis -> axis == i))
                .forEach(i -> product.append(target.charAt(i)));
        Arrays.stream(axes).forEach(axis -> product.append(target.charAt(axis)));
        Arrays.stream(axes).forEach(axis -> product.append(source.charAt(axis)));
        Symbol scaled = ops.mul(query, ops.real(scale));
        Einsum einsum = new Einsum(ops);
        Symbol scores = einsum.apply(source + "," + target + "->" + product, List.of(key, scaled));
        Symbol mask = mask(call, inputs, inputs.causal);
        while (mask != null && mask.rank() < scores.rank()) {
            mask = ops.expandDims(mask, -2 * axes.length - 1);
        }
        int[] over = IntStream.range(scores.rank() - axes.length, scores.rank()).toArray();
        Symbol weights = Activations.masked(ops, scores, mask, over);
        return new Symbol[] {einsum.apply(product + "," + source + "->" + target, List.of(weights, value)), weights};
    }

    private static List<Symbol> grouped(LayerCall call) {
        Ops ops = call.ops();
        KerasConfig config = call.config();
        Inputs inputs = Inputs.of(call);
        int heads = config.integer("num_query_heads");
        int groups = config.integer("num_key_value_heads");
        int size = config.integer("head_dim");
        if (groups <= 0 || heads % groups != 0) {
            throw new NotLowerable("its " + heads + " heads do not make " + groups + " groups");
        }
        boolean bias = config.flag("use_bias", true);
        Layer queries = dense(call, "query", "bqm,muh->bquh", bias ? "uh" : "", -1, heads, size);
        Layer keys = dense(call, "key", "bkm,mvh->bkvh", bias ? "vh" : "", -1, groups, size);
        Layer values = dense(call, "value", "bkm,mvh->bkvh", bias ? "vh" : "", -1, groups, size);
        Symbol query = call.call(queries, inputs.query);
        Symbol key = ops.repeat(call.call(keys, inputs.key), heads / groups, 2);
        Symbol gate = config.flag("use_gate", false)
                ? call.call(dense(call, "gate", "bqm,muh->bquh", bias ? "uh" : "", -1, heads, size), inputs.query)
                : null;
        Symbol value = ops.repeat(call.call(values, inputs.value), heads / groups, 2);
        double scale = 1 / Math.sqrt(size);
        boolean direct = !(config.real("dropout", 0) > 0 || inputs.scores);
        Symbol[] made = direct
                ? new Symbol[] {direct(call, inputs, query, key, value, scale)}
                : inGroups(call, inputs, query, key, value, scale);
        Symbol mixed = gate == null ? made[0] : ops.mul(made[0], ops.unary("Sigmoid", gate));
        Layer output = dense(call, "attention_output", "bquh,uhm->bqm", bias ? "m" : "", -1, inputs.query.size(-1));
        Symbol result = call.call(output, mixed).withMask(inputs.query.mask());
        return inputs.scores ? List.of(result, made[1]) : List.of(result);
    }

    private static Symbol[] inGroups(
            LayerCall call, Inputs inputs, Symbol query, Symbol key, Symbol value, double scale) {
        Ops ops = call.ops();
        Einsum einsum = new Einsum(ops);
        Symbol scores = einsum.apply("bquh,bkuh->buqk", List.of(ops.mul(query, ops.real(scale)), key));
        Symbol mask = mask(call, inputs, inputs.causal);
        Symbol wide = mask == null ? null : widened(ops, mask, 4);
        Symbol weights = Activations.masked(ops, scores, wide, -1);
        return new Symbol[] {einsum.apply("buqk,bkuh->bquh", List.of(weights, value)), weights};
    }
}
