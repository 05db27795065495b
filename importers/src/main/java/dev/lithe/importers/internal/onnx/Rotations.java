package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;

/// Rotary embeddings: pairs of elements are turned by an angle that depends on their place in the sequence.
final class Rotations {
    private Rotations() {}

    /// @param cos where the cosines are: [places, size / 2], or for each place of the batch where there are no `places`
    /// @param sin where the sines are
    /// @param places where the places in the sequence are: [batch, length], or the one of the first element
    static Laid rotary(Call call, Laid x, int cos, int sin, int places) {
        Formula f = Formula.of(call);
        boolean flat = x.rank() == 3;
        if (call.node().flag("is_packed_batching", false) || call.node().real("scale", 1) != 1) {
            throw new NotLowerable("it is scaled, or its batch is packed, which is not supported");
        }
        int given = (int) call.node().integer("rotary_embedding_dim", 0);
        int heads = (int) call.node().integer("num_heads", 0);
        int cached = call.shape(cos).dimension(-1);
        Laid rows = flat ? Attentions.split(f, x, heads > 0 ? heads : heads(x, given, cached)) : x;
        int size = rows.shape().dimension(3);
        int width = given > 0 ? given : size;
        Laid indices = call.has(places) ? places(f, call.input(places), rows) : null;
        Laid c = angles(f, call.input(cos), indices);
        Laid s = angles(f, call.input(sin), indices);
        Laid turning = width == size ? rows : f.slice(rows, 3, 0, width);
        Laid turned = call.node().flag("interleaved", false)
                ? interleaved(f, turning, c, s)
                : halves(f, turning, c, s, width);
        Laid all = width == size ? turned : f.concat(3, turned, f.slice(rows, 3, width, size));
        return flat ? Attentions.joined(f, all) : all;
    }

    /// Where the number of heads is not said, a head is as wide as what is turned.
    private static int heads(Laid x, int given, int cached) {
        if (given > 0) {
            throw new NotLowerable("it turns a part of each head and does not say how many heads there are");
        }
        return cached < 1 ? 0 : x.shape().dimension(2) / (2 * cached);
    }

    private static Laid places(Formula f, Laid places, Laid rows) {
        int length = rows.shape().dimension(2);
        if (places.rank() == 2) {
            return places;
        }
        if (length < 0 || length > Numbers.LIMIT) {
            throw new NotLowerable("the length of its sequence is " + length + "; give the inputs fixed shapes");
        }
        long[] counted = new long[length];
        java.util.Arrays.setAll(counted, i -> i);
        return f.reshape(f.add(f.op("Cast", Formula.with("to", 7), places), f.longs(counted)), 1, length);
    }

    /// Cosines or sines for [batch, heads, length, size / 2].
    private static Laid angles(Formula f, Laid cache, @org.jspecify.annotations.Nullable Laid places) {
        Laid each = places == null ? cache : f.op("Gather", Formula.with("axis", 0), cache, places);
        return f.op("Unsqueeze", each, f.longs(1));
    }

    private static Laid halves(Formula f, Laid x, Laid c, Laid s, int width) {
        Laid a = f.slice(x, 3, 0, width / 2);
        Laid b = f.slice(x, 3, width / 2, width);
        return f.concat(3, f.sub(f.mul(c, a), f.mul(s, b)), f.add(f.mul(s, a), f.mul(c, b)));
    }

    private static Laid interleaved(Formula f, Laid x, Laid c, Laid s) {
        int width = x.shape().dimension(3);
        int heads = x.shape().dimension(1);
        Laid pairs = f.reshape(x, 0, heads, -1, width / 2, 2);
        Laid a = f.op("Squeeze", f.slice(pairs, 4, 0, 1), f.longs(4));
        Laid b = f.op("Squeeze", f.slice(pairs, 4, 1, 2), f.longs(4));
        Laid first = f.op("Unsqueeze", f.sub(f.mul(c, a), f.mul(s, b)), f.longs(4));
        Laid second = f.op("Unsqueeze", f.add(f.mul(s, a), f.mul(c, b)), f.longs(4));
        return f.reshape(f.concat(4, first, second), 0, heads, -1, width);
    }
}
