package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.operators.FlexBuffer;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that no operator stands for, refused or kept.
class CustomOpsTest {
    private static final ImportOptions KEEP = ImportOptions.DEFAULT.withAllowCustomOps(true);

    @TempDir
    private Path folder;

    private Model load(SavedModelFixture fixture, ImportOptions options) throws IOException {
        return Importers.load(fixture.write(folder), options);
    }

    private static SavedModelFixture fixture(Map<String, AttrValue> attributes) {
        return new SavedModelFixture()
                .signature("s", Map.of("x", new int[] {2, 3}), Map.of("y", "sum:0"))
                .add("scope/odd", "TimesN", attributes, "s_x")
                .add("sum", "Relu", "scope/odd:1");
    }

    private static AttrValue type(DataType type) {
        return AttrValue.newBuilder().setType(type).build();
    }

    private static AttrValue shapes(int[]... shapes) {
        AttrValue.Builder value = AttrValue.newBuilder();
        for (int[] shape : shapes) {
            value.getListBuilder().addShape(SavedModelFixture.shape(shape));
        }
        return value.build();
    }

    @Test
    void areRefusedWithWhereTheyStandAndWhatToDo() {
        assertThatThrownBy(() -> load(fixture(Map.of("T", type(DataType.DT_FLOAT))), ImportOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("TimesN 'scope/odd'", "--allow-custom-ops", "LQ0353");
    }

    @Test
    void areKeptUnderTheirNameWithTheirAttributes() throws IOException {
        Map<String, AttrValue> attributes = Map.of(
                "T", type(DataType.DT_FLOAT),
                "factor", SavedModelFixture.integer(3),
                "mode", SavedModelFixture.text("fast"),
                "_output_shapes", shapes(new int[] {2, 3}, new int[] {6}));
        Model model = load(fixture(attributes), KEEP);
        Node node = model.main().nodes().getFirst();
        assertThat(node.code()).isEqualTo(OperatorCode.custom("TimesN"));
        assertThat(node.inputs()).isEqualTo(model.main().inputs());
        List<TensorSpec> results = node.outputs().stream().map(model::tensor).toList();
        assertThat(results).extracting(TensorSpec::type).containsExactly(TensorType.FLOAT32, TensorType.FLOAT32);
        assertThat(results).extracting(TensorSpec::declaredShape).containsExactly(Shape.of(2, 3), Shape.of(6));
        assertThat(FlexBuffer.map(node.options().custom()))
                .containsEntry("factor", 3L)
                .containsEntry("mode", "fast");
    }

    @Test
    void haveAnUnknownShapeWhereTheExporterNotedNone() throws IOException {
        Model model = load(fixture(Map.of("T", type(DataType.DT_FLOAT))), KEEP);
        Node node = model.main().nodes().getFirst();
        assertThat(model.tensor(node.output(1)).isRanked()).isFalse();
        assertThat(model.main().nodes()).hasSize(2);
    }

    /// Without the type of its results not even a custom operator can be written.
    @Test
    void areRefusedAllTheSameWhereTheirResultsAreNotKnown() {
        assertThatThrownBy(() -> load(fixture(Map.of()), KEEP))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("TimesN 'scope/odd'", "the types of its results are not known");
    }
}
