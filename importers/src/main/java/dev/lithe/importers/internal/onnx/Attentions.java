package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attention of all kinds, as products, a softmax and a mask.
final class Attentions {
    private static final int MODE_CAP = 1;
    private static final int MODE_BIAS = 2;
    private static final int MODE_SOFTMAX = 3;

    private Attentions() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Attention", Attentions::attention),
                entry("com.microsoft::Attention", Attentions::packed),
                entry("com.microsoft::MultiHeadAttention", Attentions::multiHead),
                entry("RotaryEmbedding", c -> Call.one(Rotations.rotary(c, c.input(0), 1, 2, 3))),
                entry("com.microsoft::RotaryEmbedding", c -> Call.one(Rotations.rotary(c, c.input(0), 2, 3, 1))));
    }

    /// What all kinds have in common.
    ///
    /// @param scale what the products of queries and keys are multiplied with
    /// @param cap scores stay below it; 0 for none
    /// @param bias is added to the scores; null for none
    /// @param allowed which keys a query sees, BOOL; null for all
    record Heads(
            float scale,
            float cap,
            @Nullable Laid bias,
            @Nullable Laid allowed) {
        static final Heads NONE = new Heads(1, 0, null, null);
    }

    /// @param stages the scores: scaled, capped, with bias and mask, after the softmax
    record Attended(Laid result, List<Laid> stages) {}

    /// @param q queries [batch, heads, queries, size]
    /// @param k keys [batch, heads, keys, size]
    /// @param v values [batch, heads, keys, size of values]
    static Attended attend(Formula f, Laid q, Laid k, Laid v, Heads how) {
        float root = (float) Math.sqrt(how.scale);
        boolean positive = how.scale >= 0;
        Laid left = positive ? f.mul(q, f.real(root)) : q;
        Laid right = f.transpose(positive ? f.mul(k, f.real(root)) : k, 0, 1, 3, 2);
        Laid product = f.matMul(left, right);
        Laid scaled = positive ? product : f.mul(product, f.real(how.scale));
        Laid capped =
                how.cap <= 0 ? scaled : f.mul(f.op("Tanh", f.op("Div", scaled, f.real(how.cap))), f.real(how.cap));
        Laid biased = how.bias == null ? capped : f.add(capped, how.bias);
        Laid masked =
                how.allowed == null ? biased : f.op("Where", how.allowed, biased, f.real(Double.NEGATIVE_INFINITY));
        Laid odds = withoutDeadRows(f, f.op("Softmax", Formula.with("axis", -1), masked), how);
        return new Attended(f.matMul(odds, v), List.of(scaled, capped, masked, odds));
    }

    /// A query that sees no key gets zeros, not what a softmax makes of nothing.
    private static Laid withoutDeadRows(Formula f, Laid odds, Heads how) {
        Laid result = odds;
        if (how.allowed != null && how.allowed.numbers() == null) {
            Laid any = f.op("ReduceMax", f.cast(how.allowed, TensorType.FLOAT32), f.longs(-1));
            result = f.op("Where", f.op("Greater", any, f.real(0)), result, f.real(0));
        }
        if (how.bias != null && how.bias.numbers() == null) {
            Laid most = f.op("ReduceMax", how.bias, f.longs(-1));
            result = f.op("Where", f.op("Greater", most, f.real(-Float.MAX_VALUE)), result, f.real(0));
        }
        return result;
    }

    /// [batch, length, heads * size] as [batch, heads, length, size].
    static Laid split(Formula f, Laid x, int heads) {
        int width = x.shape().dimension(-1);
        if (heads < 1 || width < 1 || width % heads != 0) {
            throw new NotLowerable("its rows of " + width + " elements do not fall into " + heads + " heads");
        }
        Laid parts = f.reshape(x, 0, 0, heads, width / heads);
        return f.transpose(parts, 0, 2, 1, 3);
    }

    static Laid joined(Formula f, Laid x) {
        long width = (long) x.shape().dimension(1) * x.shape().dimension(3);
        return f.reshape(f.transpose(x, 0, 2, 1, 3), 0, 0, width);
    }

    /// Each head `times` times, in a row.
    static Laid repeated(Formula f, Laid x, int times) {
        if (times == 1) {
            return x;
        }
        Shape shape = x.shape();
        Laid copies = f.op("Tile", f.op("Unsqueeze", x, f.longs(2)), f.longs(1, 1, times, 1, 1));
        return f.reshape(copies, 0, (long) shape.dimension(1) * times, -1, shape.dimension(3));
    }

    // ---- ONNX's own

    private static List<Laid> attention(Call call) {
        if (call.node().has("left_window_size") || call.node().has("right_window_size")) {
            boolean open = call.node().integer("left_window_size", -1) < 0
                    && call.node().integer("right_window_size", -1) < 0;
            if (!open) {
                throw new NotLowerable("it has a sliding window, which is not supported");
            }
        }
        Formula f = Formula.of(call);
        boolean flat = call.rank(0) == 3;
        int heads = flat
                ? (int) call.node().integer("q_num_heads", 0)
                : call.shape(0).dimension(1);
        int groups = flat
                ? (int) call.node().integer("kv_num_heads", 0)
                : call.shape(1).dimension(1);
        if (groups < 1 || heads % groups != 0) {
            throw new NotLowerable("it has " + heads + " heads for queries and " + groups + " for keys");
        }
        Laid q = flat ? split(f, call.input(0), heads) : call.input(0);
        Laid k = flat ? split(f, call.input(1), groups) : call.input(1);
        Laid v = flat ? split(f, call.input(2), groups) : call.input(2);
        int past = call.has(4) ? call.shape(4).dimension(2) : 0;
        if (call.has(4)) {
            k = f.concat(2, call.input(4), k);
            v = f.concat(2, call.input(5), v);
        }
        float scale = call.node().real("scale", (float) (1 / Math.sqrt(q.shape().dimension(3))));
        Laid mask = call.has(3) ? widened(f, call.input(3), k.shape().dimension(2)) : null;
        boolean logical = mask != null && mask.type() == TensorType.BOOL;
        Laid seen = both(f, visible(f, call, q, k, past), logical ? mask : null);
        Heads how = new Heads(scale, call.node().real("softcap", 0), logical ? null : mask, seen);
        Attended found = attend(f, q, repeated(f, k, heads / groups), repeated(f, v, heads / groups), how);
        List<Laid> results = new ArrayList<>();
        results.add(flat ? joined(f, found.result) : found.result);
        results.add(k);
        results.add(v);
        results.add(stage(call, found));
        return results;
    }

    private static Laid stage(Call call, Attended found) {
        int mode = (int) call.node().integer("qk_matmul_output_mode", 0);
        return switch (mode) {
            case MODE_CAP, MODE_BIAS, MODE_SOFTMAX -> found.stages.get(mode);
            default -> found.stages.getFirst();
        };
    }

    /// Keys that the mask is too short for are not seen.
    private static Laid widened(Formula f, Laid mask, int keys) {
        int width = mask.shape().dimension(-1);
        if (width == keys || width == 1 || width < 0 || keys < 0) {
            return mask;
        }
        long[] pads = new long[2 * mask.rank()];
        pads[pads.length - 1] = (long) keys - width;
        if (mask.type() == TensorType.BOOL) {
            Laid numbers = f.op("Pad", f.cast(mask, TensorType.FLOAT32), f.longs(pads));
            return f.op("Greater", numbers, f.real(0));
        }
        return f.op("Pad", mask, f.longs(pads), f.real(Double.NEGATIVE_INFINITY));
    }

    private static @Nullable Laid both(Formula f, @Nullable Laid a, @Nullable Laid b) {
        return a == null ? b : b == null ? a : f.op("And", a, b);
    }

    /// Which keys a query sees by its place, and by the lengths of the batch's rows.
    private static @Nullable Laid visible(Formula f, Call call, Laid q, Laid k, int past) {
        boolean causal = call.node().flag("is_causal", false);
        Laid lengths = call.has(6) ? call.input(6) : null;
        if (!causal && lengths == null) {
            return null;
        }
        int queries = q.shape().dimension(2);
        int keys = k.shape().dimension(2);
        if (queries < 0 || keys < 0 || past < 0) {
            throw new NotLowerable("it hides keys, of which it has an unknown number; give the inputs fixed shapes");
        }
        Laid places = f.op("Range", index(f, 0), index(f, keys), index(f, 1));
        if (lengths == null) {
            return causal(f, queries, keys, past);
        }
        Laid each = f.op("Unsqueeze", lengths, f.longs(1, 2, 3));
        Laid seen = f.op("Less", places, each);
        if (!causal) {
            return seen;
        }
        Laid rows = f.reshape(f.op("Range", index(f, 0), index(f, queries), index(f, 1)), queries, 1);
        Laid last = f.add(f.sub(each, f.reshape(f.longs(queries), 1)), rows);
        return f.op("And", seen, f.op("LessOrEqual", places, last));
    }

    private static Laid index(Formula f, long value) {
        return f.reshape(f.longs(value));
    }

    /// Query i sees keys up to i + `past`.
    static Laid causal(Formula f, int queries, int keys, int past) {
        Laid places = f.op("Range", index(f, 0), index(f, keys), index(f, 1));
        Laid rows = f.reshape(f.op("Range", index(f, past), index(f, past + (long) queries), index(f, 1)), queries, 1);
        return f.op("LessOrEqual", places, rows);
    }

    // ---- onnxruntime's

    /// Queries, keys and values come of one product.
    private static List<Laid> packed(Call call) {
        Formula f = Formula.of(call);
        int heads = (int) call.node().integer("num_heads", 0);
        int width = call.shape(1).dimension(1) / 3;
        int[] widths = call.node().ints("qkv_hidden_sizes", width, width, width);
        if (call.has(4) || call.has(6) || widths.length != 3) {
            throw new NotLowerable("it has a past, which is not supported");
        }
        Laid all = f.add(f.matMul(call.input(0), call.input(1)), call.input(2));
        Laid q = split(f, f.slice(all, 2, 0, widths[0]), heads);
        Laid k = split(f, f.slice(all, 2, widths[0], widths[0] + (long) widths[1]), heads);
        Laid v = split(f, f.slice(all, 2, widths[0] + (long) widths[1], Integer.MAX_VALUE), heads);
        Laid mask = call.has(3) ? call.input(3) : null;
        return Call.one(joined(f, microsoft(call, f, q, k, v, mask, call.has(5) ? call.input(5) : null)));
    }

    private static List<Laid> multiHead(Call call) {
        Formula f = Formula.of(call);
        int heads = (int) call.node().integer("num_heads", 0);
        if (!call.has(1) || !call.has(2) || call.rank(0) != 3) {
            throw new NotLowerable("its queries, keys and values are packed in one tensor, which is not supported");
        }
        if (call.has(8) || call.has(9)) {
            throw new NotLowerable("its past is shared or indirect, which is not supported");
        }
        Laid[] parts = new Laid[3];
        long from = 0;
        for (int i = 0; i < 3; i++) {
            boolean ready = call.rank(i) == 4;
            int width = ready
                    ? call.shape(i).dimension(1) * call.shape(i).dimension(3)
                    : call.shape(i).dimension(2);
            Laid part = call.input(i);
            if (call.has(3) && !ready) {
                part = f.add(part, f.slice(call.input(3), 0, from, from + width));
            }
            from += width;
            parts[i] = ready ? part : split(f, part, heads);
        }
        if (call.has(6)) {
            parts[1] = f.concat(2, call.input(6), parts[1]);
            parts[2] = f.concat(2, call.input(7), parts[2]);
        }
        Laid mask = call.has(4) ? call.input(4) : null;
        Laid result = microsoft(call, f, parts[0], parts[1], parts[2], mask, call.has(5) ? call.input(5) : null);
        return List.of(joined(f, result), parts[1], parts[2]);
    }

    private static Laid microsoft(
            Call call, Formula f, Laid q, Laid k, Laid v, @Nullable Laid mask, @Nullable Laid bias) {
        float scale = call.node().real("scale", 0);
        float factor = scale == 0 ? (float) (1 / Math.sqrt(q.shape().dimension(3))) : scale;
        Laid added = bias;
        if (mask != null) {
            Laid hidden = masked(call, f, mask, k);
            added = added == null ? hidden : f.add(added, hidden);
        }
        Laid seen = null;
        if (call.node().flag("unidirectional", false)) {
            int queries = q.shape().dimension(2);
            int keys = k.shape().dimension(2);
            if (queries < 0 || keys < 0) {
                throw new NotLowerable(
                        "it hides keys, of which it has an unknown number; give the inputs fixed shapes");
            }
            seen = causal(f, queries, keys, keys - queries);
        }
        return attend(f, q, k, v, new Heads(factor, 0, added, seen)).result;
    }

    /// A mask of 0 and 1 as what is added to the scores.
    private static Laid masked(Call call, Formula f, Laid mask, Laid k) {
        float filter = call.node().real("mask_filter_value", -10000);
        Laid seen = switch (mask.rank()) {
            case 1 -> {
                if (!mask.shape().equals(Shape.of(k.shape().dimension(0)))) {
                    throw new NotLowerable("its mask holds ends and starts of keys, which is not supported");
                }
                int keys = k.shape().dimension(2);
                if (keys < 0) {
                    throw new NotLowerable("it hides an unknown number of keys; give the inputs fixed shapes");
                }
                Laid places = f.cast(f.op("Range", index(f, 0), index(f, keys), index(f, 1)), mask.type());
                yield f.op("Less", places, f.op("Unsqueeze", mask, f.longs(1, 2, 3)));
            }
            case 2 -> f.op("Unsqueeze", f.op("Greater", mask, f.number(0, mask)), f.longs(1, 2));
            case 3 -> f.op("Unsqueeze", f.op("Greater", mask, f.number(0, mask)), f.longs(1));
            default -> throw new NotLowerable("its mask has " + mask.rank() + " dimensions, which is not supported");
        };
        return f.op("Where", seen, f.real(0), f.real(filter));
    }
}
