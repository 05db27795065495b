#!/usr/bin/env python3
"""Records what TensorFlow (tf_keras) answers for the HDF5 files of the corpus.

    python3 make.py ../../../../../../shared/corpus/source        (needs tensorflow and tf_keras)

NAME.npz holds the outputs, `out_0` and so on: flattened, every k-th element where there are more than LIMIT (`out_0_step` is k), and
`out_0_range`, the largest minus the smallest element. Inputs are not stored: element i of input number n is `fill(i, n)`, which
KerasCorpusTest computes too.
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np
import tensorflow as tf
import tf_keras

LIMIT = 1000
HERE = pathlib.Path(__file__).resolve().parent


def fill(shape, integers, number):
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    unit = ((i * np.uint64(2654435761) + np.uint64(number * 40503 + 12345)) % np.uint64(1 << 32)).astype(np.float64) / (1 << 32)
    if integers:
        return np.floor(unit * 100).astype(np.int32).reshape(shape)
    return (2 * unit - 1).astype(np.float32).reshape(shape)


def record(file):
    model = tf_keras.models.load_model(file, compile=False)
    values = [tf.constant(fill([1 if d is None else d for d in tensor.shape], tensor.dtype.is_integer, n)) for n, tensor in enumerate(model.inputs)]
    arrays = {}
    for i, output in enumerate(tf.nest.flatten(model(values if len(values) > 1 else values[0], training=False))):
        flat = np.asarray(output).reshape(-1)
        step = -(-flat.size // LIMIT)
        arrays[f"out_{i}"] = flat[::step]
        arrays[f"out_{i}_step"] = np.int32(step)
        arrays[f"out_{i}_range"] = np.float32(flat.max() - flat.min() if flat.size > 1 else abs(flat[0]))
    np.savez_compressed(HERE / (file.parent.name + ".npz"), **arrays)
    print(file.parent.name, [tuple(t.shape) for t in model.inputs], {k: v.shape for k, v in arrays.items() if v.ndim})


for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*.h*5")):
    if path.name != "ml-1m_GMF_8_1501651698.h5":  # weights without layers; rebuilt.h5 beside it is the model
        record(path)
