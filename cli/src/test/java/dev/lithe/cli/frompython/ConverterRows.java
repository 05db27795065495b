package dev.lithe.cli.frompython;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.Converted;
import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.datasets.Dataset;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.importers.ImportOptions;
import dev.lithe.quantizer.Precision;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `tf.lite.TFLiteConverter`, line by line.
@SuppressWarnings("unused") // called by name
final class ConverterRows {
    private final Folder folder;

    ConverterRows(Folder folder) {
        this.folder = folder;
    }

    private Path path(String name) {
        return folder.path(name);
    }

    private Model model() {
        return Models.open(path("saved_model"));
    }

    @Python(
            value = "tf.lite.TFLiteConverter.from_saved_model(\"saved_model\")",
            shell = "lithe convert saved_model -o model.tflite")
    Converted fromSavedModel() {
        Model model = Models.open(path("saved_model"));
        Converted converted = Converter.of(model).convert();
        assertThat(converted.operators()).containsEntry(Precision.FLOAT32, 17);
        return converted;
    }

    @Python(
            value = "TFLiteConverter.from_saved_model(\"saved_model\", signature_keys=[\"serving_default\"])",
            shell = "lithe convert saved_model -o model.tflite --signature serving_default")
    Converted signatureKeys() {
        ImportOptions options = ImportOptions.DEFAULT.withSignatures(List.of("serving_default"));
        Model model = Models.open(path("saved_model"), options);

        assertThat(model.signatures()).hasSize(1);
        return Converter.of(model).convert();
    }

    @Python(
            value = {"keras_model.save(\"model.keras\")", "TFLiteConverter.from_keras_model(keras_model)"},
            shell = "lithe convert model.keras -o model.tflite",
            note = "`model.h5` likewise. Neither TensorFlow nor Keras is needed; a model with layers of its own"
                    + " is exported instead (`keras_model.export(\"saved_model\")`).")
    Converted fromKerasModel() {
        Model model = Models.open(path("model.keras"));
        Converted converted = Converter.of(model).convert();

        assertThat(model.signatures().getFirst().inputs()).containsOnlyKeys("a", "b");
        assertThat(Converter.of(Models.open(path("model.h5"))).convert().operators())
                .isEqualTo(converted.operators());
        return converted;
    }

    @Python(
            value = "tf.compat.v1.lite.TFLiteConverter.from_frozen_graph(\"frozen.pb\", [\"x\"], [\"total\"])",
            shell = "lithe convert frozen.pb -o model.tflite --inputs x --outputs total",
            note = "Inputs and outputs can be left out where the graph says which they are.")
    Converted fromFrozenGraph() {
        ImportOptions options = ImportOptions.DEFAULT.withInputs(List.of("x")).withOutputs(List.of("total"));
        Model model = Models.open(path("frozen.pb"), options);

        assertThat(model.main().inputs()).hasSize(1);
        return Converter.of(model).convert();
    }

    @Python(
            value = {
                "fn.get_concrete_function(tf.TensorSpec([4, 8, 8, 1]))",
                "TFLiteConverter.from_concrete_functions([fn])"
            },
            shell = "lithe convert saved_model -o model.tflite --input-shape image=4,8,8,1",
            note = "Save the function as a SavedModel; its shape can be fixed here.")
    Converted concreteFunction() {
        ImportOptions options = ImportOptions.DEFAULT.withInputShapes(Map.of("image", Shape.of(4, 8, 8, 1)));
        Model model = Models.open(path("saved_model"), options);

        assertThat(model.main().tensor(model.main().inputs().getFirst()).shape())
                .isEqualTo(Shape.of(4, 8, 8, 1));
        return Converter.of(model).convert();
    }

    @Python(
            value = "converter.optimizations = [tf.lite.Optimize.DEFAULT]",
            shell = "lithe convert saved_model -o model.tflite --quantize dynamic")
    Converted dynamicRange() {
        Converter converter = Converter.of(model()).quantize(Quantization.dynamic());

        return converter.convert();
    }

    @Python(
            value = {
                "converter.optimizations = [tf.lite.Optimize.DEFAULT]",
                "converter.target_spec.supported_types = [tf.float16]"
            },
            shell = "lithe convert saved_model -o model.tflite --quantize float16")
    Converted float16() {
        Converter converter = Converter.of(model()).quantize(Quantization.float16());

        return converter.convert();
    }

