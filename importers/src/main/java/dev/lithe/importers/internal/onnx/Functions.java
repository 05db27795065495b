package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Mathematical functions of each element.
final class Functions {
    /// erf(x) = 1 - (a1 t + ... + a5 t^5) exp(-x^2) with t = 1 / (1 + p x) for x >= 0, to 1.5e-7
    /// (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26).
    private static final double[] ERF = {0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429};

    private static final double ERF_P = 0.3275911;

    private Functions() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        Map.of(
                        "Exp", BuiltinOperator.EXP,
                        "Log", BuiltinOperator.LOG,
                        "Sqrt", BuiltinOperator.SQRT,
                        "Floor", BuiltinOperator.FLOOR,
                        "Ceil", BuiltinOperator.CEIL,
                        "Round", BuiltinOperator.ROUND,
                        "Sin", BuiltinOperator.SIN,
                        "Cos", BuiltinOperator.COS)
                .forEach((op, code) -> function(rules, op, (g, x) -> g.unary(code, x)));
        function(rules, "Neg", (g, x) -> g.unary(BuiltinOperator.NEG, x));
        function(rules, "Abs", (g, x) -> g.unary(BuiltinOperator.ABS, x));
        function(rules, "Sign", (g, x) -> g.unary(BuiltinOperator.SIGN, x));
        function(rules, "Not", (g, x) -> g.emit(BuiltinOperator.LOGICAL_NOT, null, TensorType.BOOL, x));
        function(rules, "BitwiseNot", (g, x) -> g.sub(g.scalar(Emitter.typeOf(x), -1), x));
        function(rules, "Identity", (g, x) -> x);
        function(rules, "Reciprocal", (g, x) -> g.div(one(g), x));
        function(rules, "IsNaN", (g, x) -> g.compare(BuiltinOperator.NOT_EQUAL, x, x));
        function(rules, "Erf", Functions::erf);
        function(rules, "Tan", (g, x) -> g.div(g.unary(BuiltinOperator.SIN, x), g.unary(BuiltinOperator.COS, x)));
        function(rules, "Atan", Functions::atan);
        function(rules, "Asin", (g, x) -> g.emit(BuiltinOperator.ATAN2, null, TensorType.FLOAT32, x, leg(g, x)));
        function(rules, "Acos", (g, x) -> g.emit(BuiltinOperator.ATAN2, null, TensorType.FLOAT32, leg(g, x), x));
        function(rules, "Sinh", (g, x) -> half(g, g.sub(exp(g, x), exp(g, g.unary(BuiltinOperator.NEG, x)))));
        function(rules, "Cosh", (g, x) -> half(g, g.add(exp(g, x), exp(g, g.unary(BuiltinOperator.NEG, x)))));
        function(rules, "Asinh", Functions::asinh);
        function(rules, "Acosh", Functions::acosh);
        function(
                rules,
                "Atanh",
                (g, x) -> half(g, g.unary(BuiltinOperator.LOG, g.div(g.add(one(g), x), g.sub(one(g), x)))));
        rules.put("IsInf", Functions::isInf);
        rules.put("Dropout", Functions::dropout);
        return rules;
    }

    private static void function(Map<String, Rule> rules, String op, BiFunction<Emitter, Value, Value> function) {
        rules.put(op, c -> Elementwise.map(c, x -> function.apply(c.graph(), x)));
    }

    private static Value one(Emitter graph) {
        return graph.scalar(TensorType.FLOAT32, 1);
    }

    private static Value exp(Emitter graph, Value x) {
        return graph.unary(BuiltinOperator.EXP, x);
    }

    private static Value half(Emitter graph, Value x) {
        return graph.mul(x, graph.scalar(TensorType.FLOAT32, 0.5));
    }

    /// sqrt((1 - x) * (1 + x)), the other leg of the triangle whose angle has the sine x.
    private static Value leg(Emitter graph, Value x) {
        Value product = graph.mul(graph.sub(one(graph), x), graph.add(one(graph), x));
        return graph.unary(BuiltinOperator.SQRT, product);
    }

    private static Value erf(Emitter graph, Value x) {
        Value size = graph.unary(BuiltinOperator.ABS, x);
        Value scaled = graph.mul(size, graph.scalar(TensorType.FLOAT32, ERF_P));
        Value t = graph.div(one(graph), graph.add(scaled, one(graph)));
        Value sum = graph.scalar(TensorType.FLOAT32, ERF[ERF.length - 1]);
        for (int i = ERF.length - 2; i >= 0; i--) {
            Value product = i == ERF.length - 2 ? graph.mul(t, sum) : graph.mul(sum, t);
            sum = graph.add(product, graph.scalar(TensorType.FLOAT32, ERF[i]));
        }
        Value decay = exp(graph, graph.unary(BuiltinOperator.NEG, graph.unary(BuiltinOperator.SQUARE, x)));
        Value rest = graph.mul(graph.mul(sum, t), decay);
        return graph.mul(graph.sub(one(graph), rest), graph.unary(BuiltinOperator.SIGN, x));
    }

    /// ATAN2 broadcasts nothing: its second operand is as large as the first.
    private static Value atan(Emitter graph, Value x) {
        Value ones = graph.add(graph.unary(BuiltinOperator.ZEROS_LIKE, x), one(graph));
        return graph.emit(BuiltinOperator.ATAN2, null, TensorType.FLOAT32, x, ones);
    }

    private static Value asinh(Emitter graph, Value x) {
        Value size = graph.unary(BuiltinOperator.ABS, x);
        Value root = graph.unary(BuiltinOperator.SQRT, graph.add(graph.unary(BuiltinOperator.SQUARE, x), one(graph)));
        Value log = graph.unary(BuiltinOperator.LOG, graph.add(size, root));
        return graph.mul(log, graph.unary(BuiltinOperator.SIGN, x));
    }

    private static Value acosh(Emitter graph, Value x) {
        Value root = graph.unary(BuiltinOperator.SQRT, graph.sub(graph.unary(BuiltinOperator.SQUARE, x), one(graph)));
        return graph.unary(BuiltinOperator.LOG, graph.add(x, root));
    }

    private static List<Laid> isInf(Call call) {
        Emitter graph = call.graph();
        boolean high = call.node().flag("detect_positive", true);
        boolean low = call.node().flag("detect_negative", true);
        Value infinity = graph.scalar(TensorType.FLOAT32, Double.POSITIVE_INFINITY);
        return Elementwise.map(call, x -> {
            Value signed =
                    high && low ? graph.unary(BuiltinOperator.ABS, x) : low ? graph.unary(BuiltinOperator.NEG, x) : x;
            return high || low
                    ? graph.compare(BuiltinOperator.EQUAL, signed, infinity)
                    : graph.compare(BuiltinOperator.LESS, x, x);
        });
    }

    /// Nothing is dropped at inference.
    private static List<Laid> dropout(Call call) {
        Laid x = call.input(0);
        if (!call.node().wants(1)) {
            return List.of(x);
        }
        Laid mask = Elementwise.map(call.graph(), x, v -> call.graph().compare(BuiltinOperator.EQUAL, v, v));
        return List.of(x, mask);
    }
}
