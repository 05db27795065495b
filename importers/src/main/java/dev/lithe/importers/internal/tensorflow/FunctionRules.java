package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GeluOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Functions of numbers that the format has no operator for, composed of those that it has.
final class FunctionRules {
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;

    private FunctionRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                function("Softplus", FunctionRules::softplus),
                function("Softsign", (f, x) -> f.div(x, f.add(f.emit(BuiltinOperator.ABS, x), f.one()))),
                function("Log1p", (f, x) -> f.log(f.add(x, f.one()))),
                function("Expm1", (f, x) -> f.sub(f.exp(x), f.one())),
                function("Reciprocal", (f, x) -> f.div(f.one(), x)),
                function("Inv", (f, x) -> f.div(f.one(), x)),
                function("Selu", FunctionRules::selu),
                function("Erf", FunctionRules::erf),
                function("Erfc", (f, x) -> f.sub(f.one(), erf(f, x))),
                function("Tan", (f, x) -> f.div(f.emit(BuiltinOperator.SIN, x), f.emit(BuiltinOperator.COS, x))),
                function("Atan", (f, x) -> f.emit(BuiltinOperator.ATAN2, x, f.onesLike(x))),
                function("Asin", (f, x) -> f.emit(BuiltinOperator.ATAN2, x, f.otherLeg(x))),
                function("Acos", (f, x) -> f.emit(BuiltinOperator.ATAN2, f.otherLeg(x), x)),
                function("Sinh", (f, x) -> f.mul(f.sub(f.exp(x), f.exp(f.negative(x))), f.number(0.5))),
                function("Cosh", (f, x) -> f.mul(f.add(f.exp(x), f.exp(f.negative(x))), f.number(0.5))),
                function("IsFinite", (f, x) -> f.test(BuiltinOperator.EQUAL, f.sub(x, x), f.number(0))),
                function("IsNan", (f, x) -> f.test(BuiltinOperator.NOT_EQUAL, x, x)),
                function(
                        "IsInf",
                        (f, x) -> f.test(
                                BuiltinOperator.EQUAL,
                                f.emit(BuiltinOperator.ABS, x),
                                f.number(Double.POSITIVE_INFINITY))),
                entry("SigmoidGrad", FunctionRules::sigmoidGrad),
                entry("TanhGrad", FunctionRules::tanhGrad),
                entry("ReluGrad", FunctionRules::reluGrad),
                entry("DivNoNan", FunctionRules::divideOrZero),
                entry("MulNoNan", FunctionRules::multiplyOrZero),
                entry("Xdivy", call -> unlessZero(call, false)),
                entry("Xlogy", call -> unlessZero(call, true)),
                entry("ClipByValue", FunctionRules::clip),
                entry("L2Loss", FunctionRules::halfSquares),
                entry("ApproximateEqual", FunctionRules::approximateEqual));
    }

    @FunctionalInterface
    private interface Formula {
        Value apply(Terms f, Value x);
    }

    private static Map.Entry<String, Rule> function(String op, Formula formula) {
        return entry(op, call -> {
            TensorType type = call.type(0);
            if (!ElementwiseRules.isFloat(type)) {
                throw new NotLowerable("it computes in " + type + "; there are operators for FLOAT32 only");
            }
            return List.of(formula.apply(new Terms(call, type), call.input(0)));
        });
    }

    /// What formulas are made of.
    private record Terms(Call call, TensorType type) {
        Value emit(BuiltinOperator code, Value... operands) {
            return Arithmetic.of(call).emit(code, operands);
        }

        Value test(BuiltinOperator code, Value a, Value b) {
            return Arithmetic.of(call).test(code, a, b);
        }

        Value add(Value a, Value b) {
            return emit(BuiltinOperator.ADD, a, b);
        }

        Value sub(Value a, Value b) {
            return emit(BuiltinOperator.SUB, a, b);
        }

        Value mul(Value a, Value b) {
            return emit(BuiltinOperator.MUL, a, b);
        }

        Value div(Value a, Value b) {
            return emit(BuiltinOperator.DIV, a, b);
        }

        Value exp(Value x) {
            return emit(BuiltinOperator.EXP, x);
        }

        Value log(Value x) {
            return emit(BuiltinOperator.LOG, x);
        }

        Value negative(Value x) {
            return emit(BuiltinOperator.NEG, x);
        }

        Value number(double value) {
            return call.scalar(type, value);
        }

        Value one() {
            return number(1);
        }

        /// ATAN2 broadcasts nothing.
        Value onesLike(Value x) {
            return add(mul(x, number(0)), one());
        }

        /// `sqrt(1 - x²)`, written so that it keeps its digits near 1.
        Value otherLeg(Value x) {
            return emit(BuiltinOperator.SQRT, mul(sub(one(), x), add(one(), x)));
        }
    }

    /// `max(x, 0) - log(sigmoid(|x|))`, which neither overflows nor needs large numbers on the way as
    /// `log(exp(x) + 1)` does.
    private static Value softplus(Terms f, Value x) {
        Value sigmoid = f.emit(BuiltinOperator.LOGISTIC, f.emit(BuiltinOperator.ABS, x));
        return f.sub(f.emit(BuiltinOperator.RELU, x), f.log(sigmoid));
    }

    private static Value selu(Terms f, Value x) {
        Value positive = f.mul(f.emit(BuiltinOperator.RELU, x), f.number(SELU_SCALE));
        Value negative = f.emit(BuiltinOperator.ELU, f.emit(BuiltinOperator.MINIMUM, x, f.number(0)));
        return f.add(positive, f.mul(negative, f.number(SELU_SCALE * SELU_ALPHA)));
    }

    /// From `gelu(z) = z / 2 · (1 + erf(z / √2))`: `erf(x) = 2 · gelu(z) / z - 1` with `z = √2 · x`, and
    /// 0 where `z` is.
    private static Value erf(Terms f, Value x) {
        Value z = f.mul(x, f.number(Math.sqrt(2)));
        Value zero = f.test(BuiltinOperator.EQUAL, z, f.number(0));
        Value gelu = Arithmetic.of(f.call).emit(BuiltinOperator.GELU, new GeluOptions(false), z);
        Value twice = f.mul(f.div(gelu, z), f.number(2));
        Value half = f.call.emitAs(BuiltinOperator.SELECT_V2, null, f.type, zero, f.one(), twice);
        return f.sub(half, f.one());
    }

    private static List<Value> sigmoidGrad(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value y = call.input(0);
        Value slope = f.mul(y, f.sub(call.scalar(call.type(0), 1), y));
        return List.of(f.mul(call.input(1), slope));
    }

    private static List<Value> tanhGrad(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value y = call.input(0);
        return List.of(f.mul(call.input(1), f.sub(call.scalar(call.type(0), 1), f.mul(y, y))));
    }

    private static List<Value> reluGrad(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value open = f.test(BuiltinOperator.GREATER, call.input(1), call.scalar(call.type(1), 0));
        return List.of(f.mul(call.input(0), call.cast(open, call.type(0))));
    }

    /// `x / y` or `x · log(y)`, and 0 where `x` is 0 whatever `y` is.
    private static List<Value> unlessZero(Call call, boolean logarithm) {
        Arithmetic f = Arithmetic.of(call);
        Value x = call.input(0);
        Value y = call.input(1);
        Value zero = f.test(BuiltinOperator.EQUAL, x, call.scalar(call.type(0), 0));
        Value value = logarithm ? f.mul(x, f.emit(BuiltinOperator.LOG, y)) : f.div(x, y);
        return List.of(
                call.emitAs(BuiltinOperator.SELECT_V2, null, call.type(0), zero, call.scalar(call.type(0), 0), value));
    }

    /// `x / y`, and 0 where `y` is 0.
    private static List<Value> divideOrZero(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value y = call.input(1);
        Value.Known zero = call.scalar(call.type(0), 0);
        Value none = f.test(BuiltinOperator.EQUAL, y, zero);
        Value quotient = f.div(call.input(0), y);
        return List.of(call.emitAs(BuiltinOperator.SELECT_V2, null, call.type(0), none, zero, quotient));
    }

    /// `x · y`, and 0 where `y` is 0, whatever `x` is.
    private static List<Value> multiplyOrZero(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value.Known zero = call.scalar(call.type(0), 0);
        Value none = f.test(BuiltinOperator.EQUAL, call.input(1), zero);
        Value product = f.mul(call.input(0), call.input(1));
        return List.of(call.emitAs(BuiltinOperator.SELECT_V2, null, call.type(0), none, zero, product));
    }

    private static List<Value> clip(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value above = f.emit(BuiltinOperator.MAXIMUM, call.input(0), call.input(1));
        return List.of(f.emit(BuiltinOperator.MINIMUM, above, call.input(2)));
    }

    private static List<Value> halfSquares(Call call) {
        Arithmetic f = Arithmetic.of(call);
        int[] axes = new int[call.shape(0).rank()];
        Arrays.setAll(axes, i -> i);
        Value squares = f.emit(BuiltinOperator.SQUARE, call.input(0));
        Value sum = call.emitAs(BuiltinOperator.SUM, new ReducerOptions(false), call.type(0), squares, call.ints(axes));
        return List.of(f.mul(sum, call.scalar(call.type(0), 0.5)));
    }

    private static List<Value> approximateEqual(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value distance = f.emit(BuiltinOperator.ABS, f.sub(call.input(0), call.input(1)));
        float tolerance = call.attributes().real("tolerance", 1e-5f);
        return List.of(f.test(BuiltinOperator.LESS, distance, call.scalar(call.type(0), tolerance)));
    }
}
