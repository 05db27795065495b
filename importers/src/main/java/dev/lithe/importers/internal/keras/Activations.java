package dev.lithe.importers.internal.keras;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Activation functions, by the names that settings give them, and the layers that are nothing else.
final class Activations {
    @FunctionalInterface
    interface Function {
        Symbol apply(Ops ops, Symbol x);
    }

    /// What Keras 1 and 2 call `hard_sigmoid`.
    static final String OLDER_HARD_SIGMOID = "hard_sigmoid of Keras 2";

    private static final float SQRT_HALF = 0.70710678f;
    private static final float SQRT_TWO_BY_PI = 0.7978845608028654f;

    private static final Map<String, Function> BY_NAME = Map.ofEntries(
            entry("linear", (ops, x) -> x),
            entry("relu", (ops, x) -> ops.unary("Relu", x)),
            entry("relu6", (ops, x) -> ops.unary("Relu6", x)),
            entry("elu", (ops, x) -> ops.unary("Elu", x)),
            entry("selu", (ops, x) -> ops.unary("Selu", x)),
            entry("sigmoid", (ops, x) -> ops.unary("Sigmoid", x)),
            entry("tanh", (ops, x) -> ops.unary("Tanh", x)),
            entry("softplus", (ops, x) -> ops.unary("Softplus", x)),
            entry("softsign", (ops, x) -> ops.unary("Softsign", x)),
            entry("exponential", (ops, x) -> ops.unary("Exp", x)),
            entry("exp", (ops, x) -> ops.unary("Exp", x)),
            entry("softmax", (ops, x) -> ops.softmax("Softmax", x, -1)),
            entry("log_softmax", (ops, x) -> ops.softmax("LogSoftmax", x, -1)),
            entry("gelu", (ops, x) -> gelu(ops, x, false)),
            entry("silu", Activations::silu),
            entry("swish", Activations::silu),
            entry("hard_sigmoid", Activations::hardSigmoid),
            entry(OLDER_HARD_SIGMOID, Activations::olderHardSigmoid),
            entry("hard_silu", (ops, x) -> ops.mul(x, hardSigmoid(ops, x))),
            entry("hard_swish", (ops, x) -> ops.mul(x, hardSigmoid(ops, x))),
            entry("leaky_relu", (ops, x) -> leakyRelu(ops, x, 0.2)),
            entry("mish", (ops, x) -> ops.mul(x, ops.unary("Tanh", ops.unary("Softplus", x)))),
            entry("celu", (ops, x) -> celu(ops, x, 1)),
            entry("glu", (ops, x) -> glu(ops, x, -1)),
            entry("hard_tanh", (ops, x) -> clip(ops, x, -1, 1)),
            entry("hard_shrink", (ops, x) -> hardShrink(ops, x, 0.5)),
            entry("soft_shrink", (ops, x) -> softShrink(ops, x, 0.5)),
            entry("tanh_shrink", (ops, x) -> ops.sub(x, ops.unary("Tanh", x))),
            entry("squareplus", (ops, x) -> squareplus(ops, x, 4)),
            entry("sparse_plus", Activations::sparsePlus),
            entry("sparse_sigmoid", Activations::sparseSigmoid),
            entry("threshold", (ops, x) -> threshold(ops, x, 0, 0)),
            entry("log_sigmoid", (ops, x) -> ops.unary("Neg", ops.unary("Softplus", ops.unary("Neg", x)))));

    private Activations() {}

    static Map<String, LayerRule> rules() {
        return Map.of(
                "Activation", call -> List.of(call.activate(call.input())),
                "ReLU", call -> List.of(relu(call, call.input())),
                "ThresholdedReLU", call -> List.of(threshold(call.ops(), call.input(), theta(call), 0)),
                "LeakyReLU", call -> List.of(leakyRelu(call.ops(), call.input(), slope(call))),
                "ELU",
                        call -> List.of(
                                elu(call.ops(), call.input(), call.config().real("alpha", 1))),
                "PReLU", call -> List.of(prelu(call)),
                "Softmax", call -> List.of(softmax(call)));
    }

    /// The names of all functions.
    static Set<String> names() {
        return BY_NAME.keySet();
    }

    static Function named(String name) {
        Function function = BY_NAME.get(name);
        if (function == null) {
            throw new NotLowerable("its activation '" + name + "' is not known");
        }
        return function;
    }

