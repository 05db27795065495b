"""Writes the image fixtures of ImageFilesTest, answered by TensorFlow: python make_image_fixtures.py OUTPUT_FOLDER"""
import pathlib
import sys

import numpy as np
import tensorflow as tf

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(3)
smooth = np.add.outer(np.arange(13) * 9, np.arange(10) * 11)[..., None] + np.array([0, 20, 40])
image = np.clip(smooth + random.integers(-30, 30, smooth.shape), 0, 255).astype(np.uint8)  # 13 rows, 10 columns

tf.io.write_file(str(out / "rgb.png"), tf.io.encode_png(image))
tf.io.write_file(str(out / "rgba.png"), tf.io.encode_png(np.concatenate([image, image[..., :1]], -1)))
tf.io.write_file(str(out / "gray.png"), tf.io.encode_png(image[..., :1]))
tf.io.write_file(str(out / "gray16.png"), tf.io.encode_png(image[..., :1].astype(np.uint16) * 256 + 77))
big = tf.cast(tf.image.resize(image, (40, 32), "bicubic"), tf.uint8)
tf.io.write_file(str(out / "photo.jpg"), tf.io.encode_jpeg(big, quality=90))

answers = {
    "rgb": image,
    "gray16": tf.io.decode_png(tf.io.read_file(str(out / "gray16.png")), channels=1),
    "photo": tf.io.decode_jpeg(tf.io.read_file(str(out / "photo.jpg")), channels=3, dct_method="INTEGER_ACCURATE"),
    "luma": tf.image.rgb_to_grayscale(image.astype(np.float32)),
}
for method in ["bilinear", "nearest", "bicubic", "area"]:
    for height, width in [(5, 7), (26, 31), (13, 3), (1, 1)]:
        answers[f"{method}_{height}_{width}"] = tf.image.resize(image.astype(np.float32), (height, width), method)
for height, width in [(8, 8), (6, 20), (40, 10)]:
    answers[f"crop_{height}_{width}"] = tf.keras.preprocessing.image.smart_resize(
        image.astype(np.float32), (height, width))
    answers[f"pad_{height}_{width}"] = tf.image.resize_with_pad(image.astype(np.float32), height, width)
np.savez_compressed(out / "answers.npz", **{k: np.asarray(v) for k, v in answers.items()})
