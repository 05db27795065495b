package dev.lithe.cli;

import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class InspectTest {
    @TempDir
    Path folder;

    private Path small() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x", TensorType.INT8, Shape.of(-1, 2), 0.1f, 3);
        TensorId c = builder.constant(
                "c",
                Tensor.of(Shape.of(2), (byte) 1, (byte) 2)
                        .withQuantization(dev.lithe.graph.QuantizationParameters.perTensor(0.5f, 0)));
        TensorId y = builder.quantized("y", TensorType.INT8, Shape.of(-1, 2), 0.25f, -1);
        Model model = builder.node(
                        BuiltinOperator.ADD,
                        AddOptions.DEFAULT.withFusedActivationFunction(ActivationFunctionType.RELU),
                        List.of(x, c),
                        y)
                .subgraph("main", List.of(x), y)
                .signature("serve", Map.of("in", x), Map.of("out", y))
                .build();
        Path file = folder.resolve("small.tflite");
        TfliteWriter.write(model, file);
        return file;
    }

    @Test
    void printsTheDocumentThatScriptsRead() throws IOException {
        Path file = small();
        JsonNode document = lithe("inspect", file, "--json").succeeds().json();
        assertThat(document.get("file_bytes").asLong()).isEqualTo(Files.size(file));
        assertThat(document.get("signatures").get(0).get("key").asString()).isEqualTo("serve");
        assertThat(document.get("signatures")
                        .get(0)
                        .get("inputs")
                        .get(0)
                        .get("name")
                        .asString())
                .isEqualTo("in");
        JsonNode subgraph = document.get("subgraphs").get(0);
        JsonNode add = subgraph.get("operators").get(0);
        assertThat(add.get("index").asInt()).isZero();
        assertThat(add.get("name").asString()).isEqualTo("ADD");
        assertThat(add.get("version").asInt()).isEqualTo(2);
        assertThat(add.get("inputs").toString()).isEqualTo("[0,1]");
        assertThat(add.get("outputs").toString()).isEqualTo("[2]");
        assertThat(add.get("options").get("fused_activation_function").asString())
                .isEqualTo("RELU");
        JsonNode x = subgraph.get("tensors").get(0);
        assertThat(x.get("index").asInt()).isZero();
        assertThat(x.get("name").asString()).isEqualTo("x");
        assertThat(x.get("shape").toString()).isEqualTo("[1,2]");
        assertThat(x.get("shape_signature").toString()).isEqualTo("[-1,2]");
        assertThat(x.get("type").asString()).isEqualTo("INT8");
        assertThat(x.get("scales").toString()).isEqualTo("[0.1]");
        assertThat(x.get("zero_points").toString()).isEqualTo("[3]");
        assertThat(x.get("quantized_dimension").asInt()).isZero();
        assertThat(x.get("constant").asBoolean()).isFalse();
        assertThat(subgraph.get("tensors").get(1).get("constant").asBoolean()).isTrue();
        assertThat(document.get("metadata").get(0).get("name").asString()).isEqualTo("min_runtime_version");
        assertThat(document.get("arena_bytes").asLong()).isPositive();
    }

    @Test
    void printsAPageForPeople() {
        assertThat(lithe("inspect", small()).succeeds().out())
                .contains("Signature serve", "in   in   int8 [?, 2]", "ADD", "0.250000, -1", "min_runtime_version");
    }

    @Test
    void agreesWithLiteRtOnRealModels() throws IOException {
        Path golden = Path.of(System.getProperty("lithe.shared")).resolve("golden");
        assumeTrue(Files.isDirectory(golden), "needs the shared folder");
        for (String model : List.of("kws/int8", "resnet8/16x8_strict", "ad01/dynamic", "vww96/float16")) {
            Path folder = golden.resolve(model);
            JsonNode theirs = new ObjectMapper().readTree(Files.readString(folder.resolve("tensors.json")));
            JsonNode ours = lithe("inspect", folder.resolve("model.tflite"), "--json")
                    .succeeds()
                    .json();
            JsonNode operators = ours.get("subgraphs").get(0).get("operators");
            for (JsonNode operator : theirs.get("ops")) {
                JsonNode our = operators.get(operator.get("index").asInt());
                assertThat(our.get("name").asString())
                        .isEqualTo(operator.get("op").asString());
                assertThat(our.get("inputs")).isEqualTo(operator.get("inputs"));
                assertThat(our.get("outputs")).isEqualTo(operator.get("outputs"));
            }
            JsonNode tensors = ours.get("subgraphs").get(0).get("tensors");
            for (JsonNode tensor : theirs.get("tensors")) {
                JsonNode our = tensors.get(tensor.get("index").asInt());
                if (our == null) {
                    continue; // a scratch tensor of the interpreter, behind those of the file
                }
                assertThat(our.get("name").asString())
                        .isEqualTo(tensor.get("name").asString());
                assertThat(our.get("shape")).isEqualTo(tensor.get("shape"));
                assertThat(our.get("scales").size())
                        .isEqualTo(tensor.get("scales").size());
                for (int i = 0; i < our.get("scales").size(); i++) {
                    assertThat(our.get("scales").get(i).floatValue())
                            .isEqualTo(tensor.get("scales").get(i).floatValue());
                }
            }
        }
    }
}
