package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Operators that work element by element and have the same meaning on both sides.
final class ElementwiseRules {
    private static final Map<String, BuiltinOperator> PLAIN = Map.ofEntries(
            entry("Abs", BuiltinOperator.ABS),
            entry("Add", BuiltinOperator.ADD),
            entry("AddV2", BuiltinOperator.ADD),
            entry("Atan2", BuiltinOperator.ATAN2),
            entry("BitwiseXor", BuiltinOperator.BITWISE_XOR),
            entry("Ceil", BuiltinOperator.CEIL),
            entry("Cos", BuiltinOperator.COS),
            entry("Div", BuiltinOperator.DIV),
            entry("Elu", BuiltinOperator.ELU),
            entry("Exp", BuiltinOperator.EXP),
            entry("Floor", BuiltinOperator.FLOOR),
            entry("FloorDiv", BuiltinOperator.FLOOR_DIV),
            entry("FloorMod", BuiltinOperator.FLOOR_MOD),
            entry("Log", BuiltinOperator.LOG),
            entry("LogicalAnd", BuiltinOperator.LOGICAL_AND),
            entry("LogicalNot", BuiltinOperator.LOGICAL_NOT),
            entry("LogicalOr", BuiltinOperator.LOGICAL_OR),
            entry("Maximum", BuiltinOperator.MAXIMUM),
            entry("Minimum", BuiltinOperator.MINIMUM),
            entry("Mul", BuiltinOperator.MUL),
            entry("Neg", BuiltinOperator.NEG),
            entry("Pow", BuiltinOperator.POW),
            entry("RealDiv", BuiltinOperator.DIV),
            entry("RightShift", BuiltinOperator.RIGHT_SHIFT),
            entry("Rint", BuiltinOperator.ROUND),
            entry("Round", BuiltinOperator.ROUND),
            entry("Rsqrt", BuiltinOperator.RSQRT),
            entry("Sigmoid", BuiltinOperator.LOGISTIC),
            entry("Sign", BuiltinOperator.SIGN),
            entry("Sin", BuiltinOperator.SIN),
            entry("Sqrt", BuiltinOperator.SQRT),
            entry("SquaredDifference", BuiltinOperator.SQUARED_DIFFERENCE),
            entry("Sub", BuiltinOperator.SUB),
            entry("Tanh", BuiltinOperator.TANH));

    private static final Map<String, BuiltinOperator> TESTS = Map.of(
            "Equal", BuiltinOperator.EQUAL,
            "NotEqual", BuiltinOperator.NOT_EQUAL,
            "Less", BuiltinOperator.LESS,
            "LessEqual", BuiltinOperator.LESS_EQUAL,
            "Greater", BuiltinOperator.GREATER,
            "GreaterEqual", BuiltinOperator.GREATER_EQUAL);

