package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.OperatorValidator;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import dev.lithe.transforms.Pass;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Small float graphs, written front to back, and what every pass has to keep: the graph stays
/// valid, answers what it answered before, and a second application changes nothing.
public final class Graphs {
    private final ModelBuilder builder = new ModelBuilder();
    private final Random random = new Random(7);
    private final TensorId input;

    private Graphs(int... shape) {
        input = builder.floats("x", shape);
    }

    static Graphs input(int... shape) {
        return new Graphs(shape);
    }

    TensorId x() {
        return input;
    }

    TensorId constant(String name, int[] shape, float... values) {
        return builder.constant(name, Tensor.of(Shape.of(shape), values));
    }

    /// A constant vector of numbers between -1 and 1.
    TensorId random(String name, int... shape) {
        float[] values = new float[Shape.of(shape).flatSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return constant(name, shape, values);
    }

    TensorId ints(String name, int[] shape, int... values) {
        return builder.constant(name, Tensor.of(Shape.of(shape), values));
    }

    TensorId node(BuiltinOperator code, OperatorOptions options, String name, int[] shape, TensorId... inputs) {
        TensorId result = builder.floats(name, shape);
        builder.node(code, options, List.of(inputs), result);
        return result;
    }

    /// A node whose result is BOOL.
    TensorId bools(BuiltinOperator code, String name, int[] shape, TensorId... inputs) {
        TensorId result = builder.tensor(name, TensorType.BOOL, Shape.of(shape));
        builder.node(code, null, List.of(inputs), result);
        return result;
    }

    /// CONV_2D with 3 x 3 weights called `name`, from 2 channels to 4, and a bias of zeros.
    TensorId conv(TensorId x, String name, Padding padding, int stride, int... shape) {
        Conv2DOptions options =
                new Conv2DOptions(padding, stride, stride, ActivationFunctionType.NONE, 1, 1, TensorType.FLOAT32);
        TensorId weights = random(name, 4, 3, 3, 2);
        TensorId bias = constant(name, new int[] {4}, 0, 0, 0, 0);
        return node(BuiltinOperator.CONV_2D, options, name, shape, x, weights, bias);
    }

    /// DEPTHWISE_CONV_2D with 3 x 3 weights, SAME padding, of 2 channels.
    TensorId depthwise(TensorId x, String name, int... shape) {
        DepthwiseConv2DOptions options =
                new DepthwiseConv2DOptions(Padding.SAME, 1, 1, 1, ActivationFunctionType.NONE, 1, 1);
        TensorId bias = random(name, 2);
        return node(BuiltinOperator.DEPTHWISE_CONV_2D, options, name, shape, x, random(name, 1, 3, 3, 2), bias);
    }

    /// FULLY_CONNECTED without a bias.
    TensorId dense(TensorId x, String name, int inputs, int outputs, int... shape) {
        TensorId weights = random(name, outputs, inputs);
        return node(
                BuiltinOperator.FULLY_CONNECTED, FullyConnectedOptions.DEFAULT, name, shape, x, weights, TensorId.NONE);
    }

    TensorId add(TensorId a, TensorId b, String name, int... shape) {
        return node(BuiltinOperator.ADD, new AddOptions(ActivationFunctionType.NONE, true), name, shape, a, b);
    }

    TensorId sub(TensorId a, TensorId b, String name, int... shape) {
        return node(BuiltinOperator.SUB, new SubOptions(ActivationFunctionType.NONE, true), name, shape, a, b);
    }

    TensorId mul(TensorId a, TensorId b, String name, int... shape) {
        return node(BuiltinOperator.MUL, new MulOptions(ActivationFunctionType.NONE), name, shape, a, b);
    }

    TensorId div(TensorId a, TensorId b, String name, int... shape) {
        return node(BuiltinOperator.DIV, new DivOptions(ActivationFunctionType.NONE), name, shape, a, b);
    }

    TensorId unary(BuiltinOperator code, TensorId x, String name, int... shape) {
        return node(code, null, name, shape, x);
    }

    TensorId reshape(TensorId x, String name, int... shape) {
        return node(BuiltinOperator.RESHAPE, null, name, shape, x, ints(name, new int[] {shape.length}, shape));
    }

    Model outputs(TensorId... outputs) {
        return GraphValidator.validate(
                builder.subgraph("main", List.of(input), outputs).build());
    }

    static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    /// The only operator of kind `code`.
    static Node only(Model model, BuiltinOperator code) {
        List<Node> found = model.main().nodes().stream()
                .filter(n -> n.code().builtin() == code)
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    static float[] values(Model model, Node node, int input) {
        TensorSpec spec = model.tensor(node.input(input));
        return FloatConstants.values(spec);
    }

    /// Applies `pass` and checks what all passes keep.
    static Model apply(Pass pass, Model before) {
        Model after = OperatorValidator.validate(GraphValidator.validate(pass.apply(before)));
        assertThat(pass.apply(after)).isSameAs(after);
        assertSameAnswers(before, after);
        return after;
    }

    /// Applies `pass` where it must find nothing.
    static void assertUntouched(Pass pass, Model model) {
        assertThat(pass.apply(model)).isSameAs(model);
    }

    public static void assertSameAnswers(Model before, Model after) {
        List<Tensor> expected = run(before);
        List<Tensor> actual = run(after);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            double[] wanted = expected.get(i).toDoubles();
            double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
            assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(actual.get(i).toDoubles()).containsExactly(wanted, within(1e-5 * Math.max(1, largest)));
        }
    }

    private static List<Tensor> run(Model model) {
        Random numbers = new Random(3);
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            interpreter.inputs().forEach((name, spec) -> {
                float[] values = new float[spec.shape().flatSize()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = numbers.nextFloat(-3, 3);
                }
                inputs.put(name, Tensor.of(spec.shape(), values));
            });
            return List.copyOf(interpreter.run(inputs).values());
        }
    }
}
