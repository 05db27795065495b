#!/usr/bin/env python3
"""Writes the small SavedModels of this folder, each with inputs.npz and outputs.npz as TensorFlow computes them.

Usage: make.py            (TensorFlow 2.21)
"""
import os
import shutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
v1 = tf.compat.v1


def values(*shape):
    """Numbers that are different and small, the same on every machine."""
    count = int(np.prod(shape))
    return (np.sin(np.arange(count) * 1.7) * 0.5).astype("float32").reshape(shape)


def folder(name):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


def save_arrays(path, inputs, outputs):
    np.savez(os.path.join(path, "inputs.npz"), **inputs)
    np.savez(os.path.join(path, "outputs.npz"), **outputs)


def session_style(name, resource):
    """Graph mode: variables by reference (TensorFlow 1) or as resources, restored by name."""
    path = folder(name)
    x = values(2, 6, 6, 2)
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("net", use_resource=resource):
            image = v1.placeholder("float32", [None, 6, 6, 2], name="image")
            kernel = v1.get_variable("kernel", initializer=values(3, 3, 2, 3))
            bias = v1.get_variable("bias", initializer=values(3))
            scale = v1.get_variable("scale", initializer=values(3) + 1)
            y = tf.nn.conv2d(image, kernel, strides=2, padding="SAME")
            y = tf.nn.bias_add(y, bias)
            y, _, _ = v1.nn.fused_batch_norm(
                y, scale, values(3), values(3), values(3) + 2, epsilon=1e-3, is_training=False
            )
            y = tf.nn.relu(y)
            weights = v1.get_variable("weights", initializer=values(27, 4))
            y = tf.nn.softmax(tf.matmul(tf.reshape(y, [-1, 27]), weights), name="probabilities")
        session.run(v1.global_variables_initializer())
        v1.saved_model.simple_save(session, path, {"image": image}, {"probabilities": y})
        save_arrays(path, {"image": x}, {"probabilities": session.run(y, {image: x})})


class Shared(tf.Module):
    """Two signatures on one set of weights, one of them with two inputs."""

    def __init__(self):
        self.weights = tf.Variable(values(4, 4), name="weights")

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
    def one(self, x):
        return {"y": tf.nn.relu(tf.matmul(x, self.weights))}

    @tf.function(
        input_signature=[
            tf.TensorSpec([2, 4], tf.float32, name="b"),
            tf.TensorSpec([2, 4], tf.float32, name="a"),
        ]
    )
    def two(self, b, a):
        return {"sum": tf.matmul(a, self.weights) + b, "difference": a - b}


def shared():
    path = folder("two_signatures")
    module = Shared()
    tf.saved_model.save(module, path, signatures={"one": module.one, "two": module.two})
    a, b = values(2, 4), values(2, 4)[::-1] + 1
    outputs = {"y": module.one(a)["y"], **module.two(b, a)}
    save_arrays(path, {"x": a, "a": a, "b": b}, {k: v.numpy() for k, v in outputs.items()})


session_style("session_references", False)
session_style("session_resources", True)
shared()
