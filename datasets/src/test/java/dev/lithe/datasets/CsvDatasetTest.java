package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.all;
import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Shape;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDatasetTest {
    @TempDir
    Path folder;

    private Path csv(String text) {
        try {
            return Files.writeString(folder.resolve("data.csv"), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Sample> read(String text, DataOptions options, InputSpec... inputs) {
        return all(Dataset.of(csv(text), options).bind(signature(inputs)));
    }

    @Test
    void readsRowsWithoutAHeader() {
        List<Sample> samples = read("1,2.5\r\n\r\n-3e1, 4\r\n", DataOptions.DEFAULT, floats("x", -1, 2));

        assertThat(samples).hasSize(2);
        assertThat(samples.get(1).inputs().get("x").shape()).isEqualTo(Shape.of(1, 2));
        assertThat(samples.get(1).inputs().get("x").floats()).containsExactly(-30, 4);
        assertThat(samples.get(1).location()).endsWith("data.csv:3");
        assertThat(samples.get(1).label()).isNull();
    }

    @Test
    void knowsLabelsByTheirName() {
        List<Sample> samples = read("\ufeff\"a\",label,b\n1,7,2\n3,0.5,4", DataOptions.DEFAULT, floats("x", 1, 2));

        assertThat(samples.get(0).inputs().get("x").floats()).containsExactly(1, 2);
        assertThat(Objects.requireNonNull(samples.get(0).label()).longs()).containsExactly(7);
        assertThat(Objects.requireNonNull(samples.get(1).label()).floats()).containsExactly(0.5f);
    }

    @Test
    void takesTheLabelColumnThatTheUserNames() {
        DataOptions first = DataOptions.DEFAULT.withLabelColumn("first");
        DataOptions last = DataOptions.DEFAULT.withLabelColumn("last");
        DataOptions named = DataOptions.DEFAULT.withLabelColumn("kind");

        assertThat(label(read("7,1,2", first, floats("x", 1, 2)))).isEqualTo(7);
        assertThat(label(read("1,2,8", last, floats("x", 1, 2)))).isEqualTo(8);
        assertThat(label(read("0,kind,1\n1,9,2", named, floats("x", 1, 2)))).isEqualTo(9);
        assertThatThrownBy(() -> read("a,b\n1,2", named, floats("x", 1, 1))).hasMessageContaining("no column 'kind'");
    }

    private static long label(List<Sample> samples) {
        return Objects.requireNonNull(samples.getFirst().label()).longs()[0];
    }

    @Test
    void givesColumnsToInputsByName() {
        List<Sample> samples = read(
                "id,x_0,x_1\n5,1,2",
                DataOptions.DEFAULT,
                floats("x", 1, 2),
                InputSpec.of("id", TensorType.INT32, Shape.of(1)));

        assertThat(samples.getFirst().inputs().get("x").floats()).containsExactly(1, 2);
        assertThat(samples.getFirst().inputs().get("id").ints()).containsExactly(5);
    }

    @Test
    void listsEveryLineThatIsWrong() {
        assertThatThrownBy(() -> read("a,b\n1,2\n1\n1,x\n,3", DataOptions.DEFAULT, floats("x", 1, 2)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data.csv:3: has 1 fields where the first line has 2")
                .hasMessageContaining("data.csv:4: field 2 is 'x', no number")
                .hasMessageContaining("data.csv:5: field 1 is '', no number");
    }

    /// A first row with a hole is no header: it would be lost without a word.
    @ParameterizedTest
    @ValueSource(strings = {"nan,1\n2,3", ",1\n2,3", "x,1.5\n2,3"})
    void takesNoDamagedRowForAHeader(String text) {
        assertThatThrownBy(() -> read(text, DataOptions.DEFAULT, floats("x", 1, 2)))
                .hasMessageContaining("data.csv:1: field 1");
    }

    @Test
    void refusesTablesThatDoNotFit() {
        assertThatThrownBy(() -> read("1,2,3", DataOptions.DEFAULT, floats("x", 1, 2)))
                .hasMessageContaining("has 3 columns, which are not the elements of (1, 2); a column of labels");
        assertThatThrownBy(() -> read("1,2", DataOptions.DEFAULT, floats("x", 1, 1), floats("y", 1, 1)))
                .hasMessageContaining("needs a header line");
        assertThatThrownBy(() -> read("x,z\n1,2", DataOptions.DEFAULT, floats("x", 1, 1), floats("y", 1, 1)))
                .hasMessageContaining("column 'z' belongs to no input")
                .hasMessageContaining("'y'");
        assertThatThrownBy(() -> read("1.5", DataOptions.DEFAULT, InputSpec.of("x", TensorType.INT32, Shape.of(1))))
                .hasMessageContaining("'1.5', no whole number");
        assertThatThrownBy(() -> read("300", DataOptions.DEFAULT, InputSpec.of("x", TensorType.INT8, Shape.of(1))))
                .hasMessageContaining("300 is no int8");
    }

    @Test
    void refusesNoRowsAndNoText() throws IOException {
        assertThatThrownBy(() -> read("", DataOptions.DEFAULT, floats("x", 1))).hasMessageContaining("LQ0505");
        assertThatThrownBy(() -> read("a,b\n", DataOptions.DEFAULT, floats("x", 1, 2)))
                .hasMessageContaining("LQ0505");
        assertThatThrownBy(() -> read("\"a,b\n1,2", DataOptions.DEFAULT, floats("x", 1, 2)))
                .hasMessageContaining("quoted field");
        Path binary = Files.write(folder.resolve("binary.csv"), new byte[] {'1', ',', (byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> Dataset.of(binary).bind(signature(floats("x", 1, 2))))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesNaN() {
        assertThatThrownBy(() -> read("1\nNaN", DataOptions.DEFAULT, floats("x", 1, 1)))
                .hasMessageContaining("data.csv:2, tensor 'x': element [0, 0] is NaN");
    }
}
