"""Trains the bundled example and writes everything that the demo reads.

    python train.py [FOLDER]        FOLDER defaults to the one this file is in

A small residual network classifies the 8x8 handwritten digits that scikit-learn carries. It is written the way people
write such networks, and so that between them its layers meet each operator a first converter must get right: a
convolution with a bias before its batch norm and some without, depthwise convolutions, relu and relu6, an explicit zero
padding, maximum and average pooling, a residual and a downsampling addition, a mean, a reshape, dense layers with and
without an activation, a softmax.

Everything is seeded and runs on one thread: the same versions on the same kind of CPU give the same arrays again, other
CPUs the same up to the noise of floating point.
"""

import os
import pathlib
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # its kernels sum in an order that depends on the CPU
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import sklearn.datasets
import tensorflow as tf
from keras import layers

SEED = 20240607
CALIBRATION_SAMPLES = 200
TEST_SAMPLES = 500
EPOCHS = 40
BATCH = 32
INPUT_NAME = "image"


def split_digits():
    """Returns (images, labels) for training, calibration and test: disjoint, drawn without replacement by SEED.

    A pixel counts the ink in a 4x4 block of the original scan, 0..16; dividing by 16 is exact in binary, so the arrays
    lose nothing. Images are [samples, 8, 8, 1] float32, labels int64.
    """
    digits = sklearn.datasets.load_digits()
    images = (digits.images / 16.0).astype(np.float32)[..., np.newaxis]
    labels = digits.target.astype(np.int64)
    order = np.random.default_rng(SEED).permutation(len(images))
    test, calibration, train = np.split(order, [TEST_SAMPLES, TEST_SAMPLES + CALIBRATION_SAMPLES])
    return tuple((images[part], labels[part]) for part in (train, calibration, test))


def build_model():
    """Builds the network; the comment on a line is the shape after it."""
    image = keras.Input((8, 8, 1), name=INPUT_NAME)

    x = layers.Conv2D(24, 3, padding="same", name="stem")(image)  # 8x8x24; bias and batch norm fold into one bias
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)

    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(72, 1, use_bias=False, name="pointwise")(x)  # 8x8x72
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.MaxPooling2D(2)(x)  # 4x4x72

    shortcut = x
    x = layers.Conv2D(72, 3, padding="same", use_bias=False, name="residual")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="residual_depthwise")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Add()([x, shortcut])
    x = layers.ReLU()(x)

    shortcut = layers.AveragePooling2D(2)(x)  # 2x2x72
    shortcut = layers.Conv2D(128, 1, use_bias=False, name="shortcut")(shortcut)
    shortcut = layers.BatchNormalization()(shortcut)
    x = layers.ZeroPadding2D(1)(x)  # both sides, unlike a strided "same": it cannot fold into the convolution
    x = layers.Conv2D(128, 3, strides=2, padding="valid", use_bias=False, name="downsample")(x)  # 2x2x128
    x = layers.BatchNormalization()(x)
    x = layers.Add()([x, shortcut])
    x = layers.ReLU()(x)

    x = layers.GlobalAveragePooling2D(keepdims=True)(x)  # 1x1x128
    x = keras.ops.reshape(x, (-1, 128))  # unlike Flatten, leaves no arithmetic on the batch size in the graph
    x = layers.Dense(64, activation="relu", name="hidden")(x)
    x = layers.Dense(10, activation="softmax", name="digit")(x)
    return keras.Model(image, x, name="digits")


def train_model(images, labels):
    """Trains with Adam on a cosine schedule and returns the trained model."""
    model = build_model()
    steps = EPOCHS * -(-len(images) // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    model.compile(optimizer=keras.optimizers.Adam(schedule), loss="sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model


def export(model, folder):
    """Writes the SavedModel as `model.export` does, signatures `serve` and `serving_default` alike.

    `model.export` also lists the model's own variable objects, so that every weight stands in the checkpoint twice; an
    archive with nothing but the endpoint holds each once.
    """
    shutil.rmtree(folder, ignore_errors=True)
    archive = keras.export.ExportArchive()
    archive.add_endpoint("serve", model, [tf.TensorSpec((None, 8, 8, 1), tf.float32, name=INPUT_NAME)])
    archive.write_out(folder, verbose=False)
    (folder / "assets").rmdir()  # empty


def main(folder):
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    train, calibration, test = split_digits()
    model = train_model(*train)
    export(model, folder / "saved_model")
    np.savez_compressed(folder / "calibration.npz", **{INPUT_NAME: calibration[0]})
    np.savez_compressed(folder / "test.npz", **{INPUT_NAME: test[0], "labels": test[1]})

    print(f"samples: {len(train[0])} train, {len(calibration[0])} calibration, {len(test[0])} test")
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    print(f"parameters: {model.count_params()} ({trainable} trainable)")
    for name, (images, labels) in {"train": train, "calibration": calibration, "test": test}.items():
        hits = int((model.predict(images, verbose=0).argmax(-1) == labels).sum())
        print(f"top-1 on {name}: {hits}/{len(labels)} = {hits / len(labels):.4f}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent)
