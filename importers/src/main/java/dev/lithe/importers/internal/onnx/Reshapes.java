package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reshape, Flatten, Squeeze, Unsqueeze.
///
/// Dimensions that belong together on both sides of a reshape form groups. Where each group lies in one
/// piece, the groups keep their places and nothing has to be transposed; otherwise the reshape is put off.
final class Reshapes {
    /// Stand for unknown dimensions; no product of real dimensions holds them.
    private static final long[] PRIMES = {2147483659L, 2147483693L, 2147483713L, 2147483743L, 2147483777L, 2147483783L};

    private Reshapes() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Reshape", Reshapes::reshape),
                entry("Flatten", Reshapes::flatten),
                entry("Squeeze", Reshapes::squeeze),
                entry("Unsqueeze", Reshapes::unsqueeze));
    }

    private static List<Laid> reshape(Call call) {
        long[] target;
        if (call.has(1)) {
            Numbers numbers = call.input(1).numbers();
            if (numbers == null || !numbers.isInteger()) {
                throw new NotLowerable("its shape is only known at run time; give the inputs fixed shapes");
            }
            target = numbers.longs().clone();
        } else {
            target = Arrays.stream(call.node().ints("shape", new int[0]))
                    .asLongStream()
                    .toArray();
        }
        Laid x = call.input(0);
        long[] sizes = symbols(x.shape());
        if (!call.node().flag("allowzero", false)) {
            for (int i = 0; i < target.length; i++) {
                target[i] = target[i] == 0 ? sizes[i] : target[i];
            }
        }
        return Call.one(to(call.graph(), x, resolved(sizes, target)));
    }

    /// The dimensions, each unknown one as a prime of its own.
    private static long[] symbols(Shape shape) {
        long[] sizes = new long[shape.rank()];
        int unknown = 0;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.dimension(i) == Shape.UNKNOWN ? PRIMES[unknown++] : shape.dimension(i);
        }
        return sizes;
    }

    private static boolean isSymbolic(long size) {
        return Arrays.stream(PRIMES).anyMatch(p -> size != 0 && size % p == 0);
    }

    /// `target` with its open dimensions found. Sizes that were copied from unknown dimensions are taken to
    /// be those of `sizes`, in this order.
    private static long[] resolved(long[] sizes, long[] target) {
        List<Integer> open = new ArrayList<>();
        List<Integer> copied = new ArrayList<>();
        for (int i = 0; i < target.length; i++) {
            if (target[i] == -1) {
                open.add(i);
            } else if (target[i] == Numbers.UNKNOWN) {
                copied.add(i);
            }
        }
        long[] result = target.clone();
        long[] unknown = Arrays.stream(sizes).filter(Reshapes::isSymbolic).toArray();
        if (open.size() + copied.size() > 1) {
            requireMatching(copied.size(), unknown.length);
            for (int i = 0; i < copied.size(); i++) {
                result[copied.get(i)] = unknown[i];
            }
        } else {
            open.addAll(copied);
        }
        if (open.size() > 1) {
            throw new NotLowerable("more than one dimension of its new shape is unknown; give the inputs fixed shapes");
        }
        fill(sizes, result, open);
        return result;
    }

    private static void requireMatching(int copied, int unknown) {
        if (copied > unknown) {
            throw new NotLowerable("more than one dimension of its new shape is unknown; give the inputs fixed shapes");
        }
    }

    private static void fill(long[] sizes, long[] result, List<Integer> open) {
        java.math.BigInteger total = java.math.BigInteger.ONE;
        for (long size : sizes) {
            total = total.multiply(java.math.BigInteger.valueOf(size));
        }
        for (int i = 0; i < result.length; i++) {
            if (!open.contains(i)) {
                java.math.BigInteger size = java.math.BigInteger.valueOf(result[i]);
                if (size.signum() == 0) {
                    if (!open.isEmpty()) {
                        result[open.getFirst()] = 0;
                    }
                    return;
                }
                java.math.BigInteger[] parts = total.divideAndRemainder(size);
                if (parts[1].signum() != 0) {
                    throw new NotLowerable("its new shape does not fit its elements");
                }
                total = parts[0];
            }
        }
        if (!open.isEmpty()) {
            result[open.getFirst()] = total.longValueExact();
        } else if (!total.equals(java.math.BigInteger.ONE)) {
            throw new NotLowerable("its new shape does not fit its elements");
        }
    }

    private static Shape shape(long[] sizes) {
        return Shape.of(Arrays.stream(sizes)
                .mapToInt(s -> isSymbolic(s) ? Shape.UNKNOWN : Math.toIntExact(s))
                .toArray());
    }

    /// `x` with the dimensions `target`; its unknown ones are primes.
    private static Laid to(Emitter graph, Laid x, long[] target) {
        if (x.isPostponed()) {
            Laid again =
                    regrouped(graph, x.source(), renamed(x.shape(), x.source().shape(), target));
            return again != null ? again : Laid.postponed(x.source(), shape(target));
        }
        Laid grouped = x.isPartial() ? null : regrouped(graph, x, target);
        if (grouped != null) {
            return grouped;
        }
        if (x.isKnown()) {
            return Laid.plain(graph.reshape(x.plain(graph), shape(target)));
        }
        return Laid.postponed(x, shape(target));
    }

    /// The unknown dimensions of a postponed reshape are those of its source, in order.
    private static long[] renamed(Shape shape, Shape source, long[] target) {
        long unknown = Arrays.stream(shape.toArray()).filter(d -> d < 0).count();
        if (unknown > 1
                && unknown != Arrays.stream(source.toArray()).filter(d -> d < 0).count()) {
            throw new NotLowerable("more than one dimension of its new shape is unknown; give the inputs fixed shapes");
        }
        return target;
    }

    /// A group: dimensions of the old shape, and those of the new one that hold the same elements.
    private record Group(List<Integer> from, List<Integer> to) {}

    private static @Nullable Laid regrouped(Emitter graph, Laid x, long[] target) {
        long[] sizes = symbols(x.shape());
        int[] order = x.order();
        if (Arrays.stream(sizes).anyMatch(s -> s == 0)) {
            return Laid.plain(graph.reshape(x.plain(graph), shape(target)));
        }
        List<Group> groups = groups(sizes, target);
        List<Group> placed = groups == null ? null : placed(groups, sizes, order);
        if (placed == null) {
            return null;
        }
        int[] large = placed.stream()
                .flatMap(g -> g.to.stream())
                .mapToInt(Integer::intValue)
                .toArray();
        int[] newOrder = withOnes(large, target.length);
        boolean image = x.isImage() && Arrays.equals(newOrder, Orders.channelsLast(target.length));
        long[] physical = Arrays.stream(newOrder).mapToLong(d -> target[d]).toArray();
        long[] old = Arrays.stream(order).mapToLong(d -> sizes[d]).toArray();
        return Laid.of(DynamicShapes.reshape(graph, x.tensor(graph), old, physical, shape(physical)), newOrder, image);
    }

    /// Null where sizes do not fall into groups (their products pass what a long holds).
    private static @Nullable List<Group> groups(long[] from, long[] to) {
        List<Group> groups = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (true) {
            while (i < from.length && from[i] == 1) {
                i++;
            }
            while (j < to.length && to[j] == 1) {
                j++;
            }
            if (i == from.length || j == to.length) {
                return i == from.length && j == to.length ? groups : null;
            }
            Group group = new Group(new ArrayList<>(List.of(i)), new ArrayList<>(List.of(j)));
            java.math.BigInteger a = java.math.BigInteger.valueOf(from[i++]);
            java.math.BigInteger b = java.math.BigInteger.valueOf(to[j++]);
            while (!a.equals(b)) {
                if (a.compareTo(b) < 0 && i < from.length) {
                    group.from.add(i);
                    a = a.multiply(java.math.BigInteger.valueOf(from[i++]));
                } else if (a.compareTo(b) > 0 && j < to.length) {
                    group.to.add(j);
                    b = b.multiply(java.math.BigInteger.valueOf(to[j++]));
                } else {
                    return null;
                }
            }
            groups.add(group);
        }
    }

    /// The groups as they lie in memory, or null where one lies in pieces.
    private static @Nullable List<Group> placed(List<Group> groups, long[] sizes, int[] order) {
        List<Group> placed = new ArrayList<>();
        int p = 0;
        while (p < order.length) {
            int dimension = order[p];
            if (sizes[dimension] == 1) {
                p++;
                continue;
            }
            Group group = groups.stream()
                    .filter(g -> g.from.contains(dimension))
                    .findFirst()
                    .orElseThrow();
            for (int wanted : group.from) {
                if (sizes[wanted] == 1) {
                    continue;
                }
                while (p < order.length && sizes[order[p]] == 1) {
                    p++;
                }
                if (p == order.length || order[p] != wanted) {
                    return null;
                }
                p++;
            }
            placed.add(group);
        }
        return placed;
    }

    /// An order of `rank` dimensions with these in this order; dimensions of size 1 stand where they are
    /// least in the way: as in ONNX, or as in an image, or each behind the one before it.
    private static int[] withOnes(int[] large, int rank) {
        for (int[] candidate : List.of(Orders.identity(rank), Orders.channelsLast(rank))) {
            int[] same = Arrays.stream(candidate)
                    .filter(d -> Arrays.stream(large).anyMatch(l -> l == d))
                    .toArray();
            if (Arrays.equals(same, large)) {
                return candidate;
            }
        }
        List<Integer> order = new ArrayList<>(Arrays.stream(large).boxed().toList());
        for (int d = 0; d < rank; d++) {
            if (!order.contains(d)) {
                order.add(order.indexOf(d - 1) + 1, d);
            }
        }
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    // ---- the others

    private static List<Laid> flatten(Call call) {
        Laid x = call.input(0);
        long axis = call.node().integer("axis", 1);
        int split = Math.toIntExact(axis < 0 ? axis + x.rank() : axis);
        long[] sizes = symbols(x.shape());
        long[] target = {1, 1};
        for (int i = 0; i < sizes.length; i++) {
            target[i < split ? 0 : 1] = Math.multiplyExact(target[i < split ? 0 : 1], sizes[i]);
        }
        return Call.one(to(call.graph(), x, target));
    }

    /// Axes are an attribute up to opset 12, an input from opset 13 on; null where they are left out.
    static int @Nullable [] axes(Call call, int input) {
        return call.has(input) ? call.ints(input, "axes") : call.node().ints("axes");
    }

    private static List<Laid> squeeze(Call call) {
        Laid x = call.input(0);
        int[] axes = axes(call, 1);
        TreeSet<Integer> gone = new TreeSet<>();
        for (int d = 0; d < x.rank() && axes == null; d++) {
            if (x.shape().dimension(d) == 1) {
                gone.add(d);
            }
        }
        for (int axis : axes == null ? new int[0] : axes) {
            int d = Call.axis(axis, x.rank());
            if (x.shape().dimension(d) > 1) {
                throw new NotLowerable("it removes dimension " + d + ", whose size is "
                        + x.shape().dimension(d));
            }
            gone.add(d);
        }
        long[] sizes = symbols(x.shape());
        List<Long> target = new ArrayList<>();
        for (int d = 0; d < sizes.length; d++) {
            if (!gone.contains(d)) {
                target.add(sizes[d]);
            } else {
                sizes[d] = 1;
            }
        }
        return Call.one(
                to(call.graph(), x, target.stream().mapToLong(Long::longValue).toArray()));
    }

    private static List<Laid> unsqueeze(Call call) {
        int[] axes = axes(call, 1);
        if (axes == null) {
            throw new NotLowerable("it has no axes");
        }
        return Call.one(unsqueeze(call.graph(), call.input(0), axes));
    }

    static Laid unsqueeze(Emitter graph, Laid x, int... axes) {
        int rank = x.rank() + axes.length;
        TreeSet<Integer> fresh = new TreeSet<>();
        for (int axis : axes) {
            fresh.add(Call.axis(axis, rank));
        }
        long[] sizes = symbols(x.shape());
        long[] target = new long[rank];
        int next = 0;
        for (int d = 0; d < rank; d++) {
            target[d] = fresh.contains(d) ? 1 : sizes[next++];
        }
        return to(graph, x, target);
    }

    /// `x` under another shape.
    static Laid to(Emitter graph, Laid x, Shape shape) {
        long[] target = Arrays.stream(shape.toArray()).asLongStream().toArray();
        return to(graph, x, resolved(symbols(x.shape()), target));
    }

    /// `shape` with one more dimension in front.
    static Shape prepended(int size, Shape shape) {
        int[] sizes = new int[shape.rank() + 1];
        sizes[0] = size;
        System.arraycopy(shape.toArray(), 0, sizes, 1, shape.rank());
        return Shape.of(sizes);
    }
}
