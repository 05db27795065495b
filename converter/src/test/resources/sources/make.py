#!/usr/bin/env python3
"""Records what TensorFlow and LiteRT's reference kernels answer for the SavedModels and .tflite files of the corpus.

    python make.py ../../../../../../shared/corpus        (tensorflow 2.21, tf_keras 2.21)

For each model NAME.npz holds the outputs by name: flattened, every k-th element where there are more than LIMIT (k is then
`NAME#step`), and `NAME#range`, the largest minus the smallest element of the whole output. SavedModels have `NAME#noise` too: how far the
file that TensorFlow's converter makes is from TensorFlow in LiteRT's reference kernels. It passes 1e-4 of the range in one model, basic_pitch, which takes
logarithms of what cancels out; TensorFlow with and without oneDNN is as far from itself there. Inputs are not stored: element i
of input number n is `fill(i, n)`, which SourcesTest computes too.
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np
import tensorflow as tf

LIMIT = 1500
HERE = pathlib.Path(__file__).resolve().parent


def fill(shape, kind, number, upper):
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    unit = ((i * np.uint64(2654435761) + np.uint64(number * 40503 + 12345)) % np.uint64(1 << 32)).astype(np.float64) / (1 << 32)
    if kind.kind in "iu":
        return np.floor(unit * upper).astype(kind).reshape(shape)
    return (2 * unit - 1).astype(np.float32).reshape(shape)


def record(name, outputs, again=None):
    arrays = {}
    for key, value in outputs.items():
        flat = np.asarray(value).reshape(-1)
        step = -(-flat.size // LIMIT)
        arrays[key] = flat[::step]
        arrays[key + "#step"] = np.int32(step)
        arrays[key + "#range"] = np.float32(flat.max() - flat.min())
        if again is not None:
            arrays[key + "#noise"] = np.float32(np.abs(again[key].reshape(-1) - flat).max())
    np.savez_compressed(HERE / (name + ".npz"), **arrays)
    print(name, {k: v.shape for k, v in arrays.items() if "#" not in k})


def saved_model(name, folder, upper=100):
    signature = tf.saved_model.load(str(folder)).signatures["serving_default"]
    inputs = {}
    for n, (key, spec) in enumerate(sorted(signature.structured_input_signature[1].items())):
        shape = [1 if d is None else d for d in spec.shape]
        inputs[key] = tf.constant(fill(shape, np.dtype(spec.dtype.as_numpy_dtype), n, upper))
    interpreter = tf.lite.Interpreter(
        model_content=tf.lite.TFLiteConverter.from_saved_model(str(folder)).convert(),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    again = interpreter.get_signature_runner("serving_default")(**{k: v.numpy() for k, v in inputs.items()})
    record(name, {k: v.numpy() for k, v in signature(**inputs).items()}, again)


def tflite(name, file, upper=100):
    interpreter = tf.lite.Interpreter(
        str(file), experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    details = interpreter.get_input_details()
    signatures = interpreter.get_signature_list()
    if signatures:
        interpreter.allocate_tensors()
        runner = interpreter.get_signature_runner("serving_default")
        names = sorted(signatures["serving_default"]["inputs"])
        described = runner.get_input_details()
        inputs = {key: fill(described[key]["shape"], np.dtype(described[key]["dtype"]), n, upper) for n, key in enumerate(names)}
        record(name, runner(**inputs))
        return
    interpreter.allocate_tensors()
    order = sorted(range(len(details)), key=lambda i: details[i]["name"])
    for n, i in enumerate(order):
        detail = details[i]
        interpreter.set_tensor(detail["index"], fill(detail["shape"], np.dtype(detail["dtype"]), n, upper))
    interpreter.invoke()
    record(name, {d["name"]: interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()})


def main():
    corpus = pathlib.Path(sys.argv[1])
    for file in sorted(corpus.glob("source/*/saved_model.pb")) + sorted(corpus.glob("source/*/saved_model/saved_model.pb")):
        folder = file.parent
        saved_model(folder.parent.name if folder.name == "saved_model" else folder.name, folder)
    for file in sorted(corpus.glob("source/*/*.tflite")):
        tflite(file.parent.name, file)
    for file in sorted(corpus.glob("source_float_tflite/*.tflite")):
        tflite("float_tflite_" + file.stem, file)


main()
