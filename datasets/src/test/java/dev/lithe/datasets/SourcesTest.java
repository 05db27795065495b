package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.all;
import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.int8;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Samples from Java objects, from folders of arrays, made up, and by signature.
class SourcesTest {
    @TempDir
    Path folder;

    private static Tensor pair(float a, float b) {
        return Tensor.of(Shape.of(1, 2), a, b);
    }

    private static final List<SignatureSpec> TWO_SIGNATURES = List.of(
            new SignatureSpec("encode", List.of(floats("x", 1, 2))),
            new SignatureSpec("decode", List.of(floats("y", 1, 1))));

    @Test
    void takesMapsAndLists() {
        List<SignatureSpec> signature = signature(floats("x", 1, 2), floats("y", -1, 1));
        Map<String, Tensor> map = Map.of("x", pair(1, 2), "y", Tensor.of(Shape.of(3, 1), 4f, 5f, 6f));

        List<Sample> named = all(Dataset.samples(List.of(map)).bind(signature));
        List<Sample> listed = all(
                Dataset.positional(List.of(List.of(map.get("x"), map.get("y")))).bind(signature));

        assertThat(named.getFirst().inputs().get("y").shape()).isEqualTo(Shape.of(3, 1));
        assertThat(listed.getFirst().inputs()).containsOnlyKeys("x", "y");
        assertThat(listed.getFirst().signature()).isEqualTo("serving_default");
    }

    @Test
    void addsABatchDimensionThatASampleLacks() {
        List<Sample> samples = all(Dataset.samples(List.of(Map.of("x", Tensor.of(Shape.of(2), 1f, 2f))))
                .bind(signature(floats("x", 1, 2))));

        assertThat(samples.getFirst().inputs().get("x").shape()).isEqualTo(Shape.of(1, 2));
    }

