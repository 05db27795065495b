package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Matrix products. Known matrices become the weights of FULLY_CONNECTED, which stand there as
/// [out, in]; a flattened image keeps its order, its weights take that order instead.
final class MatMuls {
    private MatMuls() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("MatMul", MatMuls::matMul),
                entry("Gemm", MatMuls::gemm),
                entry("com.microsoft::FusedMatMul", MatMuls::fusedMatMul));
    }

    private static List<Laid> matMul(Call call) {
        return Call.one(product(call.graph(), call.input(0), call.input(1)));
    }

    /// The product as ONNX's MatMul has it, in the type of `a`.
    static Laid product(Emitter graph, Laid a, Laid b) {
        if (a.type() != TensorType.FLOAT32) {
            TensorType type = a.type();
            Laid wideA = Elementwise.map(graph, a, x -> graph.cast(x, TensorType.FLOAT32));
            Laid wideB = Elementwise.map(graph, b, x -> graph.cast(x, TensorType.FLOAT32));
            return Elementwise.map(graph, product(graph, wideA, wideB), x -> graph.cast(x, type));
        }
        if (a.rank() == 1 || b.rank() == 1) {
            return vectors(graph, a, b);
        }
        if (b.rank() == 2 && b.isKnown()) {
            return dense(graph, a, b, false, Value.ABSENT);
        }
        if (a.rank() == 2 && b.rank() == 2 && a.isKnown()) {
            // (A B)' = B' A': the known matrix is the weights, as it stands.
            Laid turned = dense(graph, swapped(resolved(graph, b)), a, true, Value.ABSENT);
            return swapped(turned);
        }
        return batched(graph, a, b);
    }

    /// The same tensor, its last two dimensions renamed.
    static Laid swapped(Laid x) {
        int last = x.rank() - 1;
        int[] order = Arrays.stream(x.order())
                .map(d -> d == last ? last - 1 : d == last - 1 ? last : d)
                .toArray();
        return x.withOrder(order, false);
    }

    private static Laid vectors(Emitter graph, Laid a, Laid b) {
        Laid left = a.rank() == 1 ? Reshapes.unsqueeze(graph, a, 0) : a;
        Laid right = b.rank() == 1 ? Reshapes.unsqueeze(graph, b, 1) : b;
        Laid product = product(graph, left, right);
        List<Integer> sizes =
                new ArrayList<>(Arrays.stream(product.shape().toArray()).boxed().toList());
        if (b.rank() == 1) {
            sizes.removeLast();
        }
        if (a.rank() == 1) {
            sizes.remove(sizes.size() - (b.rank() == 1 ? 1 : 2));
        }
        return Reshapes.to(
                graph,
                product,
                Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray()));
    }

    // ---- with known weights

    /// @param transposed whether the weights stand there as [out, in]
    static Laid dense(Emitter graph, Laid x, Laid weights, boolean transposed, Value bias) {
        Value filter = weights.as(graph, transposed ? new int[] {0, 1} : new int[] {1, 0});
        if (x.isPostponed()) {
            Laid flat = flattened(graph, x, filter, bias);
            if (flat != null) {
                return flat;
            }
        }
        int[] order = Orders.innermost(x.order(), x.rank() - 1);
        return Laid.of(fullyConnected(graph, x.as(graph, order), filter, bias), order, false);
    }

    static Value fullyConnected(Emitter graph, Value x, Value filter, Value bias) {
        FullyConnectedOptions options = new FullyConnectedOptions(
                ActivationFunctionType.NONE,
                FullyConnectedOptionsWeightsFormat.DEFAULT,
                Emitter.shapeOf(x).rank() != 2,
                false,
                TensorType.FLOAT32);
        return graph.emit(BuiltinOperator.FULLY_CONNECTED, options, TensorType.FLOAT32, x, filter, bias);
    }

    /// The product with rows of an image that was flattened, computed in the image's own order. Null where
    /// the rows are made of other dimensions than the innermost ones.
    private static @Nullable Laid flattened(Emitter graph, Laid x, Value filter, Value bias) {
        Laid source = x.source();
        int[] sizes = source.shape().toArray();
        int inputs = x.shape().dimension(-1);
        int from = sizes.length;
        long product = 1;
        while (from > 0 && product < inputs && sizes[from - 1] > 0) {
            product *= sizes[--from];
        }
        while (from > 0 && sizes[from - 1] == 1 && from > x.rank() - 1) {
            from--;
        }
        int rows = from;
        int[] order = source.order();
        int[] inner = Arrays.stream(order).filter(d -> d >= rows).toArray();
        int[] outer = Arrays.stream(order).filter(d -> d < rows).toArray();
        int[] placed = java.util.stream.IntStream.concat(Arrays.stream(outer), Arrays.stream(inner))
                .toArray();
        boolean plainRows = Orders.sameMemory(
                source.shape(),
                placed,
                java.util.stream.IntStream.concat(Arrays.stream(Orders.identity(rows)), Arrays.stream(inner))
                        .toArray());
        if (product != inputs || !Orders.sameMemory(source.shape(), order, placed) || !plainRows) {
            return null;
        }
        int outputs = Emitter.shapeOf(filter).dimension(0);
        Value turned = turned(graph, filter, outputs, Arrays.copyOfRange(sizes, rows, sizes.length), inner, rows);
        int[] flat = x.shape().toArray();
        Value row = graph.reshape(source.tensor(graph), Shape.of(flat));
        return Laid.plain(fullyConnected(graph, row, turned, bias));
    }

    /// Weights [out, in] whose inputs are dimensions of `sizes`, in the order `inner`.
    private static Value turned(Emitter graph, Value filter, int outputs, int[] sizes, int[] inner, int rows) {
        int[] shape = new int[sizes.length + 1];
        int[] order = new int[sizes.length + 1];
        shape[0] = outputs;
        for (int i = 0; i < sizes.length; i++) {
            shape[i + 1] = sizes[i];
            order[i + 1] = inner[i] - rows + 1;
        }
        Laid parts = Laid.plain(graph.reshape(filter, Shape.of(shape)));
        return graph.reshape(parts.as(graph, order), Emitter.shapeOf(filter));
    }

    // ---- without

    private static Laid batched(Emitter graph, Laid a, Laid b) {
        boolean turnedA = isTurned(a);
        boolean turnedB = isTurned(b);
        Value left = turnedA ? a.tensor(graph) : a.plain(graph);
        Value right = turnedB ? b.tensor(graph) : b.plain(graph);
        return Laid.plain(graph.emit(
                BuiltinOperator.BATCH_MATMUL,
                new BatchMatMulOptions(turnedA, turnedB, false),
                TensorType.FLOAT32,
                left,
                right));
    }

    /// Whether only the last two dimensions have changed places.
    private static boolean isTurned(Laid x) {
        return !x.isKnown()
                && !x.isPostponed()
                && !x.isPartial()
                && Orders.isIdentity(swapped(x).order());
    }

    // ---- Gemm

    /// `alpha * A' * B' + beta * C`
    private static List<Laid> gemm(Call call) {
        Emitter graph = call.graph();
        if (call.rank(0) != 2 || call.rank(1) != 2) {
            throw new NotLowerable("its matrices have " + call.rank(0) + " and " + call.rank(1) + " dimensions");
        }
        boolean turnB = call.node().flag("transB", false);
        Laid a = call.node().flag("transA", false) ? swapped(resolved(graph, call.input(0))) : call.input(0);
        Laid b = call.input(1);
        float alpha = call.node().real("alpha", 1);
        float beta = call.node().real("beta", 1);
        Laid c = call.has(2) && beta != 0 ? call.input(2) : null;
        boolean floats = a.type() == TensorType.FLOAT32;
        boolean bias = floats
                && alpha == 1
                && beta == 1
                && c != null
                && b.isKnown()
                && c.isKnown()
                && isBias(c, b.shape().dimension(turnB ? 0 : 1));
        if (bias && c != null) {
            Value row = graph.reshape(c.plain(graph), Shape.of(c.shape().flatSize()));
            return Call.one(dense(graph, a, b, turnB, row));
        }
        Laid product = b.isKnown() && floats
                ? dense(graph, a, b, turnB, Value.ABSENT)
                : product(graph, a, turnB ? swapped(resolved(graph, b)) : b);
        Laid scaled = scaled(graph, product, alpha);
        return Call.one(c == null ? scaled : Elementwise.binary(graph, scaled, scaled(graph, c, beta), graph::add));
    }

    /// A value that may be renamed: nothing put off.
    private static Laid resolved(Emitter graph, Laid x) {
        return x.isPostponed() || x.isPartial() ? Laid.plain(x.plain(graph)) : x;
    }

    private static boolean isBias(Laid c, int outputs) {
        return c.shape().elementCount() == outputs
                && c.shape().rank() > 0
                && c.shape().dimension(-1) == outputs;
    }

    private static Laid scaled(Emitter graph, Laid x, float factor) {
        return factor == 1 ? x : Elementwise.map(graph, x, v -> graph.mul(v, graph.scalar(Emitter.typeOf(v), factor)));
    }

    private static List<Laid> fusedMatMul(Call call) {
        Emitter graph = call.graph();
        if (call.node().flag("transBatchA", false) || call.node().flag("transBatchB", false)) {
            throw new NotLowerable("it transposes its batches");
        }
        Laid a = call.node().flag("transA", false) ? swapped(resolved(graph, call.input(0))) : call.input(0);
        Laid b = call.node().flag("transB", false) ? swapped(resolved(graph, call.input(1))) : call.input(1);
        return Call.one(scaled(graph, product(graph, a, b), call.node().real("alpha", 1)));
    }
}
