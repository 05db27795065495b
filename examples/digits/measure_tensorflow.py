"""Measures what TensorFlow itself makes of the example, as an independent oracle for our tests.

    python measure_tensorflow.py [FOLDER]        FOLDER defaults to the one this file is in; run train.py first

Converts FOLDER/saved_model in each mode with TensorFlow's converter, runs each file over test.npz with LiteRT's
reference kernels and writes
- expected.json: size, operators, edge types and accuracy of each mode, and the SavedModel's own accuracy
- expected_outputs.npz: the SavedModel's outputs for the first 32 test samples
"""

import collections
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # its kernels sum in an order that depends on the CPU
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

INPUT_NAME = "image"
OUTPUT_NAME = "output_0"
KEPT_OUTPUTS = 32
INT8 = tf.lite.OpsSet.TFLITE_BUILTINS_INT8
INT16X8 = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8

# mode -> what it sets on the converter; the keys say which of our options it stands beside.
MODES = {
    "none": {},
    "dynamic": {"quantize": True},
    "float16": {"quantize": True, "types": [tf.float16]},
    "int8": {"quantize": True, "calibrate": True},
    "int8_integer_only": {"quantize": True, "calibrate": True, "ops": INT8, "edge": tf.int8},
    "int16x8_integer_only": {"quantize": True, "calibrate": True, "ops": INT16X8},
}


def convert(folder, calibration, quantize=False, types=(), calibrate=False, ops=None, edge=None):
    """Returns the bytes of the .tflite file; `calibration` goes in one sample at a time, in order."""
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved_model"))
    if quantize:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if types:
        converter.target_spec.supported_types = list(types)
    if calibrate:
        converter.representative_dataset = lambda: ({INPUT_NAME: sample[np.newaxis]} for sample in calibration)
    if ops:
        converter.target_spec.supported_ops = [ops]
    if edge:
        converter.inference_input_type = converter.inference_output_type = edge
    return converter.convert()


def quantized(values, detail):
    """Maps floats to an integer edge as LiteRT's QUANTIZE does: float32 division, halves away from zero."""
    if detail["dtype"] == np.float32:
        return values
    scale, zero_point = detail["quantization"]
    steps = values / np.float32(scale)
    steps = np.trunc(steps + np.copysign(np.float32(0.5), steps)) + zero_point
    limits = np.iinfo(detail["dtype"])
    return np.clip(steps, limits.min, limits.max).astype(detail["dtype"])


def edge_of(detail):
    scale, zero_point = detail["quantization"]
    edge = {"type": np.dtype(detail["dtype"]).name}
    return edge | ({"scale": float(scale), "zero_point": int(zero_point)} if scale else {})


def dequantized(values, detail):
    if detail["dtype"] == np.float32:
        return values
    scale, zero_point = detail["quantization"]
    return (values.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)


def run_reference(model, images):
    """Returns (outputs as floats, facts about the file), from the reference kernels on one thread."""
    interpreter = tf.lite.Interpreter(
        model_content=model,
        num_threads=1,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
    )
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for image in quantized(images, source):
        interpreter.set_tensor(source["index"], image[np.newaxis])
        interpreter.invoke()
        outputs.append(dequantized(interpreter.get_tensor(result["index"])[0], result))
    operators = collections.Counter(o["op_name"] for o in interpreter._get_ops_details())
    return np.array(outputs), {
        "input": edge_of(source),
        "output": edge_of(result),
        "operators": dict(sorted(operators.items())),
    }


def accuracy(outputs, labels):
    correct = int((outputs.argmax(-1) == labels).sum())
    return {"correct": correct, "top1": correct / len(labels)}


def against(outputs, reference):
    """Compares with the float file's outputs; the signal-to-noise ratio is over all outputs, null where equal."""
    noise = np.square(outputs.astype(np.float64) - reference).sum()
    signal = np.square(reference.astype(np.float64)).sum()
    return {
        "agreement": float((outputs.argmax(-1) == reference.argmax(-1)).mean()),
        "sqnr_db": round(float(10 * np.log10(signal / noise)), 2) if noise else None,
    }


def main(folder):
    calibration = np.load(folder / "calibration.npz")[INPUT_NAME]
    test = np.load(folder / "test.npz")
    images, labels = test[INPUT_NAME], test["labels"]

    serve = tf.saved_model.load(str(folder / "saved_model")).signatures["serving_default"]
    outputs = serve(**{INPUT_NAME: tf.constant(images)})[OUTPUT_NAME].numpy()
    np.savez_compressed(folder / "expected_outputs.npz", **{OUTPUT_NAME: outputs[:KEPT_OUTPUTS]})

    modes, float_bytes, float_outputs = {}, None, None
    for mode, settings in MODES.items():
        model = convert(folder, calibration, **settings)
        found, facts = run_reference(model, images)
        if mode == "none":
            float_bytes, float_outputs = len(model), found
        figures = {"bytes": len(model), "ratio": round(len(model) / float_bytes, 4)}
        figures |= accuracy(found, labels) | against(found, float_outputs)
        modes[mode] = figures | facts
        print(mode, figures)

    report = {
        "tensorflow": tf.__version__,
        "kernels": "reference",
        "samples": len(labels),
        "saved_model": accuracy(outputs, labels),
        "modes": modes,
    }
    (folder / "expected.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent)
