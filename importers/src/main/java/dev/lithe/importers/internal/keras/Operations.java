package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Functions that stand in functional models in the place of layers: those of `keras.ops`, and those
/// of TensorFlow that Keras 2 wraps as TFOpLambda. What computes element by element or reduces is
/// here, what moves elements in [LayoutOperations].
final class Operations {
    private static final String PREFIX = "op/";
    private static final String TENSORFLOW = "tf/";
    private static final List<String> WRAPPERS = List.of("TFOpLambda", "SlicingOpLambda", "ClassMethod");

    private static final Map<String, String> UNARY = Map.ofEntries(
            Map.entry("Abs", "Abs"),
            Map.entry("Absolute", "Abs"),
            Map.entry("Negative", "Neg"),
            Map.entry("Exp", "Exp"),
            Map.entry("Expm1", "Expm1"),
            Map.entry("Log", "Log"),
            Map.entry("Log1p", "Log1p"),
            Map.entry("Sqrt", "Sqrt"),
            Map.entry("Rsqrt", "Rsqrt"),
            Map.entry("Square", "Square"),
            Map.entry("Sin", "Sin"),
            Map.entry("Cos", "Cos"),
            Map.entry("Floor", "Floor"),
            Map.entry("Ceil", "Ceil"),
            Map.entry("Round", "Round"),
            Map.entry("Sign", "Sign"),
            Map.entry("Reciprocal", "Reciprocal"),
            Map.entry("Erf", "Erf"),
            Map.entry("StopGradient", "StopGradient"),
            Map.entry("ZerosLike", "ZerosLike"),
            Map.entry("OnesLike", "OnesLike"));

    private static final Map<String, String> BINARY = Map.of(
            "Add", "AddV2",
            "Subtract", "Sub",
            "Multiply", "Mul",
            "Divide", "RealDiv",
            "TrueDivide", "RealDiv",
            "Maximum", "Maximum",
            "Minimum", "Minimum",
            "Power", "Pow",
            "FloorDivide", "FloorDiv",
            "Mod", "FloorMod");

    private static final Map<String, String> COMPARISONS = Map.of(
            "Equal", "Equal",
            "NotEqual", "NotEqual",
            "Greater", "Greater",
            "GreaterEqual", "GreaterEqual",
            "Less", "Less",
            "LessEqual", "LessEqual",
            "LogicalAnd", "LogicalAnd",
            "LogicalOr", "LogicalOr");

    private static final Map<String, String> REDUCTIONS = Map.of(
            "Sum", "Sum", "Mean", "Mean", "Max", "Max", "Amax", "Max", "Min", "Min", "Amin", "Min", "Prod", "Prod",
            "All", "All", "Any", "Any");

    private static final Map<String, String> ACTIVATIONS = Map.ofEntries(
            Map.entry("Relu", "relu"),
            Map.entry("Relu6", "relu6"),
            Map.entry("Sigmoid", "sigmoid"),
            Map.entry("Tanh", "tanh"),
            Map.entry("Silu", "silu"),
            Map.entry("Selu", "selu"),
            Map.entry("Softplus", "softplus"),
            Map.entry("Softsign", "softsign"),
            Map.entry("HardSigmoid", "hard_sigmoid"),
            Map.entry("HardSilu", "hard_silu"),
            Map.entry("HardTanh", "hard_tanh"),
            Map.entry("LogSigmoid", "log_sigmoid"),
            Map.entry("Mish", "mish"));

