package dev.lithe.importers.internal.keras;

import java.util.Map;

/// Operations of Keras that are a node of TensorFlow, or an activation, under its name there.
final class OperationNames {
    static final Map<String, String> UNARY = Map.ofEntries(
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

    static final Map<String, String> BINARY = Map.of(
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

    static final Map<String, String> COMPARISONS = Map.of(
            "Equal", "Equal",
            "NotEqual", "NotEqual",
            "Greater", "Greater",
            "GreaterEqual", "GreaterEqual",
            "Less", "Less",
            "LessEqual", "LessEqual",
            "LogicalAnd", "LogicalAnd",
            "LogicalOr", "LogicalOr");

    static final Map<String, String> REDUCTIONS = Map.of(
            "Sum", "Sum", "Mean", "Mean", "Max", "Max", "Amax", "Max", "Min", "Min", "Amin", "Min", "Prod", "Prod",
            "All", "All", "Any", "Any");

    static final Map<String, String> ACTIVATIONS = Map.ofEntries(
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
            Map.entry("Mish", "mish"),
            Map.entry("TanhShrink", "tanh_shrink"),
            Map.entry("SparsePlus", "sparse_plus"),
            Map.entry("SparseSigmoid", "sparse_sigmoid"));

    private OperationNames() {}
}
