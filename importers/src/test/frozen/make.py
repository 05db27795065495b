"""Writes TensorFlow's answers for frozen graphs: of real ones (below ../shared, given as the first argument), and of
small ones in TensorFlow 1's style of control flow, which are made here. Needs TensorFlow 2.

    python make.py ../../../../../shared/corpus/source

Inputs are x[i] = ((i * 7919 + 13) % 1000) / 1000 - 0.5 in row-major order; of large outputs every n-th element is kept.
"""
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
# oneDNN's convolutions stray further from the exact sums than 1e-4 of range in human_selfie.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = 600

REAL = {
    "armkws_CNN_S": ("CNN_S.pb", "Mfcc", [1, 49, 10], ["labels_softmax"]),
    "armkws_DNN_S": ("DNN_S.pb", "Mfcc", [1, 25, 10], ["labels_softmax"]),
    "armkws_DS_CNN_S": ("DS_CNN_S.pb", "Mfcc", [1, 49, 10], ["labels_softmax"]),
    "armkws_Basic_LSTM_S": ("Basic_LSTM_S.pb", "Mfcc", [1, 49, 10], ["labels_softmax"]),
    "armkws_GRU_S": ("GRU_S.pb", "Mfcc", [1, 25, 10], ["labels_softmax"]),
    "espcn_x2": ("ESPCN_x2.pb", "IteratorGetNext", [1, 24, 20, 1], ["NCHW_output"]),
    "fsrcnn_x2": ("FSRCNN_x2.pb", "IteratorGetNext", [1, 24, 20, 1], ["NCHW_output"]),
    "human_blazeface_front": (
        "rebuilt_frozen.pb",
        "input",
        [1, 128, 128, 3],
        ["Identity", "Identity_1", "Identity_2", "Identity_3"],
    ),
    "human_selfie": ("rebuilt_frozen.pb", "input_1", [1, 256, 256, 3], ["activation_10"]),
    "mnist_softmax_pb": ("mnist.pb", "input", [3, 784], ["softmax"]),
}


def pattern(shape):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((i * 7919 + 13) % 1000) / np.float32(1000) - np.float32(0.5)).astype(np.float32).reshape(shape)


def answers(name, path, feeds, fetches):
    definition = v1.GraphDef()
    with open(path, "rb") as file:
        definition.ParseFromString(file.read())
    with v1.Graph().as_default() as graph:
        placeholders = {key: v1.placeholder(tf.float32, shape, name="given_" + key) for key, shape in feeds.items()}
        mapped = {key + ":0": value for key, value in placeholders.items()}
        outputs = tf.import_graph_def(
            definition, input_map=mapped, return_elements=[f + ":0" for f in fetches], name="g"
        )
        with v1.Session(graph=graph) as session:
            got = session.run(outputs, {placeholders[key]: pattern(shape) for key, shape in feeds.items()})
    arrays = {}
    for key, shape in feeds.items():
        arrays["in_" + key] = np.array(shape, np.int32)
    for key, value in zip(fetches, got):
        step = -(-value.size // KEPT)
        arrays["out_" + key] = value.reshape(-1)[::step].astype(np.float32)
        arrays["shape_" + key] = np.array(value.shape, np.int32)
    np.savez_compressed(os.path.join(HERE, name + ".npz"), **arrays)


def frozen(name, build):
    """A graph of TensorFlow 1's own control flow: build() takes placeholder x [2, 3] and names its outputs."""
    with v1.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [2, 3], name="x")
        outputs = build(x)
        path = os.path.join(HERE, name + ".pb")
        with open(path, "wb") as file:
            file.write(graph.as_graph_def().SerializeToString())
    answers(name, path, {"x": [2, 3]}, outputs)


def nested_loops(x):
    def outer(i, a):
        def inner(j, b):
            return j + 1, b * 0.5 + tf.cast(i, tf.float32) * x

        _, b = v1.while_loop(lambda j, b: j < i + 2, inner, [tf.constant(0), a])
        return i + 1, b + a

    _, y = v1.while_loop(lambda i, a: i < 4, outer, [tf.constant(0), x])
    tf.identity(y, name="y")
    return ["y"]


def branches(x):
    big = v1.cond(
        tf.reduce_sum(x) > 100.0,
        lambda: x * 2.0,
        lambda: v1.cond(tf.reduce_max(x) > 0.2, lambda: x + 1.0, lambda: tf.zeros([2, 3])),
    )
    a, b = v1.cond(tf.reduce_sum(x) < 100.0, lambda: (x - 1.0, tf.reduce_sum(x)), lambda: (x, tf.reduce_max(x)))
    tf.identity(big, name="big")
    tf.identity(a, name="a")
    tf.identity(b, name="b")
    return ["big", "a", "b"]


def branch_in_loop(x):
    def body(i, a):
        a = v1.cond(tf.equal(i % 2, 0), lambda: a + x, lambda: a * 2.0)
        return i + 1, a

    _, y = v1.while_loop(lambda i, a: i < 5, body, [tf.constant(0), x])
    tf.identity(y, name="y")
    return ["y"]


def arrays(x):
    rows = v1.TensorArray(tf.float32, size=2).unstack(x)
    out = v1.TensorArray(tf.float32, size=2)

    def body(i, total, out):
        row = rows.read(i)
        total = total + row
        return i + 1, total, out.write(i, total * 2.0)

    _, total, out = v1.while_loop(lambda i, t, o: i < 2, body, [tf.constant(0), tf.zeros([3]), out])
    tf.identity(out.stack(), name="stacked")
    tf.identity(total, name="total")
    return ["stacked", "total"]


def growing(x):
    """A value whose shape changes from round to round."""
    _, y = v1.while_loop(
        lambda i, a: i < 3,
        lambda i, a: (i + 1, tf.concat([a, x], 0)),
        [tf.constant(0), x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 3])],
    )
    tf.identity(y, name="y")
    return ["y"]


if __name__ == "__main__":
    v1.disable_control_flow_v2()
    v1.disable_tensor_equality()
    for build in (nested_loops, branches, branch_in_loop, arrays, growing):
        frozen(build.__name__, build)
    if len(sys.argv) > 1:
        for name, (file, given, shape, fetches) in REAL.items():
            answers(name, os.path.join(sys.argv[1], name, file), {given: shape}, fetches)
