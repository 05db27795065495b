package dev.lithe.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntegerModesTest {
    private static final Recipe INT8 = Recipe.of(QuantizationMode.INT8);
    private static final Recipe INT16X8 = Recipe.of(QuantizationMode.INT16X8);

    /// `h = 3 x; y = maximum(h, -0.5), z = h + 1` for x in [-2, 2]: TensorFlow 2.21 re-ranges h to [-0.5, 6] and so
    /// clips z (quantization.md §4.6, which gives its figures: scale 0.0255, zero point -108).
    private static TestGraph maximumBesideAdd() {
        TestGraph graph = new TestGraph();
        TensorId x = graph.input("x", -2, 2, 1, 5);
        TensorId three = graph.constant("three", Shape.of(1), 3);
        TensorId floor = graph.constant("floor", Shape.of(1), -0.5f);
        TensorId one = graph.constant("one", Shape.of(1), 1);
        TensorId h = graph.activation("h", -6, 6, 1, 5);
        TensorId y = graph.activation("y", -0.5f, 6, 1, 5);
        TensorId z = graph.activation("z", -5, 7, 1, 5);
        return graph.node(BuiltinOperator.MUL, Options.of(MulOptions.DEFAULT), List.of(x, three), h)
                .node(BuiltinOperator.MAXIMUM, Options.NONE, List.of(h, floor), y)
                .node(BuiltinOperator.ADD, Options.of(AddOptions.DEFAULT), List.of(h, one), z)
                .output(y)
                .output(z);
    }

    @Test
    void a_tensor_keeps_its_range_when_one_of_its_readers_needs_another() {
        TestGraph graph = maximumBesideAdd();
        Model quantized = quantize(graph, INT8);
        TensorSpec h = tensor(quantized, "h");
        assertThat(h.quantization().scale()).isEqualTo(12f / 255);
        // -128 + 6 / (12 / 255) = -0.5, rounded away from zero.
        assertThat(h.quantization().zeroPoint()).isEqualTo(-1);
        assertThat(codes(quantized))
                .containsExactly("QUANTIZE", "MUL", "QUANTIZE", "MAXIMUM", "ADD", "DEQUANTIZE", "DEQUANTIZE");
        Node maximum = node(quantized, BuiltinOperator.MAXIMUM);
        QuantizationParameters output = quantized.tensor(maximum.output(0)).quantization();
        assertThat(maximum.inputs())
                .allSatisfy(id -> assertThat(quantized.tensor(id).quantization().sameMapping(output))
                        .isTrue());
    }

    @Test
    void compatible_mode_re_ranges_the_producer_as_tensorflow_does() {
        Model quantized = quantize(maximumBesideAdd(), INT8.withTensorflowCompatible(true));
        TensorSpec h = tensor(quantized, "h");
        assertThat(h.quantization().scale()).isCloseTo(0.0255f, within(0.00005f));
        assertThat(h.quantization().zeroPoint()).isEqualTo(-108);
        assertThat(codes(quantized)).containsExactly("QUANTIZE", "MUL", "MAXIMUM", "ADD", "DEQUANTIZE", "DEQUANTIZE");
    }

    /// `k` feeds a concatenation of a far wider range and a multiplication: with the concatenation's scale it would be
    /// all zeros (quantization.md §4.6).
    @Test
    void a_small_operand_of_a_concatenation_is_requantized_for_it_alone() {
        TestGraph graph = new TestGraph();
        TensorId x = graph.input("x", -2, 2, 1, 4);
        TensorId k = graph.activation("k", 0, 0.02f, 1, 4);
        TensorId big = graph.activation("big", -6, 6, 1, 4);
        TensorId joined = graph.activation("joined", -6, 6, 1, 8);
        TensorId scaled = graph.activation("scaled", 0, 1, 1, 4);
        TensorId small = graph.constant("small", Shape.of(1), 0.01f);
        TensorId three = graph.constant("three", Shape.of(1), 3);
        TensorId fifty = graph.constant("fifty", Shape.of(1), 50);
        graph.node(BuiltinOperator.MUL, Options.of(MulOptions.DEFAULT), List.of(x, small), k)
                .node(BuiltinOperator.MUL, Options.of(MulOptions.DEFAULT), List.of(x, three), big)
                .node(
                        BuiltinOperator.CONCATENATION,
                        Options.of(ConcatenationOptions.DEFAULT.withAxis(1)),
                        List.of(big, k),
                        joined)
                .node(BuiltinOperator.MUL, Options.of(MulOptions.DEFAULT), List.of(k, fifty), scaled)
                .output(joined)
                .output(scaled);
        Model quantized = quantize(graph, INT8);
        assertThat(tensor(quantized, "k").quantization().scale()).isEqualTo(0.02f / 255);
        Node concatenation = node(quantized, BuiltinOperator.CONCATENATION);
        QuantizationParameters output =
                quantized.tensor(concatenation.output(0)).quantization();
        assertThat(concatenation.inputs())
                .allSatisfy(
                        id -> assertThat(quantized.tensor(id).quantization()).isEqualTo(output));
    }

    @Test
    void an_operator_without_an_integer_kernel_becomes_a_float_island_and_is_reported() {
        TestGraph graph = island();
        QuantizationPlan plan = Quantizer.plan(graph.model(), INT8, graph.ranges());
        Model quantized = Quantizer.apply(plan);
        assertThat(codes(quantized))
                .containsExactly("QUANTIZE", "ADD", "DEQUANTIZE", "RFFT2D", "QUANTIZE", "ADD", "DEQUANTIZE");
        assertThat(plan.decisions().values())
                .extracting(Decision::precision)
                .containsExactly(Precision.INT8, Precision.FLOAT32, Precision.INT8);
        assertThat(plan.warnings()).singleElement().asString().contains("1 of 3 operators stay in float");
    }

    @Test
    void integer_only_lists_every_operator_that_stands_in_the_way() {
        TestGraph graph = island();
        Recipe strict = INT8.withIntegerOnly(true);
        assertThatThrownBy(() -> Quantizer.plan(graph.model(), strict, graph.ranges()))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("operator 1 RFFT2D 'b'")
                .hasMessageContaining("Fix:")
                .hasMessageContaining("LQ0410");
    }

    private static TestGraph island() {
        TestGraph graph = new TestGraph();
        TensorId x = graph.input("x", -1, 1, 1, 4);
        TensorId one = graph.constant("one", Shape.of(1), 1);
        TensorId a = graph.activation("a", 0, 2, 1, 4);
        TensorId b = graph.activation("b", -2, 0, 1, 4);
        TensorId c = graph.activation("c", -1, 1, 1, 4);
        return graph.node(BuiltinOperator.ADD, Options.of(AddOptions.DEFAULT), List.of(x, one), a)
                .node(BuiltinOperator.RFFT2D, Options.NONE, List.of(a), b)
                .node(BuiltinOperator.ADD, Options.of(AddOptions.DEFAULT), List.of(b, one), c)
                .output(c);
    }

    @Test
    void a_tensor_without_a_range_is_an_error_that_names_it() {
        TestGraph graph = maximumBesideAdd().withoutRange("z");
        assertThatThrownBy(() -> Quantizer.plan(graph.model(), INT8, graph.ranges()))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("tensor 'z': no range was recorded")
                .hasMessageContaining("LQ0405");
    }

    @Test
    void excluded_operators_stay_in_float() {
        TestGraph graph = maximumBesideAdd();
        Model quantized = quantize(graph, INT8.withExcluded(Set.of(BuiltinOperator.MAXIMUM), List.of()));
        Node maximum = node(quantized, BuiltinOperator.MAXIMUM);
        assertThat(quantized.tensor(maximum.output(0)).type()).isEqualTo(TensorType.FLOAT32);
        assertThat(codes(quantized)).containsExactly("QUANTIZE", "MUL", "DEQUANTIZE", "MAXIMUM", "ADD", "DEQUANTIZE");
    }

    @Test
    void the_edge_can_be_unsigned() {
        TestGraph graph = maximumBesideAdd();
        Model quantized = quantize(graph, INT8.withIntegerOnly(true).withEdge(TensorType.UINT8, TensorType.UINT8));
        TensorSpec x = quantized.tensor(quantized.main().inputs().getFirst());
        assertThat(x.name()).isEqualTo("x");
        assertThat(x.type()).isEqualTo(TensorType.UINT8);
        assertThat(x.quantization().zeroPoint()).isEqualTo(127);
        assertThat(quantized.main().outputs())
                .allSatisfy(id -> assertThat(quantized.tensor(id).type()).isEqualTo(TensorType.UINT8));
    }

    @Test
    void sixteen_bit_activations_take_a_32_bit_bias_only_where_it_cannot_overflow() {
        assertThat(biasTypeOf(8)).isEqualTo(TensorType.INT32);
        // 600 weights of 127 steps times 2^15 pass 2^31.
        assertThat(biasTypeOf(600)).isEqualTo(TensorType.INT64);
    }

    private static TensorType biasTypeOf(int inputs) {
        TestGraph graph = new TestGraph();
        TensorId x = graph.input("x", -1, 1, 1, inputs);
        float[] weights = new float[2 * inputs];
        Arrays.fill(weights, 0.5f);
        TensorId w = graph.constant("w", Shape.of(2, inputs), weights);
        TensorId b = graph.constant("b", Shape.of(2), 0.25f, -0.25f);
        TensorId y = graph.activation("y", -4, 4, 1, 2);
        TensorId p = graph.activation("p", 0, 1, 1, 2);
        graph.node(BuiltinOperator.FULLY_CONNECTED, Options.of(FullyConnectedOptions.DEFAULT), List.of(x, w, b), y)
                .node(BuiltinOperator.SOFTMAX, Options.of(SoftmaxOptions.DEFAULT.withBeta(1)), List.of(y), p)
                .output(p);
        Model quantized = quantize(graph, INT16X8);
        Node dense = node(quantized, BuiltinOperator.FULLY_CONNECTED);
        TensorType type = quantized.tensor(dense.input(2)).type();
        assertThat(dense.options()
                        .as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                        .quantizedBiasType())
                .isEqualTo(type);
        return type;
    }

    @Test
    void weights_with_nan_are_refused() {
        TestGraph graph = new TestGraph();
        TensorId x = graph.input("x", -1, 1, 1, 1);
        TensorId w = graph.constant("w", Shape.of(1, 1), Float.NaN);
        TensorId y = graph.activation("y", -4, 4, 1, 1);
        graph.node(BuiltinOperator.FULLY_CONNECTED, Options.of(FullyConnectedOptions.DEFAULT), List.of(x, w), y)
                .output(y);
        assertThatThrownBy(() -> Quantizer.plan(graph.model(), INT8, graph.ranges()))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("'w': element 0 is not finite");
    }

    @Test
    void options_that_contradict_each_other_are_refused() {
        Recipe half = Recipe.of(QuantizationMode.FLOAT16).withEdge(TensorType.INT8, TensorType.FLOAT32);
        assertThatThrownBy(() -> Quantizer.plan(
                        maximumBesideAdd().model(), half, maximumBesideAdd().ranges()))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("input type int8 does not go with the mode float16");
    }

    private static Model quantize(TestGraph graph, Recipe recipe) {
        return Quantizer.apply(Quantizer.plan(graph.model(), recipe, graph.ranges()));
    }

    private static List<String> codes(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    private static Node node(Model model, BuiltinOperator code) {
        return model.main().nodes().stream()
                .filter(n -> n.code().builtin() == code)
                .findFirst()
                .orElseThrow();
    }

    private static TensorSpec tensor(Model model, String name) {
        return model.main().tensors().values().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