    private ElementwiseRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        PLAIN.forEach((op, code) -> rules.put(op, call -> plain(call, code)));
        TESTS.forEach((op, code) -> rules.put(op, call -> test(call, code)));
        rules.put("BitwiseXor", call -> raw(call, BuiltinOperator.BITWISE_XOR));
        rules.put("RightShift", call -> raw(call, BuiltinOperator.RIGHT_SHIFT));
        rules.put("TruncateDiv", call -> plain(call, BuiltinOperator.DIV));
        rules.put("Relu", call -> rectifier(call, BuiltinOperator.RELU));
        rules.put("Relu6", call -> rectifier(call, BuiltinOperator.RELU6));
        rules.put("Square", ElementwiseRules::square);
        rules.put("LogSoftmax", call -> List.of(Arithmetic.of(call).emit(BuiltinOperator.LOG_SOFTMAX, call.input(0))));
        rules.put("Softmax", ElementwiseRules::softmax);
        rules.put("BiasAdd", ElementwiseRules::biasAdd);
        rules.put("BiasAddV1", ElementwiseRules::biasAdd);
        rules.put("AddN", ElementwiseRules::addN);
        rules.put("LeakyRelu", ElementwiseRules::leakyRelu);
        rules.put("Cast", ElementwiseRules::cast);
        return rules;
    }

    private static List<Value> plain(Call call, BuiltinOperator code) {
        Value[] operands = call.inputs().toArray(Value[]::new);
        if (operands.length == 0) {
            throw new NotLowerable("it has no inputs");
        }
        return List.of(Arithmetic.of(call).emit(code, operands));
    }

    /// Operators on the bits of integers, which no type changes.
    private static List<Value> raw(Call call, BuiltinOperator code) {
        boolean taken = Operators.definition(code)
                .map(d -> d.inputs().getFirst().types().contains(call.type(0)))
                .orElse(false);
        Value[] operands = call.inputs().toArray(Value[]::new);
        return taken ? call.emit(code, null, operands) : plain(call, code);
    }

    private static List<Value> test(Call call, BuiltinOperator code) {
        return List.of(Arithmetic.of(call).test(code, call.input(0), call.input(1)));
    }

    /// The kernels take floats; integers are compared.
    private static List<Value> rectifier(Call call, BuiltinOperator code) {
        TensorType type = call.type(0);
        Arithmetic arithmetic = Arithmetic.of(call);
        if (isFloat(type)) {
            return List.of(arithmetic.emit(code, call.input(0)));
        }
        Value bounded = arithmetic.emit(BuiltinOperator.MAXIMUM, call.input(0), call.scalar(type, 0));
        return List.of(
                code == BuiltinOperator.RELU
                        ? bounded
                        : arithmetic.emit(BuiltinOperator.MINIMUM, bounded, call.scalar(type, 6)));
    }

    static boolean isFloat(TensorType type) {
        return type == TensorType.FLOAT32 || type == TensorType.FLOAT16 || type == TensorType.BFLOAT16;
    }

    private static List<Value> square(Call call) {
        Arithmetic arithmetic = Arithmetic.of(call);
        return List.of(
                isFloat(call.type(0))
                        ? arithmetic.emit(BuiltinOperator.SQUARE, call.input(0))
                        : arithmetic.mul(call.input(0), call.input(0)));
    }

    private static List<Value> softmax(Call call) {
        return List.of(Arithmetic.of(call).emit(BuiltinOperator.SOFTMAX, new SoftmaxOptions(1), call.input(0)));
    }

    private static List<Value> biasAdd(Call call) {
        Value bias = call.input(1);
        if (call.isChannelsFirst()) {
            int rank = call.shape(0).rank();
            int[] shape = new int[Math.max(1, rank - 1)];
            Arrays.fill(shape, 1);
            shape[0] = call.shape(1).dimension(0);
            bias = bias instanceof Value.Known known && call.shape(1).isKnown()
                    ? known.withShape(known.name(), Shape.of(shape))
                    : call.emitAs(BuiltinOperator.RESHAPE, null, call.type(1), bias, call.ints(shape));
        }
        return List.of(Arithmetic.of(call).add(call.input(0), bias));
    }

    private static List<Value> addN(Call call) {
        Value sum = call.input(0);
        boolean direct = call.type(0) == TensorType.FLOAT32 || call.type(0) == TensorType.INT32;
        if (call.inputs().size() > 2 && direct) {
            return call.emit(BuiltinOperator.ADD_N, null, call.inputs().toArray(Value[]::new));
        }
        for (Value next : call.inputs().subList(1, call.inputs().size())) {
            sum = Arithmetic.of(call).add(sum, next);
        }
        return List.of(sum);
    }

    private static List<Value> leakyRelu(Call call) {
        LeakyReluOptions options = new LeakyReluOptions(call.attributes().real("alpha", 0.2f));
        if (options.alpha() == 1) {
            return List.of(call.input(0));
        }
        return List.of(Arithmetic.of(call).emit(BuiltinOperator.LEAKY_RELU, options, call.input(0)));
    }

    private static List<Value> cast(Call call) {
        TensorType from = call.type(0);
        TensorType to = call.typeOf("DstT", DataType.DT_INVALID);
        if (from == to) {
            return List.of(call.input(0));
        }
        if (to == TensorType.BOOL && isFloat(from)) {
            return List.of(Arithmetic.of(call).test(BuiltinOperator.NOT_EQUAL, call.input(0), call.scalar(from, 0)));
        }
        return List.of(call.cast(call.input(0), to));
    }
}