    @Python(
            value = {
                "converter.optimizations = [tf.lite.Optimize.DEFAULT]",
                "converter.representative_dataset = representative_dataset"
            },
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --calibration samples.npz",
            note =
                    "Float32 where an operator has no integer kernel. Without data this is an error here, not a float model.")
    Converted integer() {
        Converter converter =
                Converter.of(model()).quantize(Quantization.int8()).calibrate(Dataset.npz(path("samples.npz")));

        return converter.convert();
    }

    @Python(
            value = "converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]",
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --integer-only"
                    + " --calibration samples.npz",
            note = "Fails with a list of every operator that has no integer kernel.")
    Converted integerOnly() {
        Quantization quantization = Quantization.int8().integerOnly();

        return Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
    }

    @Python(
            value = {"converter.inference_input_type = tf.uint8", "converter.inference_output_type = tf.uint8"},
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --integer-only --input-type uint8"
                    + " --output-type uint8 --calibration samples.npz",
            note = "tf.int8 likewise; they need not be the same.")
    Converted edgeTypes() {
        Quantization quantization =
                Quantization.int8().integerOnly().inputType(TensorType.UINT8).outputType(TensorType.UINT8);

        return Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
    }

    @Python(
            value = {
                "converter.target_spec.supported_ops = [",
                "  tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]"
            },
            shell = "lithe convert saved_model -o model.tflite --quantize int16x8 --integer-only"
                    + " --calibration samples.npz")
    Converted sixteenBitsOnly() {
        Quantization quantization = Quantization.int16x8().integerOnly();

        return Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
    }

    @Python(
            value = {
                "converter.target_spec.supported_ops = [",
                "  tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8,",
                "  tf.lite.OpsSet.TFLITE_BUILTINS]"
            },
            shell = "lithe convert saved_model -o model.tflite --quantize int16x8 --calibration samples.npz")
    Converted sixteenBits() {
        Quantization quantization = Quantization.int16x8();

        return Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
    }

    @Python(
            value = "converter._experimental_disable_per_channel = True",
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --per-tensor --calibration samples.npz")
    Converted perTensor() {
        Quantization quantization = Quantization.int8().perTensor();

        return Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
    }

    @Python(
            value = {
                "converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]",
                "converter.experimental_new_converter = True",
                "converter.experimental_new_quantizer = True"
            },
            shell = "lithe convert saved_model -o model.tflite",
            note = "Nothing to write: there is one converter and one quantizer, for the builtin operators.")
    Converted builtins() {
        Converter converter = Converter.of(model());

        return converter.convert();
    }

    @Python(
            value = "QuantizationDebugOptions(denylisted_ops=[\"SOFTMAX\"])",
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --exclude-op SOFTMAX"
                    + " --calibration samples.npz")
    Converted excludedOperators() {
        Quantization quantization = Quantization.int8().excludeOp(BuiltinOperator.SOFTMAX);

        Converted converted = Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
        assertThat(converted.operators().get(Precision.FLOAT32)).isPositive();
        return converted;
    }

    @Python(
            value = "QuantizationDebugOptions(denylisted_nodes=[\"...depthwise...\"])",
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --exclude-layer depthwise"
                    + " --calibration samples.npz")
    Converted excludedLayers() {
        Quantization quantization = Quantization.int8().excludeLayer("depthwise");

        Converted converted = Converter.of(model())
                .quantize(quantization)
                .calibrate(Dataset.npz(path("samples.npz")))
                .convert();
        assertThat(converted.operators().get(Precision.FLOAT32)).isPositive();
        return converted;
    }

    @Python(
            value = {"tflite_model = converter.convert()", "pathlib.Path(\"model.tflite\").write_bytes(tflite_model)"},
            shell = "lithe convert saved_model -o model.tflite",
            note = "The file appears whole or not at all.")
    Converted write() {
        Converted converted = Converter.of(model()).convert();
        converted.write(path("written.tflite"));

        assertThat(path("written.tflite")).hasBinaryContent(converted.bytes());
        return converted;
    }
}
