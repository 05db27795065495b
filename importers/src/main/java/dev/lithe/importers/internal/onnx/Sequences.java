package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sequences of tensors whose number is known: they are taken apart while the model is read.
final class Sequences {
    private static final int MOST = 4096;

    private Sequences() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("SequenceConstruct", c -> Call.one(Laid.sequence(c.inputs()))),
                entry("SequenceEmpty", c -> Call.one(Laid.sequence(List.of()))),
                entry(
                        "SequenceAt",
                        c -> Call.one(elements(c).get(place(c, 1, elements(c).size() - 1)))),
                entry("SequenceLength", c -> Call.one(length(c))),
                entry("SequenceInsert", Sequences::insert),
                entry("SequenceErase", Sequences::erase),
                entry("SplitToSequence", Sequences::split),
                entry("ConcatFromSequence", Sequences::concat));
    }

    private static List<Laid> elements(Call call) {
        return call.input(0).elements();
    }

    private static Laid length(Call call) {
        Formula f = Formula.of(call);
        return f.reshape(f.longs(elements(call).size()));
    }

    /// @param last the last place that there is
    private static int place(Call call, int input, int last) {
        int given = call.integer(input, "place");
        int place = given < 0 ? given + elements(call).size() : given;
        if (place < 0 || place > last) {
            throw new NotLowerable("place " + given + " is outside of a sequence of "
                    + elements(call).size());
        }
        return place;
    }

    private static List<Laid> insert(Call call) {
        List<Laid> elements = new ArrayList<>(elements(call));
        elements.add(call.has(2) ? place(call, 2, elements.size()) : elements.size(), call.input(1));
        return Call.one(Laid.sequence(elements));
    }

    private static List<Laid> erase(Call call) {
        List<Laid> elements = new ArrayList<>(elements(call));
        elements.remove(call.has(1) ? place(call, 1, elements.size() - 1) : elements.size() - 1);
        return Call.one(Laid.sequence(elements));
    }

    private static List<Laid> split(Call call) {
        Formula f = Formula.of(call);
        int axis = Call.axis(call.node().integer("axis", 0), call.rank(0));
        int size = call.shape(0).dimension(axis);
        if (size < 0) {
            throw new NotLowerable("it splits a dimension of unknown size; give the inputs fixed shapes");
        }
        int[] sizes = sizes(call, size);
        List<Laid> parts = new ArrayList<>();
        int from = 0;
        for (int part : sizes) {
            Laid cut = f.slice(call.input(0), axis, from, from + (long) part);
            boolean keep = call.has(1) || call.node().flag("keepdims", true);
            parts.add(keep ? cut : f.op("Squeeze", cut, f.longs(axis)));
            from += part;
        }
        return Call.one(Laid.sequence(parts));
    }

    private static int[] sizes(Call call, int size) {
        int[] given = call.has(1) ? call.ints(1, "sizes") : new int[] {1};
        if (call.has(1) && call.rank(1) > 0) {
            return given;
        }
        if (given[0] < 1 || size / given[0] > MOST) {
            throw new NotLowerable("it splits " + size + " into parts of " + given[0]);
        }
        int[] sizes = new int[(size + given[0] - 1) / given[0]];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.min(given[0], size - i * given[0]);
        }
        return sizes;
    }

    private static List<Laid> concat(Call call) {
        Formula f = Formula.of(call);
        int axis = Math.toIntExact(call.node().integer("axis", 0));
        Laid[] parts = elements(call).toArray(Laid[]::new);
        if (parts.length == 0) {
            throw new NotLowerable("it joins no tensors");
        }
        if (!call.node().flag("new_axis", false)) {
            return Call.one(f.concat(axis, parts));
        }
        int place = Call.axis(axis, parts[0].rank() + 1);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = f.op("Unsqueeze", parts[i], f.longs(place));
        }
        return Call.one(f.concat(place, parts));
    }
}
