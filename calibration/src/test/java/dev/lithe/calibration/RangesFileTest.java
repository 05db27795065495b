package dev.lithe.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesFileTest {
    @TempDir
    Path folder;

    private RangesFile read(String json) {
        try {
            return RangesFile.read(Files.writeString(folder.resolve("ranges.json"), json));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TensorKey key(String name, int ordinal) {
        return new TensorKey(0, name, ordinal);
    }

    /// Tensors called x, y, x, x and x#1.
    private static Model model() {
        ModelBuilder builder = new ModelBuilder();
        List<TensorId> ids = List.of("x", "y", "x", "x", "x#1").stream()
                .map(name -> builder.floats(name, 1))
                .toList();
        for (int i = 0; i + 1 < ids.size(); i++) {
            builder.node(BuiltinOperator.RELU, null, List.of(ids.get(i)), ids.get(i + 1));
        }
        return builder.subgraph("main", List.of(ids.getFirst()), ids.getLast()).build();
    }

    @Test
    void readsItsOwnFormat() {
        RangesFile file = read("""
                {"format":"lithe-ranges/1","model":"sha256:00","new":1,
                 "tensors":{"x":{"min":-1.0,"max":2,"samples":200,"more":[1,{}]},"y":{"min":0,"max":0}}}
                """);

        assertThat(file.modelDigest()).isEqualTo("sha256:00");
        assertThat(file.byName())
                .containsExactly(
                        Map.entry("x", new TensorStatistics(-1, 2, 200)),
                        Map.entry("y", new TensorStatistics(0, 0, 0)));
    }

    /// As Python writes float32 values: with the digits of a double.
    @Test
    void readsAPlainMap() {
        RangesFile file = read("{\n \"x\": [\n  -123.372314453125,\n  25.14222526550293\n ], \"format\": [0, 1e-3]}");

        assertThat(file.byName())
                .containsOnly(
                        Map.entry("x", new TensorStatistics(-123.372314453125f, 25.14222526550293f, 0)),
                        Map.entry("format", new TensorStatistics(0, 0.001f, 0)));
    }

    @Test
    void writesWhatItReads() {
        Map<TensorKey, TensorStatistics> ranges = Map.of(
                key("x", 0), new TensorStatistics(-0.1f, Float.MAX_VALUE, 1),
                key("x", 1), new TensorStatistics(Float.MIN_VALUE, 1e-7f, 2),
                key("x", 2), new TensorStatistics(-16777216, 3, 3),
                key("x#1", 0), new TensorStatistics(-1, 1, 4));
        CalibrationTable table = new CalibrationTable("sha256:ff", ranges);

        RangesFile written = RangesFile.of(table, model());
        RangesFile again = read(written.toJson());

        assertThat(again.byName()).isEqualTo(written.byName());
        assertThat(again.toTable(model(), Set.of())).isEqualTo(table);
        assertThat(written.byName()).containsOnlyKeys("x", "x#2", "x#3", "x#1");
        assertThat(written.toJson()).startsWith("{\"format\":\"lithe-ranges/1\",\"model\":\"sha256:ff\",");
    }

    @Test
    void mergesByName() {
        RangesFile a = read("{\"x\":[-1,1],\"y\":[0,1]}");
        RangesFile b = read("{\"format\":\"lithe-ranges/1\",\"model\":\"m\",\"tensors\":{\"x\":{\"min\":0,\"max\":3,"
                + "\"samples\":5},\"z\":{\"min\":1,\"max\":2}}}");
        RangesFile c = read("{\"format\":\"lithe-ranges/1\",\"model\":\"other\",\"tensors\":{}}");

        assertThat(a.merge(b).byName())
                .containsOnly(
                        Map.entry("x", new TensorStatistics(-1, 3, 5)),
                        Map.entry("y", new TensorStatistics(0, 1, 0)),
                        Map.entry("z", new TensorStatistics(1, 2, 0)));
        assertThat(a.merge(b).modelDigest()).isEqualTo("m");
        assertThatThrownBy(() -> b.merge(c)).hasMessageContaining("LQ0510");
    }

    @Test
    void listsEveryRangeThatIsNone() {
        DatasetException error = catchThrowableOfType(
                DatasetException.class,
                () -> read("{\"a\":[2,1],\"b\":[NaN,1],\"c\":[0,Infinity],\"d\":[0,1e60],\"e\":[0,1]}"));

        assertThat(error.code()).isEqualTo("LQ0512");
        assertThat(error.offenders())
                .extracting(Object::toString)
                .containsExactly(
                        "'a' has the range 2.0 to 1.0",
                        "'b' has the range NaN to 1.0",
                        "'c' has the range 0.0 to Infinity",
                        "'d' has the range 0.0 to Infinity");
    }

    @Test
    void listsUnknownAndMissingTensors() {
        RangesFile file = read("{\"x\":[0,1],\"other\":[0,1],\"x#9\":[0,1]}");

        assertThatThrownBy(() -> file.toTable(model(), Set.of(key("x", 0), key("y", 0), key("x", 1))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no tensor 'other'")
                .hasMessageContaining("no tensor 'x#9'")
                .hasMessageContaining("'y' has no range")
                .hasMessageContaining("'x#2' has no range")
                .hasMessageContaining("LQ0512");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "nonsense",
                "{\"x\":[0,1]} {}",
                "{\"x\":[0]}",
                "{\"x\":[0,1,2]}",
                "{\"x\":[\"0\",1]}",
                "{\"x\":[0,1],\"x\":[0,1]}",
                "{\"x\":[0,1],\"y\":3}",
                "{\"x\":{\"y\":[0,1]}}",
                "{\"format\":\"lithe-ranges/2\",\"tensors\":{}}",
                "{\"format\":\"lithe-ranges/1\",\"tensors\":{\"x\":[0,1]}}",
                "{\"format\":\"lithe-ranges/1\",\"tensors\":{\"x\":{\"min\":0,\"max\":1,\"samples\":-1}}}",
                "{\"format\":\"lithe-ranges/1\",\"tensors\":{\"x\":{\"min\":0,\"max\":1,\"samples\":1e99}}}"
            })
    void refusesOtherDocuments(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("ranges.json")
                .hasMessageContaining("LQ0511");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThatThrownBy(() -> read("{\"new\":1,\"tensors\":{\"x\":{\"deep\":" + "[".repeat(1_000_000)))
                .isInstanceOf(DatasetException.class);
    }

    @Test
    void tellsOfAMissingFile() {
        assertThatThrownBy(() -> RangesFile.read(folder.resolve("none.json"))).hasMessageContaining("LQ0501");
    }
}