    /// `x` after the activation under `key` of the call's settings: a name, or a serialized function or layer.
    static Symbol apply(LayerCall call, Symbol x, String key, String missing) {
        JsonNode json = call.config().get(key);
        if (json.isObject()) {
            String kind = Layer.kind(json);
            JsonNode config = json.path("config");
            if (kind.equals("function") || config.isString()) {
                return named(config.asString("")).apply(call.ops(), x);
            }
            if (BY_NAME.containsKey(kind) && config.size() <= 1) {
                return named(kind).apply(call.ops(), x);
            }
            return call.call(call.layer().child(key, json), x);
        }
        return named(call.config().text(key, missing)).apply(call.ops(), x);
    }

    static Symbol silu(Ops ops, Symbol x) {
        return ops.mul(x, ops.unary("Sigmoid", x));
    }

    static Symbol hardSigmoid(Ops ops, Symbol x) {
        return ops.div(ops.unary("Relu6", ops.add(x, ops.real(3))), ops.real(6));
    }

    private static Symbol olderHardSigmoid(Ops ops, Symbol x) {
        return clip(ops, ops.add(ops.mul(x, ops.real(0.2f)), ops.real(0.5f)), 0, 1);
    }

    static Symbol gelu(Ops ops, Symbol x, boolean approximate) {
        if (!approximate) {
            Symbol half = ops.mul(ops.real(0.5), x);
            Symbol tail = ops.unary("Erfc", ops.mul(ops.unary("Neg", x), ops.real(SQRT_HALF)));
            return ops.mul(half, tail);
        }
        Symbol half = ops.mul(ops.real(0.5), x);
        Symbol cube = ops.mul(ops.real(0.044715f), ops.binary("Pow", x, ops.real(3)));
        Symbol inner = ops.mul(ops.real(SQRT_TWO_BY_PI), ops.add(x, cube));
        return ops.mul(half, ops.add(ops.real(1), ops.unary("Tanh", inner)));
    }

    static Symbol leakyRelu(Ops ops, Symbol x, double alpha) {
        return ops.graph.add(
                "LeakyRelu",
                "LeakyRelu",
                x.type(),
                x.shape(),
                Map.of("T", BasicOps.typed(x), "alpha", Attr.real((float) alpha)),
                x);
    }

    static Symbol elu(Ops ops, Symbol x, double alpha) {
        Symbol result = ops.unary("Elu", x);
        if (alpha == 1) {
            return result;
        }
        Symbol positive = ops.compare("Greater", x, ops.real(0));
        return ops.select(positive, result, ops.mul(ops.real(alpha), result));
    }

    static Symbol celu(Ops ops, Symbol x, double alpha) {
        Symbol below = ops.binary("Minimum", x, ops.real(0));
        Symbol curve = ops.unary("Expm1", ops.div(below, ops.real(alpha)));
        return ops.add(ops.binary("Maximum", x, ops.real(0)), ops.mul(ops.real(alpha), curve));
    }

    static Symbol glu(Ops ops, Symbol x, int axis) {
        List<Symbol> halves = ops.split(x, 2, axis);
        return ops.mul(halves.get(0), ops.unary("Sigmoid", halves.get(1)));
    }

    static Symbol clip(Ops ops, Symbol x, double low, double high) {
        return ops.binary("Maximum", ops.binary("Minimum", x, ops.scalar(high, x)), ops.scalar(low, x));
    }

    static Symbol hardShrink(Ops ops, Symbol x, double threshold) {
        Symbol keep = ops.compare("Greater", ops.unary("Abs", x), ops.real(threshold));
        return ops.select(keep, x, ops.zerosLike(x));
    }

    static Symbol softShrink(Ops ops, Symbol x, double threshold) {
        Symbol above = ops.compare("Greater", x, ops.real(threshold));
        Symbol below = ops.compare("Less", x, ops.real(-threshold));
        Symbol rest = ops.select(below, ops.add(x, ops.real(threshold)), ops.zerosLike(x));
        return ops.select(above, ops.sub(x, ops.real(threshold)), rest);
    }

    static Symbol squareplus(Ops ops, Symbol x, double b) {
        Symbol root = ops.unary("Sqrt", ops.add(ops.unary("Square", x), ops.real(b)));
        return ops.div(ops.add(x, root), ops.real(2));
    }