    @Test
    void checksACollectionAsAWhole() {
        List<Map<String, Tensor>> samples = List.of(
                Map.of("x", pair(1, 2), "extra", pair(1, 2)),
                Map.of("x", Tensor.of(Shape.of(1, 3), 1f, 2f, 3f)),
                Map.of("x", Tensor.of(Shape.of(1, 2), 1, 2)));

        DatasetException error = catchThrowableOfType(
                DatasetException.class, () -> Dataset.samples(samples).bind(signature(floats("x", 1, 2))));

        assertThat(error.offenders())
                .extracting(Object::toString)
                .satisfiesExactly(
                        extra -> assertThat(extra).contains("samples[0]", "'extra' is no input"),
                        shape -> assertThat(shape).contains("samples[1]", "(1, 3) where (1, 2)"),
                        type -> assertThat(type).contains("samples[2]", "int32 where float32"));
        assertThatThrownBy(() -> Dataset.positional(List.of(List.<Tensor>of())).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("holds 0 tensors, the model has 1 inputs");
    }

    @Test
    void checksAStreamOfSamplesOneByOne() {
        Iterable<Map<String, Tensor>> generator = () -> Stream.iterate(0, i -> i + 1)
                .map(i -> Map.of("x", i < 3 ? pair(i, i) : Tensor.of(Shape.of(1), 0f)))
                .iterator();
        Dataset dataset = Dataset.samples(generator).bind(signature(floats("x", 1, 2)));

        assertThat(dataset.size()).isEqualTo(-1);
        assertThat(all(dataset.limit(3))).hasSize(3);
        assertThatThrownBy(() -> all(dataset))
                .hasMessageContaining("samples[3]")
                .hasMessageContaining("LQ0506");
    }

    @Test
    void refusesNoSamples() {
        assertThatThrownBy(() -> Dataset.samples(List.<Map<String, Tensor>>of()).bind(signature(floats("x", 1))))
                .hasMessageContaining("LQ0505");
        Iterable<Map<String, Tensor>> none =
                () -> Stream.<Map<String, Tensor>>empty().iterator();
        assertThatThrownBy(() -> Dataset.samples(none).bind(signature(floats("x", 1))))
                .hasMessageContaining("LQ0505");
        assertThatThrownBy(() -> Dataset.of(folder).bind(signature(floats("x", 1))))
                .hasMessageContaining("LQ0505");
    }

    @Test
    void digestsSamplesByTheirValues() {
        assertThat(digest(1)).isEqualTo(digest(1)).isNotEqualTo(digest(2));
    }

    private static String digest(float value) {
        return Dataset.samples(List.of(Map.of("x", pair(value, 0))))
                .bind(signature(floats("x", 1, 2)))
                .digest();
    }

    @Test
    void readsAFileASampleInTheOrderOfNames() throws IOException {
        Npz.write(folder.resolve("b.npz"), Map.of("x", pair(3, 4), "labels", Tensor.of(Shape.of(1), 1L)));
        Npy.write(folder.resolve("a.npy"), pair(1, 2));
        Files.writeString(folder.resolve("README.md"), "no data");

        List<Sample> samples = all(Dataset.of(folder).bind(signature(floats("x", 1, 2))));

        assertThat(samples).extracting(s -> s.inputs().get("x").floats()[0]).containsExactly(1f, 3f);
        assertThat(samples.get(0).label()).isNull();
        assertThat(Objects.requireNonNull(samples.get(1).label()).longs()).containsExactly(1);
        assertThat(samples.get(1).location()).endsWith("b.npz");
    }

    @Test
    void takesSubFoldersAsClassesInTheOrderOfTheirNames() throws IOException {
        for (String name : List.of("dog", "ant", "cat")) {
            Files.createDirectory(folder.resolve(name));
            Npy.write(folder.resolve(name).resolve("1.npy"), pair(name.charAt(0), 0));
        }

        List<Sample> samples = all(Dataset.of(folder).bind(signature(floats("x", 1, 2))));

        assertThat(samples)
                .extracting(s -> (char) s.inputs().get("x").floats()[0] + " "
                        + Objects.requireNonNull(s.label()).longs()[0])
                .containsExactly("a 0", "c 1", "d 2");
    }

    @Test
    void listsTheFilesThatDoNotFit() {
        Npy.write(folder.resolve("1.npy"), pair(1, 2));
        Npy.write(folder.resolve("2.npy"), Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
        Npz.write(folder.resolve("3.npz"), Map.of("x", pair(1, 2), "other", pair(1, 2)));

        assertThatThrownBy(() -> Dataset.of(folder).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("2.npy")
                .hasMessageContaining("(2, 2) where (1, 2) is expected")
                .hasMessageContaining("3.npz")
                .hasMessageContaining("'other' is no input");
    }

    @Test
    void refusesMixedAndUnknownKinds() throws IOException {
        Npy.write(folder.resolve("1.npy"), pair(1, 2));
        Files.write(folder.resolve("1.wav"), new byte[10]);
        assertThatThrownBy(() -> Dataset.of(folder).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("several kinds");
        Path text = Files.writeString(folder.resolve("data.txt"), "1 2");
        assertThatThrownBy(() -> Dataset.of(text).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("LQ0504");
        assertThatThrownBy(() -> Dataset.of(folder.resolve("none")).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("LQ0501");
    }

    @Test
    void readsAFolderPerSignature() throws IOException {
        Files.createDirectory(folder.resolve("encode"));
        Npy.write(folder.resolve("encode").resolve("1.npy"), pair(1, 2));
        Npy.write(folder.resolve("encode").resolve("2.npy"), pair(1, 2));
        Npz.write(folder.resolve("decode.npz"), Map.of("y", Tensor.of(Shape.of(3, 1), 1f, 2f, 3f)));

        Dataset dataset = Dataset.of(folder).bind(TWO_SIGNATURES);

        assertThat(dataset.size()).isEqualTo(5);
        assertThat(all(dataset))
                .extracting(Sample::signature)
                .containsExactly("encode", "encode", "decode", "decode", "decode");
        assertThat(all(dataset.limit(1))).extracting(Sample::signature).containsExactly("encode", "decode");
    }

    @Test
    void tellsWhichSignaturesLackData() {
        Dataset encode = Dataset.random(2, 0).bind(TWO_SIGNATURES.subList(0, 1));
        assertThat(all(encode)).hasSize(2);
        assertThatThrownBy(
                        () -> Dataset.bySignature(Map.of("encode", Dataset.random(2, 0), "other", Dataset.random(2, 0)))
                                .bind(TWO_SIGNATURES))
                .hasMessageContaining("no data for signature 'decode'")
                .hasMessageContaining("'other', which is no signature")
                .hasMessageContaining("LQ0517");
        assertThatThrownBy(() ->
                        Dataset.samples(List.of(Map.of("x", pair(1, 2)))).bind(TWO_SIGNATURES))
                .hasMessageContaining("2 signatures, [encode, decode]");
    }

    @Test
    void makesTheSameSamplesUpForTheSameSeed() {
        List<SignatureSpec> signature = signature(
                floats("x", -1, 1000), int8("q", 0.5f, -3, 1000), InputSpec.of("ids", TensorType.INT32, Shape.of(5)));
        DataSource source = Dataset.parse("random:3", DataOptions.DEFAULT.withSeed(7));

        List<Sample> samples = all(source.bind(signature));

        assertThat(samples).hasSize(3);
        float[] reals = samples.get(0).inputs().get("x").floats();
        assertThat(reals)
                .hasSize(1000)
                .isEqualTo(all(source.bind(signature)).get(0).inputs().get("x").floats());
        assertThat(reals).isNotEqualTo(samples.get(1).inputs().get("x").floats());
        assertThat(reals)
                .isNotEqualTo(all(Dataset.random(3, 8).bind(signature))
                        .get(0)
                        .inputs()
                        .get("x")
                        .floats());
        DoubleSummaryStatistics stored =
                Arrays.stream(samples.get(0).inputs().get("q").toDoubles()).summaryStatistics();
        assertThat(stored.getMin()).isLessThan(-100);
        assertThat(stored.getMax()).isGreaterThan(100);
        assertThat(samples.get(0).inputs().get("ids").toDoubles()).containsOnly(0, 1);
        assertThat(source.bind(signature).warnings()).singleElement().asString().contains("RANDOM");
        assertThat(all(Dataset.parse("random", DataOptions.DEFAULT).bind(signature)))
                .hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"random:", "random:0", "random:-1", "random:x", "random:99999999999"})
    void refusesCountsThatAreNone(String data) {
        assertThatThrownBy(() -> Dataset.parse(data, DataOptions.DEFAULT))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("LQ0516");
    }
}
