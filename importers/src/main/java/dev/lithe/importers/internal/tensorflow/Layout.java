package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where the channels of a node's images stand. Operators have them last, so those of others are
/// transposed before and after; passes push these transposes away.
///
/// @param channelsFirst whether channels stand second instead of last
/// @param rank how many dimensions the images have, batch and channels among them
record Layout(boolean channelsFirst, int rank) {
    static Layout of(Call call, int rank) {
        return new Layout(call.isChannelsFirst(), rank);
    }

    private int channels() {
        return channelsFirst ? 1 : rank - 1;
    }

    /// `x` with channels last.
    Value enter(Call call, Value x) {
        return channelsFirst ? Transposition.of(call.graph(), call.name(), x, toLast()) : x;
    }

    /// The first of `results` as the node gives it.
    List<Value> leave(Call call, List<Value> results) {
        if (!channelsFirst) {
            return results;
        }
        List<Value> changed = new ArrayList<>(results);
        changed.set(0, Transposition.of(call.graph(), call.name(), results.getFirst(), toFirst()));
        return changed;
    }

    /// 0, 2, 3, …, 1.
    int[] toLast() {
        int[] permutation = new int[rank];
        for (int i = 1; i < rank; i++) {
            permutation[i] = i + 1 == rank ? 1 : i + 1;
        }
        return permutation;
    }

    /// 0, rank - 1, 1, 2, …
    int[] toFirst() {
        int[] permutation = new int[rank];
        for (int i = 1; i < rank; i++) {
            permutation[i] = i == 1 ? rank - 1 : i - 1;
        }
        return permutation;
    }

    /// The elements of a list attribute along the spatial dimensions; ones where it is left out.
    ///
    /// @throws NotLowerable where it goes along batch or channels
    int[] spatial(Call call, String attribute) {
        List<Long> values = call.attributes().integers(attribute);
        int[] spatial = new int[rank - 2];
        if (values.isEmpty()) {
            Arrays.fill(spatial, 1);
            return spatial;
        }
        if (values.size() != rank || values.get(0) != 1 || values.get(channels()) != 1) {
            throw new NotLowerable(attribute + " " + values + " go along batch or channels");
        }
        for (int i = 0; i < spatial.length; i++) {
            spatial[i] = Math.toIntExact(values.get(channelsFirst ? i + 2 : i + 1));
        }
        return spatial;
    }

    /// Paddings before and after each dimension, flat, with channels last.
    int[] explicitPaddings(Call call) {
        List<Long> pads = call.attributes().integers("explicit_paddings");
        if (pads.size() != 2 * rank) {
            throw new NotLowerable("its explicit padding has " + pads.size() + " numbers, " + 2 * rank + " are needed");
        }
        int[] order = new int[rank];
        Arrays.setAll(order, i -> i);
        int[] from = channelsFirst ? toLast() : order;
        int[] flat = new int[2 * rank];
        for (int i = 0; i < rank; i++) {
            flat[2 * i] = Math.toIntExact(pads.get(2 * from[i]));
            flat[2 * i + 1] = Math.toIntExact(pads.get(2 * from[i] + 1));
        }
        return flat;
    }
}
