#!/usr/bin/env python3
"""Writes the small SavedModels of this folder, each with inputs.npz and outputs.npz as TensorFlow computes them.

Usage: make.py [name ...]            (TensorFlow 2.21)
"""
import os
import shutil
import sys

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


class Counters(tf.Module):
    """Variables that signatures write (in a branch and in a loop as well), one that all read, one that none writes."""

    def __init__(self):
        self.weights = tf.Variable(values(3, 3), name="weights")
        self.mean = tf.Variable(values(3), name="mean")
        self.count = tf.Variable(1, dtype=tf.int32, name="count")
        self.history = tf.Variable(values(4, 3), name="history")

    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32, name="x")])
    def step(self, x):
        y = tf.linalg.matvec(self.weights, x)
        self.count.assign_add(1)
        before = self.mean.read_value()
        self.mean.assign(before * 0.75 + y * 0.25)
        if tf.reduce_sum(x) > 0.0:
            self.mean.assign_sub(x * 0.125)
        for _ in tf.range(2):
            self.mean.assign_add(y * 0.0625)
        self.history.scatter_nd_update([[self.count % 4]], [x])
        return {
            "before": before,
            "after": self.mean.read_value(),
            "count": self.count.read_value(),
            "history": self.history.read_value(),
        }

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32, name="scale")])
    def peek(self, scale):
        return {"scaled": self.mean * scale, "rows": tf.matmul(self.history, self.weights)}


def counters():
    path = folder("counters")
    module = Counters()
    tf.saved_model.save(module, path, signatures={"step": module.step, "peek": module.peek})
    x = values(20, 3)
    rows = []
    for i in range(20):
        row = dict(module.step(x[i]))
        row.update(module.peek(tf.constant(2.0)))
        rows.append(row)
    outputs = {key: np.stack([row[key].numpy() for row in rows]) for key in rows[0]}
    save_arrays(path, {"x": x, "scale": np.full([20], 2, np.float32)}, outputs)


def session_counter():
    """A variable of TensorFlow 1 that is assigned to by what runs before the answer."""
    path = folder("session_counter")
    x = values(20, 2)
    with tf.Graph().as_default(), v1.Session() as session:
        given = v1.placeholder("float32", [2], name="x")
        total = v1.get_variable("total", initializer=values(2), use_resource=False)
        scale = v1.get_variable("scale", initializer=values(2) + 2, use_resource=False)
        y = v1.assign_add(total, given * scale) * 2.0
        session.run(v1.global_variables_initializer())
        v1.saved_model.simple_save(session, path, {"x": given}, {"y": y})
        save_arrays(path, {"x": x}, {"y": np.stack([session.run(y, {given: row}) for row in x])})


class Tables(tf.Module):
    """Tables that are filled when the model is loaded."""

    def __init__(self):
        self.numbers = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(["yes", "no", "up", "down"]), tf.constant([3, 1, 4, 15], tf.int64)
            ),
            -1,
        )
        self.words = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tf.constant([3, 1, 4], tf.int64), tf.constant(["a", "b", "c"])), "?"
        )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="word")])
    def look(self, word):
        number = self.numbers.lookup(word)
        return {"number": number, "letter": self.words.lookup(number), "size": self.words.size()}


def tables():
    path = folder("tables")
    module = Tables()
    tf.saved_model.save(module, path, signatures={"look": module.look})
    word = tf.constant(["up", "left", "yes", "no", "down"])
    outputs = {key: value.numpy() for key, value in module.look(word).items()}
    outputs["letter"] = outputs["letter"].astype("S")
    save_arrays(path, {"word": word.numpy().astype("S")}, outputs)


def spread_signatures():
    """Layers that three signatures share, each with its own head; one has two inputs."""

    class Spread(tf.Module):
        def __init__(self):
            self.kernel = tf.Variable(values(3, 3, 2, 8), name="kernel")
            self.dense = tf.Variable(values(8, 64), name="dense")
            self.bias = tf.Variable(values(64), name="bias")

        def features(self, image):
            y = tf.nn.relu(tf.nn.conv2d(image, self.kernel, 2, "SAME"))
            return tf.reduce_mean(y, [1, 2])

        @tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 2], tf.float32, name="image")])
        def embed(self, image):
            return {"embedding": tf.matmul(self.features(image), self.dense) + self.bias}

        @tf.function(
            input_signature=[
                tf.TensorSpec([None, 8, 8, 2], tf.float32, name="left"),
                tf.TensorSpec([None, 8, 8, 2], tf.float32, name="right"),
            ]
        )
        def compare(self, left, right):
            a = tf.matmul(self.features(left), self.dense) + self.bias
            b = tf.matmul(self.features(right), self.dense) + self.bias
            return {"distance": tf.reduce_sum(tf.math.squared_difference(a, b), -1)}

        @tf.function(input_signature=[tf.TensorSpec([None, 8], tf.float32, name="features")])
        def head(self, features):
            return {"probabilities": tf.nn.softmax(tf.matmul(features, self.dense))}

    path = folder("three_signatures")
    module = Spread()
    tf.saved_model.save(
        module, path, signatures={"embed": module.embed, "compare": module.compare, "head": module.head}
    )
    inputs = {"image": values(2, 8, 8, 2), "left": values(3, 8, 8, 2), "features": values(2, 8)}
    inputs["right"] = inputs["left"][::-1] * 0.5
    outputs = {
        **module.embed(inputs["image"]),
        **module.compare(inputs["left"], inputs["right"]),
        **module.head(inputs["features"]),
    }
    save_arrays(path, inputs, {key: value.numpy() for key, value in outputs.items()})


