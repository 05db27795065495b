package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.BuiltinOperator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The operator versions that TensorFlow 2.21 wrote, computed anew. A file holds one version for all uses of an
/// operator, the highest. (Its 16-bit files are no measure: it leaves versions there too low.) Skipped where the
/// golden files are absent.
class GoldenVersionsTest {
    @ParameterizedTest
    @CsvSource({
        "kws, none",
        "kws, int8",
        "kws, full",
        "kws, dynamic",
        "kws, float16",
        "kws, uint8",
        "kws, int8_pertensor",
        "resnet8, none",
        "resnet8, int8",
        "resnet8, full",
        "resnet8, dynamic",
        "resnet8, float16",
        "resnet8, uint8",
        "ad01, none",
        "ad01, int8",
        "ad01, full",
        "ad01, dynamic",
        "ad01, float16",
        "ad01, uint8",
        "vww96, int8",
        "vww96, dynamic",
        "sww, int8",
        "sww, dynamic",
        "vit, none",
        "vit, int8",
        "vit, full",
        "vit, dynamic",
        "vit, float16",
        "bert, none",
        "bert, int8",
        "bert, dynamic",
    })
    void equalTensorFlows(String name, String mode) {
        Path file = Path.of(System.getProperty("lithe.shared", ""), "golden", name, mode, "model.tflite");
        assumeTrue(Files.exists(file), "the golden files are not here");
        Model model = TfliteReader.read(file);
        Map<BuiltinOperator, Integer> written = new TreeMap<>();
        Map<BuiltinOperator, Integer> computed = new TreeMap<>();

        for (Subgraph subgraph : model.subgraphs()) {
            for (Node node : subgraph.nodes()) {
                Operator operator = Operators.of(node);
                if (!(operator instanceof UnknownOperator)) {
                    written.merge(node.code().builtin(), node.code().version(), Math::max);
                    computed.merge(node.code().builtin(), version(operator, new NodeView(subgraph, node)), Math::max);
                }
            }
        }

        assertThat(computed).isEqualTo(written).isNotEmpty();
    }

    private static <O extends Operator> int version(O operator, NodeView node) {
        return Operators.definitionOf(operator).orElseThrow().versions().version(operator, node);
    }
}
