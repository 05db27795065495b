package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Arithmetic, comparisons and logic, element by element. The result lies as the operands do.
final class Elementwise {
    private Elementwise() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Add", c -> binary(c, c.graph()::add)),
                entry("Sub", c -> binary(c, c.graph()::sub)),
                entry("Mul", c -> binary(c, c.graph()::mul)),
                entry("Div", c -> binary(c, c.graph()::div)),
                entry("Pow", Elementwise::pow),
                entry("Mod", Elementwise::mod),
                entry("Max", c -> reduce(c, (a, b) -> c.graph().compute(BuiltinOperator.MAXIMUM, null, a, b))),
                entry("Min", c -> reduce(c, (a, b) -> c.graph().compute(BuiltinOperator.MINIMUM, null, a, b))),
                entry("Sum", c -> reduce(c, c.graph()::add)),
                entry("Mean", Elementwise::mean),
                entry("Equal", Elementwise::equal),
                entry("Less", c -> binary(c, (a, b) -> c.graph().compare(BuiltinOperator.LESS, a, b))),
                entry("LessOrEqual", c -> binary(c, (a, b) -> c.graph().compare(BuiltinOperator.LESS_EQUAL, a, b))),
                entry("Greater", c -> binary(c, (a, b) -> c.graph().compare(BuiltinOperator.GREATER, a, b))),
                entry(
                        "GreaterOrEqual",
                        c -> binary(c, (a, b) -> c.graph().compare(BuiltinOperator.GREATER_EQUAL, a, b))),
                entry("And", c -> binary(c, logic(c, BuiltinOperator.LOGICAL_AND))),
                entry("Or", c -> binary(c, logic(c, BuiltinOperator.LOGICAL_OR))),
                entry("Xor", c -> binary(c, (a, b) -> c.graph().compare(BuiltinOperator.NOT_EQUAL, a, b))),
                entry("Where", Elementwise::where));
    }

    // ---- one operand

    /// A rule for a function of each element.
    static List<Laid> map(Call call, UnaryOperator<Value> function) {
        return Call.one(map(call.graph(), call.input(0), function));
    }

    /// `function` of each element of `x`; a reshape that was put off stays so.
    static Laid map(Emitter graph, Laid x, UnaryOperator<Value> function) {
        if (x.isPostponed()) {
            return Laid.postponed(map(graph, x.source(), function), x.shape());
        }
        return Laid.of(function.apply(x.tensor(graph)), x.order(), x.isImage());
    }

    // ---- two operands

    static List<Laid> binary(Call call, BinaryOperator<Value> function) {
        return Call.one(binary(call.graph(), call.input(0), call.input(1), function));
    }

    static Laid binary(Emitter graph, Laid a, Laid b, BinaryOperator<Value> function) {
        Laid postponed = postponed(graph, a, b, function);
        if (postponed != null) {
            return postponed;
        }
        Broadcasts operands = Broadcasts.of(graph, List.of(a, b));
        return operands.result(
                function.apply(operands.values().get(0), operands.values().get(1)));
    }

    /// Where one operand is a reshape that was put off and the other a constant that has one number for all
    /// elements, or one for each of the innermost dimension: computed before the reshape.
    private static @Nullable Laid postponed(Emitter graph, Laid a, Laid b, BinaryOperator<Value> function) {
        if (a.isPostponed() == b.isPostponed()) {
            return null;
        }
        Laid reshaped = a.isPostponed() ? a : b;
        Laid other = spread(graph, reshaped, a.isPostponed() ? b : a);
        if (other == null) {
            return null;
        }
        Laid source = reshaped.source();
        Laid result = a.isPostponed() ? binary(graph, source, other, function) : binary(graph, other, source, function);
        return Laid.postponed(result, reshaped.shape());
    }

    private static @Nullable Laid spread(Emitter graph, Laid reshaped, Laid constant) {
        if (!constant.isKnown() || constant.rank() > reshaped.rank()) {
            return null;
        }
        if (constant.shape().elementCount() == 1) {
            return Laid.plain(graph.reshape(constant.plain(graph), Shape.SCALAR));
        }
        int size = constant.shape().dimension(-1);
        int[] source = reshaped.source().shape().toArray();
        int from = source.length;
        long product = 1;
        while (from > 0 && product < size && source[from - 1] > 0) {
            product *= source[--from];
        }
        if (constant.shape().elementCount() != size || product != size) {
            return null;
        }
        return Laid.plain(
                graph.reshape(constant.plain(graph), Shape.of(Arrays.copyOfRange(source, from, source.length))));
    }

    private static BinaryOperator<Value> logic(Call call, BuiltinOperator code) {
        return (a, b) -> call.graph().emit(code, null, TensorType.BOOL, a, b);
    }

    /// What is compared with an infinity is compared with the largest finite number instead: LiteRT's maximum of
    /// nothing but negative infinities is that number.
    private static List<Laid> equal(Call call) {
        Emitter graph = call.graph();
        for (int i = 0; i < 2; i++) {
            Numbers numbers = call.input(i).numbers();
            if (numbers != null
                    && numbers.array() instanceof float[] values
                    && values.length == 1
                    && Float.isInfinite(values[0])) {
                boolean above = values[0] > 0;
                Value edge = graph.scalar(TensorType.FLOAT32, above ? Float.MAX_VALUE : -Float.MAX_VALUE);
                BuiltinOperator code = above ? BuiltinOperator.GREATER_EQUAL : BuiltinOperator.LESS_EQUAL;
                Laid other = call.input(1 - i);
                Laid bound = Laid.plain(graph.reshape(edge, call.shape(i)));
                return Call.one(binary(graph, other, bound, (a, b) -> graph.compare(code, a, b)));
            }
        }
        return binary(call, (a, b) -> graph.compare(BuiltinOperator.EQUAL, a, b));
    }

    private static List<Laid> reduce(Call call, BinaryOperator<Value> function) {
        Laid result = call.input(0);
        for (int i = 1; i < call.inputs().size(); i++) {
            result = binary(call.graph(), result, call.input(i), function);
        }
        return Call.one(result);
    }

    private static List<Laid> mean(Call call) {
        Laid sum = reduce(call, call.graph()::add).getFirst();
        int count = call.inputs().size();
        Value factor = call.graph().scalar(TensorType.FLOAT32, 1.0 / count);
        return Call.one(
                count == 1 ? sum : map(call.graph(), sum, x -> call.graph().mul(x, factor)));
    }

    // ---- powers, remainders, shifts

    private static List<Laid> pow(Call call) {
        Emitter graph = call.graph();
        Numbers exponent = call.input(1).numbers();
        if (exponent != null
                && exponent.count() == 1
                && call.type(0) == TensorType.FLOAT32
                && !exponent.hasUnknown()
                && call.rank(1) <= call.rank(0)) {
            double value = exponent.array() instanceof float[] floats ? floats[0] : exponent.longs()[0];
            UnaryOperator<Value> shortcut = shortcut(graph, value);
            if (shortcut != null) {
                return map(call, shortcut);
            }
        }
        return binary(call, (x, y) -> graph.compute(BuiltinOperator.POW, null, x, graph.cast(y, Emitter.typeOf(x))));
    }

    private static @Nullable UnaryOperator<Value> shortcut(Emitter graph, double exponent) {
        if (exponent == 1) {
            return x -> x;
        }
        if (exponent == 2) {
            return x -> graph.unary(BuiltinOperator.SQUARE, x);
        }
        if (exponent == 3) {
            return x -> graph.mul(graph.unary(BuiltinOperator.SQUARE, x), x);
        }
        if (exponent == 0.5) {
            return x -> graph.unary(BuiltinOperator.SQRT, x);
        }
        if (exponent == -0.5) {
            return x -> graph.unary(BuiltinOperator.RSQRT, x);
        }
        return exponent == -1 ? x -> graph.div(graph.scalar(TensorType.FLOAT32, 1), x) : null;
    }

    /// The remainder has the sign of the divisor, or with `fmod` that of the dividend.
    private static List<Laid> mod(Call call) {
        Emitter graph = call.graph();
        if (!call.node().flag("fmod", false)) {
            return binary(call, (x, y) -> graph.compute(BuiltinOperator.FLOOR_MOD, null, x, y));
        }
        return binary(call, (x, y) -> {
            Value positive = graph.compute(
                    BuiltinOperator.FLOOR_MOD,
                    null,
                    graph.unary(BuiltinOperator.ABS, x),
                    graph.unary(BuiltinOperator.ABS, y));
            return graph.mul(positive, graph.unary(BuiltinOperator.SIGN, x));
        });
    }

    private static List<Laid> where(Call call) {
        if (call.type(0) != TensorType.BOOL) {
            throw new NotLowerable("its condition is " + call.type(0));
        }
        Broadcasts operands = Broadcasts.of(call.graph(), List.of(call.input(0), call.input(1), call.input(2)));
        return Call.one(operands.result(call.graph()
                .emit(
                        BuiltinOperator.SELECT_V2,
                        null,
                        call.type(1),
                        operands.values().toArray(Value[]::new))));
    }
}