def session_tags():
    """Three graphs in one file, the one for training first and the one for an accelerator before the plain one."""
    path = folder("session_tags")
    x = values(2, 3)
    builder = v1.saved_model.Builder(path)
    for tags, factor in [(["train"], 3.0), (["serve", "tpu"], 2.0), (["serve"], 1.0)]:
        with tf.Graph().as_default(), v1.Session() as session:
            given = v1.placeholder("float32", [None, 3], name="x")
            weights = v1.get_variable("weights", initializer=values(3, 2), use_resource=False)
            y = tf.matmul(given, weights) * factor
            session.run(v1.global_variables_initializer())
            signature = v1.saved_model.predict_signature_def({"x": given}, {"y": y})
            if tags == ["train"]:
                builder.add_meta_graph_and_variables(session, tags, {"predict": signature})
            else:
                builder.add_meta_graph(tags, {"predict": signature})
            outputs = {"y": session.run(y, {given: x})}
    builder.save()
    save_arrays(path, {"x": x}, outputs)


def session_defaults():
    """Inputs that have defaults, which the signature does not name."""
    path = folder("session_defaults")
    x = values(2, 4)
    with tf.Graph().as_default(), v1.Session() as session:
        given = v1.placeholder("float32", [None, 4], name="x")
        keep = v1.placeholder_with_default(tf.constant(0.75), [], name="keep")
        training = v1.placeholder_with_default(False, [], name="training")
        weights = v1.get_variable("weights", initializer=values(4, 6), use_resource=False)
        y = tf.matmul(given, weights) * keep
        y = v1.cond(training, lambda: tf.zeros_like(y), lambda: tf.nn.relu(y))
        session.run(v1.global_variables_initializer())
        v1.saved_model.simple_save(session, path, {"x": given}, {"y": y})
        save_arrays(path, {"x": x}, {"y": session.run(y, {given: x})})


def vocabulary(path):
    file = os.path.join(path, "words.txt")
    os.makedirs(path)
    with open(file, "w") as out:
        out.write("yes\nno\nup\n")
    return file


def session_vocabulary():
    """A table of TensorFlow 1 that is filled from a file beside the graph."""
    path = folder("session_vocabulary")
    words = np.array([b"up", b"yes", b"left"])
    with tf.Graph().as_default(), v1.Session() as session:
        file = vocabulary(path + ".tmp")
        word = v1.placeholder("string", [None], name="word")
        table = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(
                file, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
            ),
            -1,
        )
        number = table.lookup(word)
        session.run(v1.tables_initializer())
        v1.saved_model.simple_save(session, path, {"word": word}, {"number": number}, v1.tables_initializer())
        save_arrays(path, {"word": words}, {"number": session.run(number, {word: words})})
        shutil.rmtree(path + ".tmp")


def word_list():
    """The same in TensorFlow 2: a column as values, and the way back from numbers to words."""

    class Words(tf.Module):
        def __init__(self, file):
            self.numbers = tf.lookup.StaticHashTable(
                tf.lookup.TextFileInitializer(file, tf.string, 0, tf.int64, 1, delimiter="\t"), -1
            )
            self.words = tf.lookup.StaticHashTable(
                tf.lookup.TextFileInitializer(file, tf.int64, 1, tf.string, 0, delimiter="\t"), "?"
            )

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="word")])
        def look(self, word):
            number = self.numbers.lookup(word)
            return {"number": number, "word_again": self.words.lookup(number)}

    path = folder("word_list")
    os.makedirs(path + ".tmp")
    file = os.path.join(path + ".tmp", "numbers.tsv")
    with open(file, "w", encoding="utf-8") as out:
        out.write("yes\t125\nnäin\t-2\nup\t300\n")
    module = Words(file)
    tf.saved_model.save(module, path, signatures={"look": module.look})
    words = np.array(["up".encode(), "yes".encode(), "left".encode(), "näin".encode()])
    outputs = {key: value.numpy() for key, value in module.look(tf.constant(words)).items()}
    outputs["word_again"] = outputs["word_again"].astype("S")
    save_arrays(path, {"word": words}, outputs)
    shutil.rmtree(path + ".tmp")


MAKERS = {
    "session_references": lambda: session_style("session_references", False),
    "session_resources": lambda: session_style("session_resources", True),
    "two_signatures": shared,
    "three_signatures": spread_signatures,
    "counters": counters,
    "session_counter": session_counter,
    "tables": tables,
    "session_tags": session_tags,
    "session_defaults": session_defaults,
    "session_vocabulary": session_vocabulary,
    "word_list": word_list,
}

for name in sys.argv[1:] or MAKERS:
    MAKERS[name]()
