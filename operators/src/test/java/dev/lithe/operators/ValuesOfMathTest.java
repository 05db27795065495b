package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.fixtures.GraphRun;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values that mathematics has no answer for, and what LiteRT 2.21 leaves to chance.
class ValuesOfMathTest {
    private static final float NAN = Float.NaN;

    /// Runs one operator whose outputs have the given types.
    private static List<Tensor> run(BuiltinOperator code, List<TensorType> outputs, Tensor... inputs) {
        ModelBuilder builder = new ModelBuilder();
        List<TensorId> in = new ArrayList<>();
        for (Tensor input : inputs) {
            in.add(
                    input.quantization().isPresent()
                            ? builder.quantized(
                                    "x" + in.size(),
                                    input.type(),
                                    input.shape(),
                                    input.quantization().scale(),
                                    input.quantization().zeroPoint())
                            : builder.tensor("x" + in.size(), input.type(), input.shape()));
        }
        TensorId[] out = new TensorId[outputs.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = outputs.get(i) == TensorType.INT8
                    ? builder.quantized("y" + i, TensorType.INT8, Shape.SCALAR, 0.1f, 0)
                    : builder.tensor("y" + i, outputs.get(i), Shape.SCALAR);
        }
        return GraphRun.run(
                builder.node(code, null, in, out).subgraph("main", in, out).build(), List.of(inputs));
    }

    private static Tensor floats(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor ints(int... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor quantized(int zeroPoint, byte... values) {
        return Tensor.of(Shape.of(values.length), values)
                .withQuantization(QuantizationParameters.perTensor(0.1f, zeroPoint));
    }

    @ParameterizedTest
    @CsvSource({"SQRT", "RSQRT"})
    void rootsOfQuantizedNegativesFail(BuiltinOperator root) {
        List<TensorType> types = List.of(TensorType.INT8);

        assertThatThrownBy(() -> run(root, types, quantized(5, (byte) 6, (byte) 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds 4, its zero point is 5");
        assertThat(run(root, types, quantized(4, (byte) 6, (byte) 4))).hasSize(1);
    }

    @Test
    void divisionsByZeroFail() {
        List<TensorType> types = List.of(TensorType.INT32);

        assertThatThrownBy(() -> run(BuiltinOperator.FLOOR_DIV, types, ints(4, 5), ints(2, 0)))
                .hasMessageContaining("FLOOR_DIV by 0, at element 1");
        assertThatThrownBy(() -> run(BuiltinOperator.FLOOR_MOD, types, ints(4, 5), ints(0, 2)))
                .hasMessageContaining("FLOOR_MOD by 0, at element 0");
        assertThatThrownBy(() -> run(BuiltinOperator.FLOOR_DIV, List.of(TensorType.FLOAT32), floats(4), floats(0)))
                .hasMessageContaining("FLOOR_DIV by 0");
        assertThat(run(BuiltinOperator.FLOOR_MOD, List.of(TensorType.FLOAT32), floats(4), floats(0))
                        .getFirst()
                        .toDoubles())
                .containsExactly(Double.NaN);
    }

    @Test
    void integersTakeNoNegativeExponent() {
        assertThatThrownBy(() -> run(BuiltinOperator.POW, List.of(TensorType.INT32), ints(4, 5), ints(2, -3)))
                .hasMessageContaining("-3");
    }

    @Test
    void segmentsThatDoNotExistFail() {
        assertThatThrownBy(() -> run(
                        BuiltinOperator.UNSORTED_SEGMENT_SUM,
                        List.of(TensorType.INT32),
                        ints(4, 5),
                        ints(0, 3),
                        ints(3)))
                .hasMessageContaining("id 3 of 3");
    }

    @Test
    void nanIsNeitherLargestNorSmallest() {
        Tensor x = floats(NAN, 1, 3, NAN, -2);
        List<TensorType> index = List.of(TensorType.INT32);

        assertThat(run(BuiltinOperator.ARG_MAX, index, x, ints(0)).getFirst().ints())
                .startsWith(2);
        assertThat(run(BuiltinOperator.ARG_MIN, index, x, ints(0)).getFirst().ints())
                .startsWith(4);
        List<Tensor> top = run(BuiltinOperator.TOPK_V2, List.of(TensorType.FLOAT32, TensorType.INT32), x, ints(5));
        assertThat(top.getFirst().toDoubles()).containsExactly(3, 1, -2, Double.NaN, Double.NaN);
        assertThat(top.getLast().toDoubles()).containsExactly(2, 1, 4, 0, 3);
    }

    @Test
    void nothingIsLeftOfNothing() {
        Tensor none = Tensor.allocate(TensorType.FLOAT32, Shape.of(0, 3), QuantizationParameters.NONE);

        Tensor product = run(BuiltinOperator.REDUCE_PROD, List.of(TensorType.FLOAT32), none, ints(0))
                .getFirst();
        Tensor indices = run(BuiltinOperator.WHERE, List.of(TensorType.INT64), floats(0, -0.0f))
                .getFirst();

        assertThat(product.toDoubles()).containsExactly(1, 1, 1);
        assertThat(indices.shape()).isEqualTo(Shape.of(0, 1));
    }
}
