package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /// Settings that no rule looks at, and the values of theirs that change nothing.
    private static final Map<String, Set<String>> IGNORED = Map.ofEntries(
            Map.entry("order", Set.of("2")),
            Map.entry("ord", Set.of("euclidean")),
            Map.entry("constant_values", Set.of("0", "0.0")),
            Map.entry("batch_dims", Set.of("0")),
            Map.entry("adjoint_a", Set.of("false")),
            Map.entry("adjoint_b", Set.of("false")),
            Map.entry("antialias", Set.of("false")),
            Map.entry("preserve_aspect_ratio", Set.of("false")),
            Map.entry("crop_to_aspect_ratio", Set.of("false")),
            Map.entry("pad_to_aspect_ratio", Set.of("false")),
            Map.entry("data_format", Set.of("channels_last", "NHWC")),
            Map.entry("initial", Set.of()),
            Map.entry("conjugate", Set.of("false")),
            Map.entry("saturate", Set.of("false")));

    private static final Map<String, LayerRule> RULES = all();

    private Operations() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        RULES.forEach((kind, rule) -> rules.put(PREFIX + kind, checked(rule)));
        TensorFlowNames.ALL.forEach((name, kind) -> {
            LayerRule rule = RULES.get(kind);
            if (rule != null) {
                rules.put(TENSORFLOW + name, checked(rule));
            }
        });
        return rules;
    }

    private static LayerRule checked(LayerRule rule) {
        return call -> {
            IGNORED.forEach((name, harmless) -> {
                JsonNode given = setting(call, name);
                boolean plain = given.isMissingNode() || given.isNull() || harmless.contains(given.asString(""));
                if (!plain) {
                    throw new NotLowerable("its " + name + " is " + given + ", which is not supported");
                }
            });
            return rule.apply(call);
        };
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
        OperationNames.UNARY.forEach((kind, op) ->
                rules.put(kind, call -> List.of(call.ops().unary(op, operand(call, 0, "x")))));
        OperationNames.BINARY.forEach((kind, op) -> rules.put(kind, call -> binary(call, op)));
        OperationNames.COMPARISONS.forEach((kind, op) -> rules.put(kind, call -> {
            List<Symbol> both = both(call);
            return List.of(call.ops().compare(op, both.get(0), both.get(1)));
        }));
        OperationNames.REDUCTIONS.forEach((kind, op) -> rules.put(kind, call -> reduction(call, op)));
        OperationNames.ACTIVATIONS.forEach((kind, name) ->
                rules.put(kind, call -> List.of(Activations.named(name).apply(call.ops(), operand(call, 0, "x")))));
        rules.put("Identity", call -> List.of(operand(call, 0, "x")));
        rules.put("LogicalNot", call -> List.of(call.ops().not(operand(call, 0, "x"))));
        rules.put("Matmul", Operations::matmul);
        rules.put(
                "SoftShrink",
                call -> List.of(
                        Activations.softShrink(call.ops(), operand(call, 0, "x"), real(call, "threshold", 0.5))));
        rules.put(
                "HardShrink",
                call -> List.of(
                        Activations.hardShrink(call.ops(), operand(call, 0, "x"), real(call, "threshold", 0.5))));
        rules.put(
                "Squareplus",
                call -> List.of(Activations.squareplus(call.ops(), operand(call, 0, "x"), real(call, "b", 4))));
        rules.put("Einsum", Operations::einsum);
        rules.put("Cast", call -> List.of(call.ops().cast(operand(call, 0, "x"), type(text(call, 1, "dtype")))));
        rules.put("Clip", Operations::clip);
        rules.put("Where", Operations::where);
        rules.put(
                "Gelu",
                call -> List.of(Activations.gelu(
                        call.ops(),
                        operand(call, 0, "x"),
                        setting(call, "approximate").asBoolean(!isTensorFlow(call)))));
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
        rules.put("Argmax", call -> List.of(argument(call, "ArgMax")));
        rules.put("Argmin", call -> List.of(argument(call, "ArgMin")));
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
        return value(call, argument, name, like);
    }

    private static @Nullable Symbol value(
            LayerCall call, Arguments.@Nullable Argument argument, String name, @Nullable Symbol like) {
        return switch (argument) {
            case null -> null;
            case Arguments.Value value -> value.symbol();
            case Arguments.Group group ->
                Arguments.symbols(group).stream().findFirst().orElse(null);
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

    /// Without an axis TensorFlow's function goes along the first, that of Keras over all elements.
    private static Symbol argument(LayerCall call, String op) {
        Symbol x = operand(call, 0, "x");
        boolean flat = plain(call, 1, "axis") == null && !isTensorFlow(call);
        int axis = axis(call, "axis", 0);
        Symbol result = call.ops().argument(op, flat ? call.ops().reshape(x, -1) : x, axis);
        if (!keep(call)) {
            return result;
        }
        if (flat) {
            throw new NotLowerable("it keeps the dimensions of what it searches as a whole");
        }
        return call.ops().expandDims(result, BasicOps.axis(axis, x.rank()));
    }

    private static List<Symbol> matmul(LayerCall call) {
        Symbol a = operand(call, 0, "x1");
        Symbol b = operand(call, 1, "x2");
        return List.of(call.ops().product(turned(call, "transpose_a", a), turned(call, "transpose_b", b)));
    }

    /// `x` with its last two dimensions swapped where the setting says so.
    private static Symbol turned(LayerCall call, String setting, Symbol x) {
        if (!setting(call, setting).asBoolean(false)) {
            return x;
        }
        int[] order = IntStream.range(0, x.rank()).toArray();
        order[x.rank() - 1] = x.rank() - 2;
        order[x.rank() - 2] = x.rank() - 1;
        return call.ops().transpose(x, order);
    }

    static boolean isTensorFlow(LayerCall call) {
        return call.layer().kind().startsWith(TENSORFLOW);
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
        boolean newer = !isTensorFlow(call);
        Symbol yes = value(call, call.arguments().get(1, newer ? "x1" : "x"), "x1", like);
        Symbol no = value(call, call.arguments().get(2, newer ? "x2" : "y"), "x2", like);
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
