package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.all;
import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.int8;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableDatasetTest {
    @TempDir
    Path folder;

    private static Tensor counting(int... shape) {
        float[] values = new float[Shape.of(shape).flatSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.of(shape, values);
    }

    private Path npz(Map<String, Tensor> arrays) {
        Path path = folder.resolve("samples.npz");
        Npz.write(path, arrays);
        return path;
    }

    private static Map<String, Tensor> ordered(Object... keysAndTensors) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndTensors.length; i += 2) {
            map.put((String) keysAndTensors[i], (Tensor) keysAndTensors[i + 1]);
        }
        return map;
    }

    @Test
    void splitsAnArrayOfTheSameRankIntoBatches() {
        Dataset ones = Dataset.npz(npz(Map.of("x", counting(4, 3)))).bind(signature(floats("x", 1, 3)));
        Dataset open = Dataset.npz(npz(Map.of("x", counting(4, 3)))).bind(signature(floats("x", -1, 3)));
        Dataset twos = Dataset.npz(npz(Map.of("x", counting(4, 3)))).bind(signature(floats("x", 2, 3)));

        assertThat(ones.size()).isEqualTo(4);
        assertThat(all(ones).get(3).inputs().get("x").shape()).isEqualTo(Shape.of(1, 3));
        assertThat(all(ones).get(3).inputs().get("x").floats()).containsExactly(9, 10, 11);
        assertThat(all(open)).hasSize(4);
        assertThat(all(twos)).hasSize(2);
        assertThat(all(twos).get(1).inputs().get("x").floats()).containsExactly(6, 7, 8, 9, 10, 11);
    }

    @Test
    void takesAnArrayOfOneMoreDimensionSampleBySample() {
        Dataset dataset = Dataset.npz(npz(Map.of("x", counting(2, 5, 3)))).bind(signature(floats("x", -1, 3)));

        assertThat(dataset.size()).isEqualTo(2);
        assertThat(all(dataset).get(1).inputs().get("x").shape()).isEqualTo(Shape.of(5, 3));
        assertThat(all(dataset).get(1).inputs().get("x").floats()[0]).isEqualTo(15);
        assertThat(all(dataset).get(1).location()).endsWith("samples.npz[1]");
    }

    @Test
    void takesOneOrManyScalars() {
        assertThat(all(Dataset.npz(npz(Map.of("x", counting(3)))).bind(signature(floats("x")))))
                .extracting(sample -> sample.inputs().get("x").floats()[0])
                .containsExactly(0f, 1f, 2f);
        assertThat(all(Dataset.npz(npz(Map.of("x", counting()))).bind(signature(floats("x")))))
                .hasSize(1);
    }

    /// Some files do not say how many dimensions an input has.
    @Test
    void takesAnyShapeWhereTheRankIsOpen() {
        List<Sample> samples =
                all(Dataset.npz(npz(Map.of("x", counting(2, 3, 4)))).bind(signature(floats("x"))));

        assertThat(samples).hasSize(2);
        assertThat(samples.get(1).inputs().get("x").shape()).isEqualTo(Shape.of(3, 4));
        assertThat(all(Dataset.samples(List.of(Map.of("x", counting(3, 4)))).bind(signature(floats("x")))))
                .hasSize(1);
    }

    @Test
    void givesASingleArrayToASingleInputWhateverItsName() {
        Dataset npz = Dataset.npz(npz(ordered("anything", counting(2, 3), "labels", Tensor.of(Shape.of(2), 7L, 8L))))
                .bind(signature(floats("x", 1, 3)));
        Path npy = folder.resolve("x.npy");
        Npy.write(npy, counting(2, 3));

        assertThat(all(npz))
                .extracting(sample -> Objects.requireNonNull(sample.label()).longs()[0])
                .containsExactly(7L, 8L);
        assertThat(all(Dataset.of(npy).bind(signature(floats("x", 1, 3))))).hasSize(2);
    }

    @Test
    void bindsByNameWithSlashesEscaped() {
        Path path = npz(ordered("b", counting(2, 1), "scope__a", counting(2, 2)));

        List<Sample> samples = all(Dataset.npz(path).bind(signature(floats("scope/a", 1, 2), floats("b", 1, 1))));

        assertThat(samples.get(1).inputs()).containsOnlyKeys("scope/a", "b");
        assertThat(samples.get(1).inputs().get("scope/a").floats()).containsExactly(2, 3);
    }

    @Test
    void bindsNamelessArraysByPosition() {
        Path path = npz(ordered("arr_1", counting(2, 1), "arr_0", counting(2, 2)));

        List<Sample> samples = all(Dataset.npz(path).bind(signature(floats("z", 1, 2), floats("a", 1, 1))));

        assertThat(samples.getFirst().inputs().get("z").elementCount()).isEqualTo(2);
        assertThat(samples.getFirst().inputs().get("a").elementCount()).isEqualTo(1);
    }

    @Test
    void splitsLabelsAlongWithBatches() {
        Path path = npz(ordered("x", counting(4, 3), "labels", Tensor.of(Shape.of(4), 0L, 1L, 2L, 3L)));

        assertThat(all(Dataset.npz(path).bind(signature(floats("x", 2, 3)))))
                .extracting(sample -> Objects.requireNonNull(sample.label()).longs())
                .containsExactly(new long[] {0, 1}, new long[] {2, 3});
    }

    @Test
    void takesAnInputThatIsCalledLabels() {
        Path path = npz(ordered("x", counting(2, 1), "labels", counting(2, 1)));

        Sample sample = all(Dataset.npz(path).bind(signature(floats("x", 1, 1), floats("labels", 1, 1))))
                .getFirst();

        assertThat(sample.inputs()).containsOnlyKeys("x", "labels");
        assertThat(sample.label()).isNull();
    }

    /// LiteRT's QUANTIZE: round(x / scale) + zero point, halves away from zero, clamped.
    @Test
    void quantizesFloatsAtAnIntegerEdge() {
        Path path = npz(Map.of("x", Tensor.of(Shape.of(1, 5), -1.25f, -0.25f, 0.25f, 0.75f, 100f)));

        Tensor stored = all(Dataset.npz(path).bind(signature(int8("x", 0.5f, -3, 1, 5))))
                .getFirst()
                .inputs()
                .get("x");

        assertThat(stored.type()).isEqualTo(TensorType.INT8);
        assertThat(stored.bytes()).containsExactly(-6, -4, -2, -1, 127);
        assertThat(EdgeQuantization.toFloat(stored).floats()).containsExactly(-1.5f, -0.5f, 0.5f, 1f, 65f);
    }

    @Test
    void passesStoredIntegersThrough() {
        Path path = npz(Map.of("x", Tensor.of(Shape.of(1, 2), (byte) 5, (byte) -5)));

        Sample sample = all(Dataset.npz(path).bind(signature(int8("x", 0.5f, -3, 1, 2))))
                .getFirst();

        assertThat(sample.inputs().get("x").bytes()).containsExactly(5, -5);
        assertThat(sample.inputs().get("x").quantization().zeroPoint()).isEqualTo(-3);
    }

    @Test
    void listsEverythingThatDoesNotFitAtOnce() {
        Path path = npz(ordered(
                "wrong", counting(2, 1),
                "y", Tensor.wrap(TensorType.FLOAT64, Shape.of(2, 3), QuantizationParameters.NONE, new double[6]),
                "z", counting(3, 9),
                "labels", Tensor.of(Shape.of(5), new long[5])));

        DatasetException error = catchThrowableOfType(
                DatasetException.class,
                () -> Dataset.npz(path).bind(signature(floats("x", 1, 1), floats("y", 1, 3), floats("z", 1, 4))));

        assertThat(error.code()).isEqualTo("LQ0506");
        assertThat(error.offenders())
                .extracting(Object::toString)
                .satisfiesExactly(
                        unknown -> assertThat(unknown).contains("'wrong' is no input", "'x', 'y', 'z'"),
                        missing -> assertThat(missing).contains("input 'x' is missing"),
                        type -> assertThat(type).contains("'y'", "float64 where float32", ".astype(np.float32)"),
                        shape -> assertThat(shape).contains("'z'", "(3, 9)", "(?, 1, 4) or (?, 4)"),
                        labels -> assertThat(labels).contains("'labels'", "5 labels for 2 samples"));
    }

    @Test
    void refusesIntegersWhereFloatsAreExpected() {
        Path path = npz(Map.of("x", Tensor.of(Shape.of(2, 1), 1L, 2L)));

        assertThatThrownBy(() -> Dataset.npz(path).bind(signature(floats("x", 1, 1))))
                .hasMessageContaining("is int64 where float32 is expected: convert it with .astype(np.float32)");
        assertThatThrownBy(() -> Dataset.npz(path).bind(signature(int8("x", 1, 0, 1, 1))))
                .hasMessageContaining("is int64 where int8 (or float32, which is quantized) is expected");
    }

    @Test
    void refusesUnequalCountsAndIncompleteBatches() {
        Path counts = npz(ordered("x", counting(2, 1), "y", counting(3, 1)));
        assertThatThrownBy(() -> Dataset.npz(counts).bind(signature(floats("x", 1, 1), floats("y", 1, 1))))
                .hasMessageContaining("holds 2 samples")
                .hasMessageContaining("holds 3 samples");
        Path incomplete = npz(Map.of("x", counting(5, 1)));
        assertThatThrownBy(() -> Dataset.npz(incomplete).bind(signature(floats("x", 2, 1))))
                .hasMessageContaining("5 examples do not divide")
                .hasMessageContaining("leave out the last 1");
    }

    @Test
    void refusesNoSamples() {
        Path path = npz(Map.of("x", counting(0, 3)));

        assertThatThrownBy(() -> Dataset.npz(path).bind(signature(floats("x", 1, 3))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("LQ0505");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void namesTensorAndSampleOfValuesThatAreNoNumbers(float bad) {
        Path path = npz(Map.of("x", Tensor.of(Shape.of(3, 2), 0, 1, 2, 3, 4, bad)));
        Dataset dataset = Dataset.npz(path).bind(signature(floats("x", 1, 2)));

        assertThatThrownBy(() -> all(dataset))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(
                        "samples.npz[2], tensor 'x': element [0, 1] is " + (Float.isNaN(bad) ? "NaN" : "infinite"))
                .hasMessageContaining("LQ0507");
    }

    @Test
    void limitsToTheFirstSamples() {
        Dataset dataset = Dataset.npz(npz(Map.of("x", counting(4, 1)))).bind(signature(floats("x", 1, 1)));

        assertThat(all(dataset.limit(3))).hasSize(3);
        assertThat(dataset.limit(3).size()).isEqualTo(3);
        assertThat(dataset.limit(9)).isSameAs(dataset);
        assertThatThrownBy(() -> dataset.limit(0)).hasMessageContaining("LQ0516");
    }

    @Test
    void tellsDataApartByTheirDigest() {
        String first = Dataset.npz(npz(Map.of("x", counting(4, 1))))
                .bind(signature(floats("x", 1, 1)))
                .digest();
        String same = Dataset.npz(npz(Map.of("x", counting(4, 1))))
                .bind(signature(floats("x", 1, 1)))
                .digest();
        String other = Dataset.npz(npz(Map.of("x", counting(5, 1))))
                .bind(signature(floats("x", 1, 1)))
                .digest();

        assertThat(first).startsWith("sha256:").isEqualTo(same).isNotEqualTo(other);
    }
}