    /// Names of TensorFlow's functions, and the operation of Keras that does the same.
    private static final Map<String, String> FROM_TENSORFLOW = Map.ofEntries(
            Map.entry("__operators__.add", "Add"),
            Map.entry("__operators__.getitem", "GetItem"),
            Map.entry("math.add", "Add"),
            Map.entry("math.subtract", "Subtract"),
            Map.entry("math.multiply", "Multiply"),
            Map.entry("math.divide", "Divide"),
            Map.entry("math.truediv", "Divide"),
            Map.entry("math.maximum", "Maximum"),
            Map.entry("math.minimum", "Minimum"),
            Map.entry("math.pow", "Power"),
            Map.entry("math.floordiv", "FloorDivide"),
            Map.entry("math.abs", "Abs"),
            Map.entry("math.negative", "Negative"),
            Map.entry("math.exp", "Exp"),
            Map.entry("math.log", "Log"),
            Map.entry("math.log1p", "Log1p"),
            Map.entry("math.sqrt", "Sqrt"),
            Map.entry("math.rsqrt", "Rsqrt"),
            Map.entry("math.square", "Square"),
            Map.entry("math.sin", "Sin"),
            Map.entry("math.cos", "Cos"),
            Map.entry("math.floor", "Floor"),
            Map.entry("math.ceil", "Ceil"),
            Map.entry("math.round", "Round"),
            Map.entry("math.sign", "Sign"),
            Map.entry("math.reciprocal", "Reciprocal"),
            Map.entry("math.erf", "Erf"),
            Map.entry("math.sigmoid", "Sigmoid"),
            Map.entry("math.tanh", "Tanh"),
            Map.entry("math.softplus", "Softplus"),
            Map.entry("math.equal", "Equal"),
            Map.entry("math.not_equal", "NotEqual"),
            Map.entry("math.greater", "Greater"),
            Map.entry("math.greater_equal", "GreaterEqual"),
            Map.entry("math.less", "Less"),
            Map.entry("math.less_equal", "LessEqual"),
            Map.entry("math.logical_and", "LogicalAnd"),
            Map.entry("math.logical_or", "LogicalOr"),
            Map.entry("math.logical_not", "LogicalNot"),
            Map.entry("math.reduce_sum", "Sum"),
            Map.entry("math.reduce_mean", "Mean"),
            Map.entry("math.reduce_max", "Max"),
            Map.entry("math.reduce_min", "Min"),
            Map.entry("math.reduce_prod", "Prod"),
            Map.entry("math.argmax", "Argmax"),
            Map.entry("math.argmin", "Argmin"),
            Map.entry("math.l2_normalize", "Normalize"),
            Map.entry("nn.l2_normalize", "Normalize"),
            Map.entry("nn.relu", "Relu"),
            Map.entry("nn.relu6", "Relu6"),
            Map.entry("nn.sigmoid", "Sigmoid"),
            Map.entry("nn.tanh", "Tanh"),
            Map.entry("nn.silu", "Silu"),
            Map.entry("nn.swish", "Silu"),
            Map.entry("nn.gelu", "Gelu"),
            Map.entry("nn.elu", "Elu"),
            Map.entry("nn.selu", "Selu"),
            Map.entry("nn.leaky_relu", "LeakyRelu"),
            Map.entry("nn.softmax", "Softmax"),
            Map.entry("nn.log_softmax", "LogSoftmax"),
            Map.entry("nn.softplus", "Softplus"),
            Map.entry("clip_by_value", "Clip"),
            Map.entry("linalg.matmul", "Matmul"),
            Map.entry("einsum", "Einsum"),
            Map.entry("cast", "Cast"),
            Map.entry("identity", "Identity"),
            Map.entry("stop_gradient", "StopGradient"),
            Map.entry("zeros_like", "ZerosLike"),
            Map.entry("ones_like", "OnesLike"),
            Map.entry("where", "Where"),
            Map.entry("reshape", "Reshape"),
            Map.entry("transpose", "Transpose"),
            Map.entry("expand_dims", "ExpandDims"),
            Map.entry("squeeze", "Squeeze"),
            Map.entry("concat", "Concatenate"),
            Map.entry("stack", "Stack"),
            Map.entry("unstack", "Unstack"),
            Map.entry("split", "Split"),
            Map.entry("tile", "Tile"),
            Map.entry("repeat", "Repeat"),
            Map.entry("reverse", "Flip"),
            Map.entry("pad", "Pad"),
            Map.entry("gather", "Take"),
            Map.entry("image.resize", "Resize"),
            Map.entry("nn.depth_to_space", "DepthToSpace"),
            Map.entry("nn.space_to_depth", "SpaceToDepth"));

