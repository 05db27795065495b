package dev.lithe.cli.frompython;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.schema.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// `tf.lite.Interpreter`, line by line.
@SuppressWarnings("unused") // called by name
final class InterpreterRows {
    private final Folder folder;
    private final Tensor image;
    private final Tensor images;

    InterpreterRows(Folder folder) {
        this.folder = folder;
        image = images(1);
        images = images(32);
        convertToIntegers();
        Path file = folder.path("model.tflite");
        if (!Files.exists(file)) {
            Converter.of(Models.open(folder.path("saved_model")))
                    .quantize(Quantization.int8())
                    .calibrate(Dataset.npz(folder.path("samples.npz")))
                    .convert()
                    .write(file);
        }
    }

    private Path path(String name) {
        return folder.path(name);
    }

    private void convertToIntegers() {
        Quantization integers =
                Quantization.int8().integerOnly().inputType(TensorType.INT8).outputType(TensorType.INT8);
        Converter.of(Models.open(path("saved_model")))
                .quantize(integers)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert()
                .write(path("int8.tflite"));
    }

    private Tensor images(int count) {
        float[] all = Npz.read(path("test.npz")).get("image").floats();
        return Tensor.of(Shape.of(count, 8, 8, 1), Arrays.copyOf(all, count * 64));
    }

    @Python(
            value = {
                "interpreter = tf.lite.Interpreter(\"model.tflite\", num_threads=2)",
                "interpreter.allocate_tensors()"
            },
            shell = "lithe run model.tflite --inputs test.npz --outputs out.npz --batch-axis --threads 2",
            note = "Memory is laid out when the file is opened.")
    void open() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"), PlanOptions.DEFAULT.threads(2));

        assertThat(interpreter.inputs()).containsOnlyKeys("image");
        interpreter.close();
    }

    @Python({
        "interpreter.set_tensor(interpreter.get_input_details()[0][\"index\"], image)",
        "interpreter.invoke()",
        "interpreter.get_tensor(interpreter.get_output_details()[0][\"index\"])"
    })
    void invoke() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"));
        Tensor output = interpreter.run(Map.of("image", image)).get("output_0");

        assertThat(output.shape()).isEqualTo(Shape.of(1, 10));
        interpreter.close();
    }

    @Python(
            value = {
                "details = interpreter.get_input_details()[0]",
                "details[\"shape\"], details[\"dtype\"], details[\"quantization_parameters\"]"
            },
            shell = "lithe inspect model.tflite")
    void details() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"));
        TensorSpec input = interpreter.inputs().get("image");
        Shape shape = input.shape();
        TensorType type = input.type();
        QuantizationParameters quantization = input.quantization();

        assertThat(type).isEqualTo(TensorType.FLOAT32);
        assertThat(quantization.scales().isEmpty()).isTrue();
        assertThat(shape.rank()).isEqualTo(4);
        interpreter.close();
    }

    @Python(
            value = {
                "scale, zero_point = interpreter.get_input_details()[0][\"quantization\"]",
                "image = np.round(image / scale + zero_point).astype(np.int8)"
            },
            note = "Float32 is quantized by itself where the model's edge is an integer one.")
    void quantizesInputs() {
        Interpreter interpreter = Interpreter.open(path("int8.tflite"));
        Tensor output = interpreter.run(Map.of("image", image)).get("output_0");
        Tensor probabilities = Interpreter.dequantize(output);

        assertThat(output.type()).isEqualTo(TensorType.INT8);
        assertThat(probabilities.type()).isEqualTo(TensorType.FLOAT32);
        interpreter.close();
    }

    @Python(
            value = {"interpreter.resize_tensor_input(0, [32, 8, 8, 1])", "interpreter.allocate_tensors()"},
            note = "The shape of what is passed counts, where the model leaves that dimension open.")
    void resize() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"));
        Tensor output = interpreter.run(Map.of("image", images)).get("output_0");

        assertThat(output.shape()).isEqualTo(Shape.of(32, 10));
        interpreter.close();
    }

    @Python({
        "interpreter.get_signature_list()",
        "run = interpreter.get_signature_runner(\"serving_default\")",
        "run(image=image)[\"output_0\"]"
    })
    void signatureRunner() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"));
        List<String> signatures = interpreter.signatures();
        Tensor output =
                interpreter.run("serving_default", Map.of("image", image)).get("output_0");

        assertThat(signatures).contains("serving_default");
        assertThat(output.shape()).isEqualTo(Shape.of(1, 10));
        interpreter.close();
    }

    @Python("interpreter.reset_all_variables()")
    void reset() {
        Interpreter interpreter = Interpreter.open(path("model.tflite"));
        interpreter.resetVariables();

        interpreter.close();
    }

    @Python(
            value = "tf.lite.experimental.Analyzer.analyze(model_path=\"model.tflite\")",
            shell = "lithe inspect model.tflite")
    void analyze() {
        List<String> operators = Models.read(path("model.tflite")).main().nodes().stream()
                .map(node -> node.code().toString())
                .toList();

        assertThat(operators).contains("CONV_2D", "SOFTMAX");
    }
}
