#!/usr/bin/env python3
"""Writes the models of KerasVersionsTest: files of Keras 1, 2 and 3 with what TensorFlow answers to seeded inputs.

    python3 make.py FOLDER        (needs tensorflow, keras 3, tf_keras and h5py)

NAME.h5, NAME.keras or both, and NAME.npz with an array for each input (`in_` and its name) and output (`out_0`, …). Files of Keras 1 are
made of models of Keras 2 that compute the same, with the configuration and the weights written as Keras 1 wrote them.
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import h5py
import keras
import numpy as np
import tensorflow as tf
import tf_keras

OUT = pathlib.Path(sys.argv[1])
ONLY = sys.argv[2:]
OUT.mkdir(parents=True, exist_ok=True)


def randomized(model, seed, low=0.05):
    """No weight stays at zero or one, and variances stay positive."""
    random = np.random.RandomState(seed)
    model.set_weights([w + random.uniform(low, 0.3, w.shape).astype(w.dtype) if w.dtype.kind == "f" else w
                       for w in model.get_weights()])


def record(name, model, seed=0, low=-2.5, high=2.5):
    random = np.random.RandomState(seed)
    arrays, values = {}, []
    for tensor in model.inputs:
        shape = [2 if d is None else d for d in tensor.shape]
        integral = "int" in str(tensor.dtype)
        value = random.randint(0, 5, shape).astype("int32") if integral else random.uniform(low, high, shape).astype("float32")
        arrays["in_" + tensor.name.split(":")[0]] = value
        values.append(value)
    outputs = model(values if len(values) > 1 else values[0], training=False)
    for i, output in enumerate(tf.nest.flatten(outputs)):
        arrays[f"out_{i}"] = np.asarray(output)
    np.savez_compressed(OUT / f"{name}.npz", **arrays)


def save(name, model, endings, seed=0, **limits):
    if ONLY and name not in ONLY:
        return
    randomized(model, seed)
    record(name, model, seed, **limits)
    for ending in endings:
        model.save(OUT / f"{name}.{ending}")
    print("ok", name)


def older():
    """Keras 2 (tf_keras)."""
    L, I, M = tf_keras.layers, tf_keras.Input, tf_keras.Model
    both = ("h5", "keras")

    x = I((6,), name="x")
    inner = tf_keras.Sequential([I((4,)), L.Dense(4, activation="hard_sigmoid"), L.Dense(3)], name="inner")
    y = L.Activation("hard_sigmoid")(x)
    z = L.Dense(4, activation="hard_sigmoid")(y)
    save("older_hard_sigmoid", M(x, [y, inner(z), L.Dense(2, activation=tf_keras.activations.hard_sigmoid)(x)]), both, low=-4, high=4)

    x = I((5, 3), name="x")
    outputs = [L.LSTM(4, recurrent_activation="hard_sigmoid")(x),
               L.GRU(4, recurrent_activation="hard_sigmoid", reset_after=False)(x),
               L.Bidirectional(L.LSTM(3, recurrent_activation="hard_sigmoid", return_sequences=True))(x),
               L.RNN(L.GRUCell(3, recurrent_activation="hard_sigmoid"))(x),
               L.RNN([L.LSTMCell(3), L.SimpleRNNCell(2, activation="hard_sigmoid")])(x)]
    save("older_recurrent", M(x, outputs), both)

    x = I((3, 6, 6, 2), name="x")
    save("older_conv_lstm", M(x, L.ConvLSTM2D(2, 3, padding="same")(x)), both)

    a, b = I((8, 8, 3), name="a"), I((8, 8, 3), name="b")
    shared = L.Conv2D(4, 3, padding="same")
    p, q = shared(a), shared(b)
    block = tf_keras.Sequential([I((8, 8, 4)), L.DepthwiseConv2D(3), L.BatchNormalization(), L.LeakyReLU(0.1), L.SeparableConv2D(5, 3)])
    r, s = block(p), block(q)
    outputs = [L.Add()([r, s]), L.Conv2DTranspose(3, 3, strides=2, padding="same")(L.PReLU(shared_axes=[1, 2])(r)),
               L.GlobalAveragePooling2D()(L.LayerNormalization()(s)), L.GroupNormalization(2)(p), L.ELU(0.7)(q)]
    save("older_shared", M([a, b], outputs), both)

    # The names of the layers do not say which weights are theirs where the inner model was renamed.
    first = tf_keras.Sequential([I((4,)), L.Dense(4, name="one"), L.BatchNormalization(), L.Dense(4, name="two")], name="block")
    for layer in first.layers:
        layer._name = "renamed_" + layer.name
    x = I((4,), name="x")
    save("older_renamed", M(x, first(x)), both)

    x = I((6, 8), name="x")
    attention = L.MultiHeadAttention(2, 4)
    outputs = [attention(x, x), attention(x, x, use_causal_mask=True), L.Attention()([x, x]), L.AdditiveAttention()([x, x]),
               L.TimeDistributed(L.Dense(3))(x), L.UnitNormalization()(x)]
    save("older_attention", M(x, outputs), both)

    ids = I((6,), name="ids", dtype="int32")
    e = L.Embedding(5, 4, mask_zero=True)(ids)
    save("older_masks", M(ids, [L.LSTM(3)(e), L.GRU(3, return_sequences=True)(e), L.GlobalAveragePooling1D()(e), L.Attention()([e, e])]), both)

    x = I((4, 6), name="x")
    halves = tf.split(x, 2, axis=-1)
    parts = tf.split(x, [1, 2, 3], axis=2)
    outputs = [tf.nn.gelu(x), tf.nn.gelu(x, approximate=True), tf.nn.leaky_relu(x), tf.nn.leaky_relu(x, alpha=0.3), halves[1] * 2.0 + 1.0,
               1.0 - x, x / 3.0, 2.0 / (tf.abs(x) + 1.0), parts[2], tf.concat([parts[1], parts[0]], axis=-1), tf.reduce_mean(x, axis=1),
               tf.reduce_max(x, axis=[1, 2], keepdims=True), tf.math.reduce_sum(x, 2), x[:, 1:3, ::2], x[:, 0], x[:, tf.newaxis],
               tf.argmax(x, axis=-1), tf.nn.softmax(x, axis=1), tf.pad(x, [[0, 0], [1, 2], [0, 1]]), tf.transpose(x, [0, 2, 1]),
               tf.reshape(x, [-1, 24]), tf.expand_dims(x, 1), tf.squeeze(x[:, :, 0:1], axis=2), tf.tile(x, [1, 2, 1]),
               tf.gather(x, [2, 0], axis=1), tf.where(x > 0.5, x, 0.0 * x), tf.clip_by_value(x, -1.0, 0.5), tf.stack([x, x * x], axis=1),
               tf.unstack(x, axis=1)[2], tf.reverse(x, [1]), tf.pow(x, 2.0), tf.maximum(x, 0.3), tf.minimum(x, tf.square(x)),
               tf.cast(x, tf.int32), tf.math.l2_normalize(x, axis=-1), tf.matmul(x, x, transpose_b=True), tf.argmax(x),
               tf.math.subtract(x, 1.0), tf.nn.relu6(x), -x, x ** 2, tf_keras.activations.hard_sigmoid(x), tf_keras.backend.hard_sigmoid(x),
               tf.reduce_mean(x), tf.math.reduce_std(x, axis=1), tf.repeat(x, 2, axis=1), tf.zeros_like(x) + 1.0, tf.math.sigmoid(x)]
    for group in range(0, len(outputs), 12):
        save(f"older_functions{group // 12}", M(x, outputs[group:group + 12]), both)
    save("older_ellipsis", M(x, [x[..., -1], x[..., 1:3]]), ("h5",))


def newer():
    """Functions of Keras 3."""
    I, M, ops = keras.Input, keras.Model, keras.ops
    x = I((4, 6), name="x")
    halves = ops.split(x, 2, axis=-1)
    parts = ops.split(x, [1, 3], axis=2)
    functions = """
        gelu(x); gelu(x, approximate=False); leaky_relu(x); leaky_relu(x, 0.3); concatenate([parts[1], parts[0]], axis=-1)
        mean(x, axis=1); max(x, axis=[1, 2], keepdims=True); sum(x, 2); argmax(x, axis=-1); argmax(x); argmin(x, axis=1)
        softmax(x, axis=1); softmax(x); pad(x, [[0, 0], [1, 2], [0, 1]]); transpose(x, [0, 2, 1]); transpose(x); reshape(x, [-1, 24])
        expand_dims(x, 1); squeeze(x[:, :, 0:1], axis=2); squeeze(x[:, :, 0:1]); tile(x, [1, 2, 1]); tile(x, 2)
        take(x, np.array([2, 0]), axis=1); take(mean(x, axis=0), np.array([2, 0])); where(x > 0.5, x, 0.0); clip(x, -1.0, 0.5); stack([x, x * x], axis=1); stack([x, x])
        unstack(x, axis=1)[2]; flip(x, 1); flip(x); power(x, 2.0); maximum(x, 0.3); minimum(x, square(x)); cast(x, "int32")
        normalize(x, axis=-1); matmul(x, transpose(x, [0, 2, 1])); einsum("bij,bkj->bik", x, x); hard_sigmoid(x); hard_silu(x)
        mean(x); std(x, axis=1); var(x, axis=2, keepdims=True); repeat(x, 2, axis=1); zeros_like(x) + 1.0; ones_like(x) + 1.0
        swapaxes(x, 1, 2); moveaxis(x, 1, -1); ravel(x); silu(x); relu6(x); elu(x, alpha=0.5); selu(x); celu(x, 0.8); glu(x)
        log_softmax(x); logical_not(x > 0); equal(x, 0.0); floor_divide(x, 0.7); mod(x, 0.7); negative(x); any(x > 1, axis=1)
        all(x > -2, axis=1); prod(x, axis=1); rsqrt(abs(x) + 1.0); sign(x); floor(x); ceil(x); round(x); expm1(x); log1p(abs(x))
        erf(x); softplus(x); log_sigmoid(x); hard_tanh(x); tanh_shrink(x); soft_shrink(x); hard_shrink(x); squareplus(x)
        sparse_plus(x); reciprocal(x + 4.0); image.resize(expand_dims(x, -1), (8, 3)); argmax(x, axis=1, keepdims=True)
    """
    names = {n: getattr(ops, n) for n in dir(ops)}
    names.update(x=x, parts=parts, np=np)
    outputs = [halves[1] * 2.0 + 1.0, 1.0 - x, x / 3.0, 2.0 / (ops.abs(x) + 1.0), parts[2], x[:, 1:3, ::2], x[:, 0], x[..., -1], x[:, None], -x, x**2.0]
    for text in functions.replace("\n", ";").split(";"):
        if text.strip():
            try:
                outputs.append(eval(text.strip(), names))
            except Exception as e:
                print("no", text, e)
    for group in range(0, len(outputs), 12):
        save(f"newer_functions{group // 12}", M(x, outputs[group:group + 12]), ("keras",))


def write_first(name, model, config, weights, version):
    """A file as Keras 1 wrote it. `weights` has a list of (name, array) for each layer, by its name."""
    if ONLY and name not in ONLY:
        return
    record(name, model)
    with h5py.File(OUT / f"{name}.h5", "w") as file:
        if version:
            file.attrs["keras_version"] = version.encode()
            file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(config).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.encode() for layer in weights]
        for layer, arrays in weights.items():
            inner = group.create_group(layer)
            inner.attrs["weight_names"] = np.array([weight.encode() for weight, _ in arrays], dtype="S80")
            for weight, array in arrays:
                inner[weight] = array
    print("ok", name)


def gates(name, layer, order):
    """The weights of an LSTM (`icfo`) or GRU (`zrh`) of Keras 2, one by one as Keras 1 had them."""
    kernel, recurrent, bias = layer.get_weights()
    side_by_side = "ifco" if len(order) == 4 else order
    arrays = []
    for gate in order:
        at = side_by_side.index(gate) * recurrent.shape[0]
        part = slice(at, at + recurrent.shape[0])
        arrays += [(f"{name}_W_{gate}", kernel[:, part]), (f"{name}_U_{gate}", recurrent[:, part]), (f"{name}_b_{gate}", bias[part])]
    return arrays


def first():
    """Keras 1."""
    L, I, M = tf_keras.layers, tf_keras.Input, tf_keras.Model
    conv, norm, deep, dense = L.Conv2D(4, (3, 2), padding="same", activation="relu"), L.BatchNormalization(), L.SeparableConv2D(3, 3), L.Dense(5)
    model = tf_keras.Sequential([I((8, 8, 2), name="convolution2d_1_input"), conv, norm, L.MaxPooling2D(2), L.ZeroPadding2D(1), deep, L.AveragePooling2D(2),
                                 L.Flatten(), dense, L.Activation("hard_sigmoid")])
    randomized(model, 3, -0.25)
    image = {"dim_ordering": "tf", "border_mode": "valid"}
    layers = [
        ("Convolution2D", dict(image, name="convolution2d_1", batch_input_shape=[None, 8, 8, 2], input_dtype="float32", nb_filter=4, nb_row=3, nb_col=2, border_mode="same",
                               subsample=[1, 1], activation="relu", bias=True, init="glorot_uniform")),
        ("BatchNormalization", dict(name="batchnormalization_1", epsilon=1e-3, mode=0, axis=-1, momentum=0.99)),
        ("MaxPooling2D", dict(image, name="maxpooling2d_1", pool_size=[2, 2], strides=[2, 2])),
        ("ZeroPadding2D", dict(name="zeropadding2d_1", padding=[1, 1], dim_ordering="tf")),
        ("SeparableConvolution2D", dict(image, name="separableconvolution2d_1", nb_filter=3, nb_row=3, nb_col=3, subsample=[1, 1], depth_multiplier=1, activation="linear", bias=True)),
        ("AveragePooling2D", dict(image, name="averagepooling2d_1", pool_size=[2, 2], strides=[2, 2])),
        ("Flatten", dict(name="flatten_1")),
        ("Dropout", dict(name="dropout_1", p=0.5)),
        ("Dense", dict(name="dense_1", output_dim=5, activation="linear", bias=True, input_dim=None)),
        ("Activation", dict(name="activation_1", activation="hard_sigmoid")),
    ]
    names = dict(zip(["convolution2d_1", "batchnormalization_1", "separableconvolution2d_1", "dense_1"],
                     [(conv, "W b"), (norm, "gamma beta running_mean running_std"), (deep, "depthwise_kernel pointwise_kernel b"), (dense, "W b")]))
    weights = {l["name"]: [(f"{l['name']}_{w}:0", a) for w, a in zip(names[l["name"]][1].split(), names[l["name"]][0].get_weights())] if l["name"] in names else []
               for _, l in layers}
    config = {"class_name": "Sequential", "config": [{"class_name": kind, "config": dict(c, trainable=True)} for kind, c in layers]}
    write_first("first_sequential", model, config, weights, "1.2.2")

    ids, x = I((7,), name="input_1", dtype="int32"), I((6, 3), name="input_2")
    table, lstm, gru, conv1 = L.Embedding(5, 4), L.LSTM(3, recurrent_activation="hard_sigmoid"), L.GRU(4, recurrent_activation="hard_sigmoid", reset_after=False), L.Conv1D(5, 3)
    both, each, dense = L.Bidirectional(L.LSTM(2, recurrent_activation="hard_sigmoid")), L.TimeDistributed(L.Dense(4)), L.Dense(2)
    merged = L.Concatenate()([lstm(table(ids)), gru(conv1(x)), both(each(x))])
    model = M([ids, x], dense(merged))
    randomized(model, 4)
    recurrent = dict(inner_init="orthogonal", activation="tanh", inner_activation="hard_sigmoid", go_backwards=False, return_sequences=False, stateful=False, unroll=False, consume_less="cpu")
    layers = [
        ("InputLayer", dict(name="input_1", batch_input_shape=[None, 7], input_dtype="int32", sparse=False), []),
        ("Embedding", dict(name="embedding_1", input_dim=5, output_dim=4, input_length=7, mask_zero=False, dropout=0.0), ["input_1"]),
        ("LSTM", dict(recurrent, name="lstm_1", output_dim=3), ["embedding_1"]),
        ("InputLayer", dict(name="input_2", batch_input_shape=[None, 6, 3], input_dtype="float32", sparse=False), []),
        ("Convolution1D", dict(name="convolution1d_1", nb_filter=5, filter_length=3, border_mode="valid", subsample_length=1, activation="linear", bias=True), ["input_2"]),
        ("GRU", dict(recurrent, name="gru_1", output_dim=4), ["convolution1d_1"]),
        ("TimeDistributed", dict(name="timedistributed_1", layer={"class_name": "Dense", "config": dict(name="dense_2", output_dim=4, activation="linear", bias=True)}), ["input_2"]),
        ("Bidirectional", dict(name="bidirectional_1", merge_mode="concat", layer={"class_name": "LSTM", "config": dict(recurrent, name="lstm_2", output_dim=2)}), ["timedistributed_1"]),
        ("Merge", dict(name="merge_1", mode="concat", mode_type="raw", concat_axis=-1, dot_axes=-1), ["lstm_1", "gru_1", "bidirectional_1"]),
        ("Dense", dict(name="dense_1", output_dim=2, activation="linear", bias=True), ["merge_1"]),
    ]
    kernel, bias = conv1.get_weights()
    weights = {c["name"]: [] for _, c, _ in layers}
    weights.update({
        "embedding_1": [("embedding_1_W", table.get_weights()[0])],
        "lstm_1": gates("lstm_1", lstm, "icfo"),
        "convolution1d_1": [("convolution1d_1_W", kernel[:, None]), ("convolution1d_1_b", bias)],
        "gru_1": gates("gru_1", gru, "zrh"),
        "timedistributed_1": [("timedistributed_1_W", each.get_weights()[0]), ("timedistributed_1_b", each.get_weights()[1])],
        "bidirectional_1": gates("forward_lstm_2", both.forward_layer, "icfo") + gates("backward_lstm_2", both.backward_layer, "icfo"),
        "dense_1": [("dense_1_W", dense.get_weights()[0]), ("dense_1_b", dense.get_weights()[1])],
    })
    config = {"class_name": "Model", "config": {
        "name": "model_1", "input_layers": [["input_1", 0, 0], ["input_2", 0, 0]], "output_layers": [["dense_1", 0, 0]],
        "layers": [{"class_name": kind, "name": c["name"], "config": dict(c, trainable=True), "inbound_nodes": [[[n, 0, 0] for n in inbound]] if inbound else []}
                   for kind, c, inbound in layers]}}
    write_first("first_functional", model, config, weights, None)


if __name__ == "__main__":
    first()
    older()
    newer()
