package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators on quantized numbers. They compute in floats between DEQUANTIZE and QUANTIZE with the scales of the file,
/// as a model with quantize and dequantize pairs does; integer sums are exact up to 2^24.
final class Integers {
    private static final String MICROSOFT = "com.microsoft::";

    private Integers() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("QLinearConv", Integers::conv),
                entry("QLinearMatMul", Integers::matMul),
                entry("ConvInteger", Integers::convInteger),
                entry("MatMulInteger", c -> Call.one(matMulInteger(c, c.input(0), 2))),
                entry("DynamicQuantizeLinear", Integers::dynamic),
                entry(MICROSOFT + "QGemm", Integers::gemm),
                entry(MICROSOFT + "MatMulIntegerToFloat", Integers::matMulToFloat),
                entry(MICROSOFT + "DynamicQuantizeMatMul", Integers::dynamicMatMul),
                entry(MICROSOFT + "QLinearAdd", c -> binary(c, "Add")),
                entry(MICROSOFT + "QLinearMul", c -> binary(c, "Mul")),
                entry(MICROSOFT + "QLinearConcat", Integers::concat),
                entry(MICROSOFT + "QLinearWhere", Integers::where)));
        unary(rules, "QLinearSigmoid", "Sigmoid");
        unary(rules, "QLinearLeakyRelu", "LeakyRelu");
        unary(rules, "QLinearSoftmax", "Softmax");
        unary(rules, "QLinearAveragePool", "AveragePool");
        unary(rules, "QLinearGlobalAveragePool", "GlobalAveragePool");
        unary(rules, "QLinearReduceMean", "ReduceMean");
        return rules;
    }

    private static Laid wide(Formula f, Call call, int x, int scale, int zero, int axis) {
        Laid zeros = call.has(zero) ? call.input(zero) : Laid.ABSENT;
        return f.op("DequantizeLinear", Formula.with("axis", axis), call.input(x), call.input(scale), zeros);
    }

    private static List<Laid> narrow(Formula f, Call call, Laid x, int scale, int zero) {
        Laid zeros = call.has(zero) ? call.input(zero) : Laid.ABSENT;
        return Call.one(f.op("QuantizeLinear", x, call.input(scale), zeros));
    }

    // ---- with scales for operands and result

    private static void unary(Map<String, Rule> rules, String op, String plain) {
        rules.put(MICROSOFT + op, call -> {
            if (call.node().flag("channels_last", false)) {
                throw new NotLowerable("its images are channels last, which is not supported");
            }
            Formula f = Formula.of(call);
            Laid x = wide(f, call, 0, 1, 2, 1);
            Laid[] operands = plain.equals("ReduceMean") && call.node().has("axes")
                    ? new Laid[] {x, f.longs(call.node().ints("axes", new int[0]))}
                    : new Laid[] {x};
            return narrow(f, call, f.op(plain, Formula.with().and(call.node()), operands), 3, 4);
        });
    }

    private static List<Laid> binary(Call call, String op) {
        Formula f = Formula.of(call);
        return narrow(f, call, f.op(op, wide(f, call, 0, 1, 2, 1), wide(f, call, 3, 4, 5, 1)), 6, 7);
    }

    private static List<Laid> concat(Call call) {
        Formula f = Formula.of(call);
        List<Laid> parts = new ArrayList<>();
        for (int i = 2; i + 2 < call.inputs().size(); i += 3) {
            parts.add(wide(f, call, i, i + 1, i + 2, 1));
        }
        Laid joined = f.op("Concat", Formula.with().and(call.node()), parts.toArray(Laid[]::new));
        return narrow(f, call, joined, 0, 1);
    }

    private static List<Laid> where(Call call) {
        Formula f = Formula.of(call);
        Laid chosen = f.op("Where", call.input(0), wide(f, call, 1, 2, 3, 1), wide(f, call, 4, 5, 6, 1));
        return narrow(f, call, chosen, 7, 8);
    }

    private static List<Laid> conv(Call call) {
        Formula f = Formula.of(call);
        Laid x = wide(f, call, 0, 1, 2, 1);
        Laid weights = wide(f, call, 3, 4, 5, 0);
        Laid[] operands = {x, weights};
        if (call.has(8)) {
            Laid scale = f.mul(call.input(1), call.input(4));
            operands = new Laid[] {x, weights, f.mul(f.cast(call.input(8), TensorType.FLOAT32), scale)};
        }
        return narrow(f, call, f.op("Conv", Formula.with().and(call.node()), operands), 6, 7);
    }

    private static List<Laid> matMul(Call call) {
        Formula f = Formula.of(call);
        Laid a = wide(f, call, 0, 1, 2, -2);
        Laid b = wide(f, call, 3, 4, 5, -1);
        return narrow(f, call, f.matMul(a, b), 6, 7);
    }

    /// `alpha A B + C`, where C stands in steps of `alpha` times the scales of A and B.
    private static List<Laid> gemm(Call call) {
        Formula f = Formula.of(call);
        boolean turned = call.node().flag("transB", false);
        Laid a = wide(f, call, 0, 1, 2, 0);
        Laid b = wide(f, call, 3, 4, 5, turned ? 0 : 1);
        Laid[] operands = {a, b};
        if (call.has(6)) {
            Laid step = f.mul(
                    f.mul(call.input(1), call.input(4)), f.real(call.node().real("alpha", 1)));
            operands = new Laid[] {a, b, f.mul(f.cast(call.input(6), TensorType.FLOAT32), step)};
        }
        Laid product = f.op("Gemm", Formula.with().and(call.node()), operands);
        return call.has(7) ? narrow(f, call, product, 7, 8) : Call.one(product);
    }

    // ---- integer sums

    private static Laid shifted(Formula f, Laid x, @Nullable Laid zero) {
        Laid wide = f.cast(x, TensorType.FLOAT32);
        return zero == null ? wide : f.sub(wide, f.cast(zero, TensorType.FLOAT32));
    }

    private static List<Laid> convInteger(Call call) {
        Formula f = Formula.of(call);
        Laid x = shifted(f, call.input(0), call.has(2) ? call.input(2) : null);
        Laid zeros = call.has(3) ? call.input(3) : null;
        if (zeros != null && zeros.shape().elementCount() > 1) {
            long[] perChannel = new long[call.rank(1)];
            java.util.Arrays.fill(perChannel, 1);
            perChannel[0] = -1;
            zeros = f.reshape(zeros, perChannel);
        }
        Laid sum = f.op("Conv", Formula.with().and(call.node()), x, shifted(f, call.input(1), zeros));
        return Call.one(f.cast(sum, TensorType.INT32));
    }

    /// @param zero the place of A's zero point, B's being the next
    private static Laid floatProduct(Call call, Laid a, int zero) {
        Formula f = Formula.of(call);
        Laid zeroA = call.has(zero) ? call.input(zero) : null;
        if (zeroA != null && zeroA.shape().elementCount() > 1) {
            zeroA = f.op("Unsqueeze", zeroA, f.longs(-1));
        }
        Laid zeroB = call.has(zero + 1) ? call.input(zero + 1) : null;
        return f.matMul(shifted(f, a, zeroA), shifted(f, call.input(1), zeroB));
    }

    private static Laid matMulInteger(Call call, Laid a, int zero) {
        return Formula.of(call).cast(floatProduct(call, a, zero), TensorType.INT32);
    }

    private static List<Laid> matMulToFloat(Call call) {
        Formula f = Formula.of(call);
        Laid scaled = f.mul(floatProduct(call, call.input(0), 4), f.mul(call.input(2), call.input(3)));
        return Call.one(call.has(6) ? f.add(scaled, call.input(6)) : scaled);
    }

    // ---- ranges that are found at run time

    /// The quantized values, still as floats, then scale and zero point.
    private record Dynamic(Laid steps, Laid scale, Laid zero) {
        static Dynamic of(Formula f, Laid x) {
            Laid low = f.op("Min", f.op("ReduceMin", Formula.with("keepdims", 0), x), f.real(0));
            Laid high = f.op("Max", f.op("ReduceMax", Formula.with("keepdims", 0), x), f.real(0));
            Laid range = f.sub(high, low);
            // A tensor of zeros has the scale 1, as in onnxruntime.
            Laid scale = f.op("Where", f.op("Equal", range, f.real(0)), f.real(1), f.mul(range, f.real(1 / 255.0)));
            Laid zero = f.op("Round", f.op("Clip", f.op("Neg", f.op("Div", low, scale)), f.real(0), f.real(255)));
            Laid steps = f.add(f.op("Round", f.op("Div", x, scale)), zero);
            return new Dynamic(f.op("Clip", steps, f.real(0), f.real(255)), scale, zero);
        }
    }

    private static List<Laid> dynamic(Call call) {
        Formula f = Formula.of(call);
        Dynamic found = Dynamic.of(f, call.input(0));
        return List.of(f.cast(found.steps, TensorType.UINT8), found.scale, f.cast(found.zero, TensorType.UINT8));
    }

    private static List<Laid> dynamicMatMul(Call call) {
        Formula f = Formula.of(call);
        Dynamic a = Dynamic.of(f, call.input(0));
        Laid b = shifted(f, call.input(1), call.has(3) ? call.input(3) : null);
        Laid product = f.matMul(f.sub(a.steps, a.zero), b);
        Laid scaled = f.mul(product, f.mul(a.scale, call.input(2)));
        return Call.one(call.has(4) ? f.add(scaled, call.input(4)) : scaled);
    }
}
