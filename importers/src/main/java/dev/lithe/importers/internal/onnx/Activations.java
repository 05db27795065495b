package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GeluOptions;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Activation functions; those that LiteRT has no operator for are put together from what it has.
final class Activations {
    private Activations() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("LeakyRelu", Activations::leakyRelu),
                entry("PRelu", Activations::prelu),
                entry("Clip", Clips::clip),
                entry("Gelu", c -> gelu(c, c.node().text("approximate", "none").equals("tanh"))),
                entry("com.microsoft::Gelu", c -> gelu(c, false)),
                entry("com.microsoft::BiasGelu", c -> biased(c, false)),
                entry("com.microsoft::FastGelu", c -> biased(c, true)),
                entry("com.microsoft::QuickGelu", Activations::swish),
                entry("Swish", Activations::swish)));
        function(rules, "Relu", (c, x) -> c.graph().unary(BuiltinOperator.RELU, x));
        function(rules, "Sigmoid", (c, x) -> c.graph().unary(BuiltinOperator.LOGISTIC, x));
        function(rules, "Tanh", (c, x) -> c.graph().unary(BuiltinOperator.TANH, x));
        function(rules, "HardSwish", (c, x) -> c.graph().unary(BuiltinOperator.HARD_SWISH, x));
        function(rules, "HardSigmoid", Activations::hardSigmoid);
        function(rules, "Elu", Activations::elu);
        function(rules, "Selu", Activations::selu);
        function(rules, "Celu", Activations::celu);
        function(rules, "Softplus", (c, x) -> softplus(c.graph(), x));
        function(
                rules,
                "Softsign",
                (c, x) -> c.graph().div(x, c.graph().add(c.graph().unary(BuiltinOperator.ABS, x), number(c, 1))));
        function(
                rules,
                "Mish",
                (c, x) -> c.graph().mul(x, c.graph().unary(BuiltinOperator.TANH, softplus(c.graph(), x))));
        function(rules, "ThresholdedRelu", Activations::thresholded);
        function(rules, "Shrink", Activations::shrink);
        return rules;
    }

    private static void function(Map<String, Rule> rules, String op, BiFunction<Call, Value, Value> function) {
        rules.put(op, c -> Elementwise.map(c, x -> function.apply(c, x)));
    }

    private static Value number(Call call, double value) {
        return call.graph().scalar(TensorType.FLOAT32, value);
    }

    private static List<Laid> gelu(Call call, boolean approximate) {
        return Elementwise.map(call, x -> call.graph().compute(BuiltinOperator.GELU, new GeluOptions(approximate), x));
    }

    private static List<Laid> biased(Call call, boolean approximate) {
        Formula f = Formula.of(call);
        Laid x = call.has(1) ? f.add(call.input(0), call.input(1)) : call.input(0);
        return Call.one(f.op("Gelu", Formula.with().and("approximate", approximate ? "tanh" : "none"), x));
    }

    /// x * sigmoid(alpha * x)
    private static List<Laid> swish(Call call) {
        Emitter graph = call.graph();
        boolean quick = call.node().op().equals("QuickGelu");
        float alpha = call.node().real("alpha", quick ? 1.702f : 1);
        return Elementwise.map(call, x -> {
            Value scaled = alpha == 1 ? x : graph.mul(x, number(call, alpha));
            return graph.mul(x, graph.unary(BuiltinOperator.LOGISTIC, scaled));
        });
    }

    private static List<Laid> leakyRelu(Call call) {
        LeakyReluOptions options = new LeakyReluOptions(call.node().real("alpha", 0.01f));
        return Elementwise.map(call, x -> call.graph().compute(BuiltinOperator.LEAKY_RELU, options, x));
    }

    /// Slopes are broadcast in one direction: they have to fit into the input.
    private static List<Laid> prelu(Call call) {
        if (call.type(0) != TensorType.FLOAT32) {
            return Elementwise.binary(call, (x, slope) -> {
                Value zero = call.graph().scalar(call.type(0), 0);
                Value positive = call.graph().compute(BuiltinOperator.MAXIMUM, null, x, zero);
                Value negative = call.graph().compute(BuiltinOperator.MINIMUM, null, x, zero);
                return call.graph().add(positive, call.graph().mul(negative, slope));
            });
        }
        return Elementwise.binary(
                call, (x, slope) -> call.graph().emit(BuiltinOperator.PRELU, null, TensorType.FLOAT32, x, slope));
    }

    /// clip(alpha * x + beta, 0, 1), as a sixth of a RELU6, which is what HARD_SWISH is recognized by.
    private static Value hardSigmoid(Call call, Value x) {
        Emitter graph = call.graph();
        double alpha = 6.0 * call.node().real("alpha", 0.2f);
        double beta = 6.0 * call.node().real("beta", 0.5f);
        Value scaled = (float) alpha == 1 ? x : graph.mul(x, number(call, alpha));
        Value six = graph.unary(BuiltinOperator.RELU6, graph.add(scaled, number(call, beta)));
        return graph.mul(six, number(call, 1.0 / 6));
    }

    private static Value elu(Call call, Value x) {
        float alpha = call.node().real("alpha", 1);
        return alpha == 1 ? call.graph().unary(BuiltinOperator.ELU, x) : pieces(call, x, 1, alpha, 1);
    }

    private static Value selu(Call call, Value x) {
        double alpha = call.node().real("alpha", 1.67326319217681884765625f);
        double gamma = call.node().real("gamma", 1.05070102214813232421875f);
        return pieces(call, x, gamma, gamma * alpha, 1);
    }

    private static Value celu(Call call, Value x) {
        float alpha = call.node().real("alpha", 1);
        return alpha == 1 ? call.graph().unary(BuiltinOperator.ELU, x) : pieces(call, x, 1, alpha, 1 / alpha);
    }

    /// `positive * max(x, 0) + negative * (exp(rate * min(x, 0)) - 1)`
    private static Value pieces(Call call, Value x, double positive, double negative, double rate) {
        Emitter graph = call.graph();
        Value above = graph.unary(BuiltinOperator.RELU, x);
        Value scaled = positive == 1 ? above : graph.mul(above, number(call, positive));
        Value below = graph.compute(BuiltinOperator.MINIMUM, null, x, number(call, 0));
        Value slow = rate == 1 ? below : graph.mul(below, number(call, rate));
        return graph.add(scaled, graph.mul(graph.unary(BuiltinOperator.ELU, slow), number(call, negative)));
    }

    /// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow.
    static Value softplus(Emitter graph, Value x) {
        Value one = graph.scalar(TensorType.FLOAT32, 1);
        Value decay =
                graph.unary(BuiltinOperator.EXP, graph.unary(BuiltinOperator.NEG, graph.unary(BuiltinOperator.ABS, x)));
        Value rest = graph.unary(BuiltinOperator.LOG, graph.add(decay, one));
        return graph.add(graph.unary(BuiltinOperator.RELU, x), rest);
    }

    private static Value thresholded(Call call, Value x) {
        Emitter graph = call.graph();
        Value above = graph.compare(
                BuiltinOperator.GREATER, x, number(call, call.node().real("alpha", 1)));
        return graph.emit(BuiltinOperator.SELECT_V2, null, TensorType.FLOAT32, above, x, number(call, 0));
    }

    /// x + bias below -lambd, x - bias above lambd, 0 between.
    private static Value shrink(Call call, Value x) {
        Emitter graph = call.graph();
        TensorType type = Emitter.typeOf(x);
        Value wide = graph.cast(x, TensorType.FLOAT32);
        float bias = call.node().real("bias", 0);
        float edge = call.node().real("lambd", 0.5f);
        Value low = graph.compare(BuiltinOperator.LESS, wide, number(call, -edge));
        Value high = graph.compare(BuiltinOperator.GREATER, wide, number(call, edge));
        Value above = graph.emit(
                BuiltinOperator.SELECT_V2,
                null,
                TensorType.FLOAT32,
                high,
                graph.sub(wide, number(call, bias)),
                graph.mul(wide, number(call, 0)));
        Value result = graph.emit(
                BuiltinOperator.SELECT_V2, null, TensorType.FLOAT32, low, graph.add(wide, number(call, bias)), above);
        return graph.cast(result, type);
    }
}
