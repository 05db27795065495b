package dev.lithe.operators.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.fixtures.Fixture;
import dev.lithe.operators.fixtures.GraphRun;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The scales of blocks are a tensor of their own, to which no operator refers: only the quantization of the weights
/// does, by position in a file, by id in a graph.
class BlockScalesTest {
    private static final Fixture CASE = Fixture.of("indexing").stream()
            .filter(fixture -> fixture.name().equals("EMBEDDING_LOOKUP_int4_blockwise"))
            .findFirst()
            .orElseThrow();

    /// The model with a tensor that nobody uses in front of the others, which moves their positions.
    private static Model withDeadTensor() {
        Model model = CASE.model();
        TensorId dead = new TensorId(model.nextTensorId());
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
        tensors.put(dead, TensorSpec.of(dead, "dead", TensorType.FLOAT32, Shape.of(2)));
        tensors.putAll(model.main().tensors());
        Subgraph main = model.main();
        return copy(
                model,
                new Subgraph(main.name(), tensors, main.nodes(), main.inputs(), main.outputs()),
                model.nextTensorId() + 1);
    }

    private static Model copy(Model model, Subgraph main, int nextTensorId) {
        return new Model(
                model.source(),
                "",
                List.of(main),
                List.of(),
                List.of(),
                model.trailing(),
                nextTensorId,
                model.nextNodeId());
    }

    private static Model reread(Model model) {
        return TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(model)), "again");
    }

    private static void answersAsBefore(Model model) {
        Tensor answer = GraphRun.run(model, CASE.inputs()).getFirst();
        assertThat(answer.toDoubles()).isEqualTo(CASE.outputs().getFirst().toDoubles());
    }

    @Test
    void theyFollowWhenPositionsMove() {
        Model moved = withDeadTensor();
        answersAsBefore(moved);
        answersAsBefore(reread(moved));
        answersAsBefore(reread(reread(moved)));
    }

    @Test
    void theyStayWhenUnusedTensorsGo() {
        Model cleaned = GraphPatch.on(withDeadTensor()).removeUnusedTensors().apply();

        assertThat(cleaned.main().tensors()).hasSameSizeAs(CASE.model().main().tensors());
        answersAsBefore(GraphValidator.validate(reread(cleaned)));
    }

    @Test
    void theirAbsenceIsFound() {
        Subgraph main = CASE.model().main();
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>(main.tensors());
        List.copyOf(tensors.values())
                .forEach(spec -> spec.quantization().detailTensors().forEach(tensors::remove));
        Model without = copy(
                CASE.model(),
                new Subgraph(main.name(), tensors, main.nodes(), main.inputs(), main.outputs()),
                CASE.model().nextTensorId());

        assertThatThrownBy(() -> GraphValidator.validate(without)).isInstanceOf(InvalidModelException.class);
    }
}