    private static final Map<String, LayerRule> RULES = all();

    private Operations() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        RULES.forEach((kind, rule) -> rules.put(PREFIX + kind, rule));
        FROM_TENSORFLOW.forEach((name, kind) -> {
            LayerRule rule = RULES.get(kind);
            if (rule != null) {
                rules.put(TENSORFLOW + name, rule);
            }
        });
        return rules;
    }

    /// Whether a serialized layer is none, but a function.
    static boolean isOperation(JsonNode json) {
        String kind = Layer.kind(json);
        if (WRAPPERS.contains(kind)) {
            return true;
        }
        if (json.path("module").isString()) {
            String module = json.path("module").stringValue();
            return module.startsWith("keras.src.ops") || module.startsWith("keras.ops");
        }
        JsonNode config = json.path("config");
        return RULES.containsKey(kind) && config.isObject() && !config.has("trainable") && !config.has("layers");
    }

    /// The kind under which the rule of an operation stands.
    static String kind(JsonNode json) {
        String kind = Layer.kind(json);
        return WRAPPERS.contains(kind)
                ? TENSORFLOW + json.path("config").path("function").asString("")
                : PREFIX + kind;
    }

    private static Map<String, LayerRule> all() {
        Map<String, LayerRule> rules = new HashMap<>(LayoutOperations.rules());
        UNARY.forEach((kind, op) -> rules.put(kind, call -> List.of(call.ops().unary(op, operand(call, 0, "x")))));
        BINARY.forEach((kind, op) -> rules.put(kind, call -> binary(call, op)));
        COMPARISONS.forEach((kind, op) -> rules.put(kind, call -> {
            List<Symbol> both = both(call);
            return List.of(call.ops().compare(op, both.get(0), both.get(1)));
        }));
        REDUCTIONS.forEach((kind, op) -> rules.put(kind, call -> reduction(call, op)));
        ACTIVATIONS.forEach((kind, name) ->
                rules.put(kind, call -> List.of(Activations.named(name).apply(call.ops(), operand(call, 0, "x")))));
        rules.put("Identity", call -> List.of(operand(call, 0, "x")));
        rules.put("LogicalNot", call -> List.of(call.ops().not(operand(call, 0, "x"))));
        rules.put("Matmul", call -> List.of(call.ops().product(operand(call, 0, "x1"), operand(call, 1, "x2"))));
        rules.put("Einsum", Operations::einsum);
        rules.put("Cast", call -> List.of(call.ops().cast(operand(call, 0, "x"), type(text(call, 1, "dtype")))));
        rules.put("Clip", Operations::clip);
        rules.put("Where", Operations::where);
        rules.put(
                "Gelu",
                call -> List.of(Activations.gelu(
                        call.ops(),
                        operand(call, 0, "x"),
                        setting(call, "approximate").asBoolean(true))));
        rules.put("Elu", call -> List.of(Activations.elu(call.ops(), operand(call, 0, "x"), real(call, "alpha", 1))));
        rules.put("Celu", call -> List.of(Activations.celu(call.ops(), operand(call, 0, "x"), real(call, "alpha", 1))));
        rules.put("LeakyRelu", Operations::leakyRelu);
        rules.put("Glu", call -> List.of(Activations.glu(call.ops(), operand(call, 0, "x"), axis(call, "axis", -1))));
        rules.put(
                "Softmax",
                call -> List.of(call.ops().softmax("Softmax", operand(call, 0, "x"), axis(call, "axis", -1))));
        rules.put(
                "LogSoftmax",
                call -> List.of(call.ops().softmax("LogSoftmax", operand(call, 0, "x"), axis(call, "axis", -1))));
        rules.put(
                "Argmax", call -> List.of(call.ops().argument("ArgMax", operand(call, 0, "x"), axis(call, "axis", 0))));
        rules.put(
                "Argmin", call -> List.of(call.ops().argument("ArgMin", operand(call, 0, "x"), axis(call, "axis", 0))));
        rules.put("Var", call -> List.of(variance(call)));
        rules.put("Std", call -> List.of(call.ops().unary("Sqrt", variance(call))));
        rules.put(
                "Normalize",
                call -> List.of(NormalizationLayers.unit(call.ops(), operand(call, 0, "x"), axis(call, "axis", -1))));
        return Map.copyOf(rules);
    }

    /// The value in place `index`, by the name that Keras or TensorFlow gives it; numbers become constants.
    static Symbol operand(LayerCall call, int index, String name) {
        Symbol value = optional(call, index, name, null);
        if (value == null) {
            throw new NotLowerable("it is called without '" + name + "'");
        }
        return value;
    }

    private static @Nullable Symbol optional(LayerCall call, int index, String name, @Nullable Symbol like) {
        Arguments.Argument argument = call.arguments().get(index, name);
        for (String other : List.of("x", "y", "a", "b", "x1", "x2", "values", "input_tensor", "features", "logits")) {
            boolean second = List.of("y", "b", "x2").contains(other);
            if (argument == null && second == (index == 1)) {
                argument = call.arguments().named().get(other);
            }
        }
        return switch (argument) {
            case null -> null;
            case Arguments.Value value -> value.symbol();
            case Arguments.Group group -> Arguments.symbols(group).getFirst();
            case Arguments.Plain plain when plain.json().isNull() -> null;
            case Arguments.Plain plain
            when plain.json().isBoolean() -> call.ops().bool(plain.json().booleanValue());
            case Arguments.Plain plain
            when plain.json().isNumber() ->
                like == null
                        ? call.ops().real(plain.json().doubleValue())
                        : call.ops().scalar(plain.json().doubleValue(), like);
            case Arguments.Plain plain -> {
                float[] values = call.config().reals(plain.json(), name);
                yield call.ops().reals(dev.lithe.graph.Shape.of(values.length), values);
            }
        };
    }

    private static List<Symbol> both(LayerCall call) {
        List<Symbol> known = call.arguments().symbols();
        Symbol like = known.isEmpty() ? null : known.getFirst();
        Symbol first = optional(call, 0, "x1", like);
        Symbol second = optional(call, 1, "x2", like);
        if (first == null || second == null) {
            throw new NotLowerable("it is called with less than two values");
        }
        return call.ops().common(List.of(first, second));
    }

    private static List<Symbol> binary(LayerCall call, String op) {
        List<Symbol> both = both(call);
        if (op.equals("RealDiv")) {
            both = both.stream().map(call.ops()::toFloat).toList();
        }
        return List.of(call.ops().binary(op, both.get(0), both.get(1)));
    }

    /// A setting of the operation, or an argument of the call that is no value.
    static JsonNode setting(LayerCall call, String name) {
        return call.arguments().named().get(name) instanceof Arguments.Plain plain
                ? plain.json()
                : call.config().get(name);
    }

    static @Nullable JsonNode plain(LayerCall call, int index, String name) {
        if (call.arguments().get(index, name) instanceof Arguments.Plain plain
                && !plain.json().isNull()) {
            return plain.json();
        }
        return call.config().has(name) ? call.config().get(name) : null;
    }

    private static String text(LayerCall call, int index, String name) {
        JsonNode json = plain(call, index, name);
        return json == null ? "" : json.asString("");
    }

    static int axis(LayerCall call, String name, int missing) {
        JsonNode json = plain(call, 1, name);
        return json == null ? missing : KerasConfig.integers(json, name)[0];
    }

    private static double real(LayerCall call, String name, double missing) {
        return setting(call, name).isNumber() ? setting(call, name).doubleValue() : missing;
    }

    static DataType type(String name) {
        return switch (name) {
            case "float16", "bfloat16", "float32", "float64" -> DataType.DT_FLOAT;
            case "int8" -> DataType.DT_INT8;
            case "int16" -> DataType.DT_INT16;
            case "int32" -> DataType.DT_INT32;
            case "int64" -> DataType.DT_INT64;
            case "uint8" -> DataType.DT_UINT8;
            case "uint16" -> DataType.DT_UINT16;
            case "uint32" -> DataType.DT_UINT32;
            case "bool" -> DataType.DT_BOOL;
            default -> throw new NotLowerable("there is no type for '" + name + "'");
        };
    }

    private static int[] axes(LayerCall call, Symbol x) {
        JsonNode json = plain(call, 1, "axis");
        return json == null
                ? IntStream.range(0, x.rank()).toArray()
                : Arrays.stream(KerasConfig.integers(json, "axis")).toArray();
    }

    private static boolean keep(LayerCall call) {
        return setting(call, "keepdims").asBoolean(false);
    }

    private static List<Symbol> reduction(LayerCall call, String op) {
        Symbol x = operand(call, 0, "x");
        Symbol typed = op.equals("Mean") ? call.ops().toFloat(x) : x;
        return List.of(call.ops().reduce(op, typed, keep(call), axes(call, x)));
    }

    private static Symbol variance(LayerCall call) {
        Symbol x = operand(call, 0, "x");
        int[] axes = axes(call, x);
        Symbol variance =
                NormalizationLayers.variance(call.ops(), x, NormalizationLayers.mean(call.ops(), x, axes), axes);
        return keep(call) ? variance : call.ops().squeeze(variance, axes);
    }

    private static List<Symbol> leakyRelu(LayerCall call) {
        double slope = real(call, "negative_slope", real(call, "alpha", 0.2));
        return List.of(Activations.leakyRelu(call.ops(), operand(call, 0, "x"), slope));
    }

    private static List<Symbol> clip(LayerCall call) {
        Symbol x = operand(call, 0, "x");
        JsonNode low = bound(call, 1, "x_min", "clip_value_min");
        JsonNode high = bound(call, 2, "x_max", "clip_value_max");
        return List.of(Activations.clip(call.ops(), x, low.doubleValue(), high.doubleValue()));
    }

    private static JsonNode bound(LayerCall call, int index, String name, String older) {
        JsonNode json = plain(call, index, name);
        JsonNode found = json == null ? plain(call, index, older) : json;
        if (found == null || !found.isNumber()) {
            throw new NotLowerable("its bound '" + name + "' is no number");
        }
        return found;
    }

    private static List<Symbol> where(LayerCall call) {
        Symbol condition = operand(call, 0, "condition");
        List<Symbol> known = call.arguments().symbols();
        Symbol like = known.size() > 1 ? known.get(1) : null;
        Symbol yes = optional(call, 1, "x1", like);
        Symbol no = optional(call, 2, "x2", like);
        if (yes == null || no == null) {
            throw new NotLowerable("it is called without the values to choose from");
        }
        List<Symbol> both = call.ops().common(List.of(yes, no));
        return List.of(call.ops().select(condition, both.get(0), both.get(1)));
    }

    private static List<Symbol> einsum(LayerCall call) {
        JsonNode subscripts = plain(call, 0, "subscripts");
        JsonNode equation = subscripts == null ? plain(call, 0, "equation") : subscripts;
        if (equation == null) {
            throw new NotLowerable("it has no equation");
        }
        return List.of(new Einsum(call.ops())
                .apply(equation.asString(""), new ArrayList<>(call.arguments().symbols())));
    }
}