    private static Symbol sparsePlus(Ops ops, Symbol x) {
        Symbol quarter = ops.mul(ops.real(0.25), ops.unary("Square", ops.add(x, ops.real(1))));
        Symbol middle = ops.select(ops.compare("Less", x, ops.real(1)), quarter, x);
        return ops.select(ops.compare("LessEqual", x, ops.real(-1)), ops.zerosLike(x), middle);
    }

    private static Symbol sparseSigmoid(Ops ops, Symbol x) {
        return clip(ops, ops.mul(ops.real(0.5), ops.add(x, ops.real(1))), 0, 1);
    }

    static Symbol threshold(Ops ops, Symbol x, double threshold, double value) {
        Symbol keep = ops.compare("Greater", x, ops.real(threshold));
        return ops.select(keep, x, ops.real(value));
    }

    private static double theta(LayerCall call) {
        return call.config().real("theta", 1);
    }

    private static double slope(LayerCall call) {
        KerasConfig config = call.config();
        return config.has("negative_slope") ? config.real("negative_slope", 0.3) : config.real("alpha", 0.3);
    }

    private static Symbol relu(LayerCall call, Symbol x) {
        KerasConfig config = call.config();
        return relu(
                call.ops(),
                x,
                config.real("negative_slope", 0),
                config.has("max_value") ? config.real("max_value", 0) : Double.NaN,
                config.real("threshold", 0));
    }

    /// @param most the highest value; not a number for none
    static Symbol relu(Ops ops, Symbol x, double slope, double most, double threshold) {
        Symbol result;
        if (slope != 0) {
            if (Double.isNaN(most) && threshold == 0) {
                return leakyRelu(ops, x, slope);
            }
            Symbol below = threshold == 0
                    ? ops.unary("Relu", ops.unary("Neg", x))
                    : ops.unary("Relu", ops.add(ops.unary("Neg", x), ops.real(threshold)));
            Symbol above = above(ops, x, most, threshold);
            return ops.sub(capped(ops, above, most), ops.mul(ops.real(slope), below));
        }
        result = above(ops, x, most, threshold);
        return most == 6 && threshold == 0 ? result : capped(ops, result, most);
    }

    private static Symbol above(Ops ops, Symbol x, double most, double threshold) {
        if (threshold != 0) {
            Symbol keep = ops.cast(ops.compare("Greater", x, ops.real(threshold)), DataType.DT_FLOAT);
            return ops.mul(x, keep);
        }
        return ops.unary(most == 6 ? "Relu6" : "Relu", x);
    }

    private static Symbol capped(Ops ops, Symbol x, double most) {
        return Double.isNaN(most) ? x : clip(ops, x, 0, most);
    }

    private static Symbol prelu(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input();
        int[] shape = new int[x.rank() - 1];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = x.size(i + 1);
        }
        if (call.config().has("shared_axes")) {
            for (int axis : call.config().integers("shared_axes")) {
                shape[BasicOps.axis(axis, x.rank()) - 1] = 1;
            }
        }
        Symbol alpha = call.weight("alpha", shape);
        Symbol negative = ops.mul(ops.unary("Neg", alpha), ops.unary("Relu", ops.unary("Neg", x)));
        return ops.add(ops.unary("Relu", x), negative);
    }

    private static Symbol softmax(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input();
        int[] axes = call.config().has("axis") ? call.config().integers("axis") : new int[] {-1};
        return masked(ops, x, call.mask(), axes);
    }

    /// A softmax along `axes` in which what `mask` leaves out gets no weight.
    static Symbol masked(Ops ops, Symbol x, @org.jspecify.annotations.Nullable Symbol mask, int... axes) {
        Symbol kept = mask == null ? x : ops.select(mask, x, ops.real(-1e9));
        Symbol result = softmax(ops, kept, axes);
        return mask == null ? result : ops.select(mask, result, ops.real(0));
    }

    private static Symbol softmax(Ops ops, Symbol x, int... axes) {
        if (axes.length == 1) {
            return ops.softmax("Softmax", x, axes[0]);
        }
        Symbol highest = ops.reduce("Max", x, true, axes);
        Symbol raised = ops.unary("Exp", ops.sub(x, highest));
        return ops.div(raised, ops.reduce("Sum", raised, true, axes));
    }
}
