package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.operators.Operators;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators that work element by element and have the same meaning on both sides.
final class ElementwiseRules {
    /// Without options. Those whose operator has not been taught are left out.
    private static final Map<String, BuiltinOperator> PLAIN = Map.ofEntries(
            Map.entry("Relu", BuiltinOperator.RELU),
            Map.entry("Relu6", BuiltinOperator.RELU6),
            Map.entry("Sigmoid", BuiltinOperator.LOGISTIC),
            Map.entry("Tanh", BuiltinOperator.TANH),
            Map.entry("Rsqrt", BuiltinOperator.RSQRT),
            Map.entry("Sqrt", BuiltinOperator.SQRT),
            Map.entry("Square", BuiltinOperator.SQUARE),
            Map.entry("Neg", BuiltinOperator.NEG),
            Map.entry("Exp", BuiltinOperator.EXP),
            Map.entry("Log", BuiltinOperator.LOG),
            Map.entry("Abs", BuiltinOperator.ABS),
            Map.entry("Sin", BuiltinOperator.SIN),
            Map.entry("Cos", BuiltinOperator.COS),
            Map.entry("Floor", BuiltinOperator.FLOOR),
            Map.entry("Elu", BuiltinOperator.ELU),
            Map.entry("LogSoftmax", BuiltinOperator.LOG_SOFTMAX),
            Map.entry("Maximum", BuiltinOperator.MAXIMUM),
            Map.entry("Minimum", BuiltinOperator.MINIMUM),
            Map.entry("SquaredDifference", BuiltinOperator.SQUARED_DIFFERENCE),
            Map.entry("Pow", BuiltinOperator.POW));

    private ElementwiseRules() {}

    static Map<String, Rule> rules() {
        ActivationFunctionType none = ActivationFunctionType.NONE;
        Map<String, Rule> rules = new HashMap<>();
        PLAIN.forEach((op, code) -> {
            if (Operators.definition(code).isPresent()) {
                rules.put(op, call -> plain(call, code, null));
            }
        });
        rules.put("Add", call -> plain(call, BuiltinOperator.ADD, new AddOptions(none, true)));
        rules.put("AddV2", call -> plain(call, BuiltinOperator.ADD, new AddOptions(none, true)));
        rules.put("BiasAdd", ElementwiseRules::biasAdd);
        rules.put("Sub", call -> plain(call, BuiltinOperator.SUB, new SubOptions(none, true)));
        rules.put("Mul", call -> plain(call, BuiltinOperator.MUL, new MulOptions(none)));
        rules.put("RealDiv", call -> plain(call, BuiltinOperator.DIV, new DivOptions(none)));
        rules.put("Softmax", call -> plain(call, BuiltinOperator.SOFTMAX, new SoftmaxOptions(1)));
        rules.put("LeakyRelu", ElementwiseRules::leakyRelu);
        rules.put("Cast", ElementwiseRules::cast);
        return rules;
    }

    private static List<Value> plain(Call call, BuiltinOperator code, @Nullable OperatorOptions options) {
        return call.emit(code, options, call.inputs().toArray(Value[]::new));
    }

    private static List<Value> biasAdd(Call call) {
        call.requireChannelsLast();
        return plain(call, BuiltinOperator.ADD, new AddOptions(ActivationFunctionType.NONE, true));
    }

    private static List<Value> leakyRelu(Call call) {
        return plain(
                call,
                BuiltinOperator.LEAKY_RELU,
                new LeakyReluOptions(call.attributes().real("alpha", 0.2f)));
    }

    private static List<Value> cast(Call call) {
        TensorType from = call.type(0);
        TensorType to = DataTypes.tensorType(call.attributes().type("DstT", DataType.DT_INVALID))
                .orElseThrow(() -> new NotLowerable("it casts to a type that there is not"));
        if (from == to) {
            return List.of(call.input(0));
        }
        return List.of(call.graph()
                .emit(BuiltinOperator.CAST, new CastOptions(from, to), call.name(), to, List.of(call.input(0))));
    }
}
