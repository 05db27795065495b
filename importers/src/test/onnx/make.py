"""Makes the ONNX fixtures beside this file: small models and onnxruntime's answers to seeded inputs.

    python make.py [SHARED]      (onnx, onnxruntime, numpy)

Each case is a folder with model.onnx, inputs.npz and outputs.npz. With SHARED, the folder of shared models,
corpus.npz gets every 11th number that onnxruntime gives for its ONNX models on the inputs of `ramp`.
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.default_rng(20)


def f(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def i64(*values):
    return np.array(values, np.int64)


def save(name, nodes, inputs, constants=None, opset=17, outputs=("y",), open_dims=None):
    graph = helper.make_graph(
        nodes,
        name,
        [
            helper.make_tensor_value_info(
                k, helper.np_dtype_to_tensor_dtype(v.dtype), (open_dims or {}).get(k, v.shape))
            for k, v in inputs.items()
        ],
        [onnx.ValueInfoProto(name=o) for o in outputs],
        [numpy_helper.from_array(v, k) for k, v in (constants or {}).items()],
    )
    domains = [helper.make_opsetid("", opset)]
    if any(n.domain for n in nodes):
        domains.append(helper.make_opsetid("com.microsoft", 1))
    model = helper.make_model(graph, opset_imports=domains, ir_version=8)
    session = ort.InferenceSession(model.SerializeToString())
    answers = session.run(None, inputs)
    folder = os.path.join(HERE, "cases", name)
    os.makedirs(folder, exist_ok=True)
    onnx.save(model, os.path.join(folder, "model.onnx"))
    np.savez_compressed(os.path.join(folder, "inputs.npz"), **inputs)
    np.savez_compressed(os.path.join(folder, "outputs.npz"), **dict(zip(outputs, answers)))


def op(op_type, inputs=("x",), **attributes):
    return helper.make_node(op_type, list(inputs), ["y"], **attributes)


def one(name, op_type, x, *constants, opset=17, **attributes):
    known = {f"c{i}": c for i, c in enumerate(constants)}
    save(name, [op(op_type, ["x", *known], **attributes)], {"x": x}, known, opset)


def main():
    image = f(1, 4, 9, 8)
    one("conv", "Conv", image, f(6, 4, 3, 3), f(6), strides=[2, 2], pads=[1, 1, 1, 1])
    one("conv_same_lower", "Conv", image, f(6, 4, 3, 2), auto_pad="SAME_LOWER")
    one("conv_depthwise", "Conv", image, f(8, 1, 3, 3), f(8), group=4, dilations=[2, 2])
    one("conv_grouped", "Conv", image, f(6, 2, 3, 3), f(6), group=2)
    one("conv_1d", "Conv", f(2, 3, 20), f(5, 3, 4), f(5), strides=[3], pads=[2, 1])
    one("conv_3d", "Conv", f(1, 2, 5, 6, 7), f(4, 1, 3, 3, 3), f(4), group=2)
    one("deconv_same", "ConvTranspose", image, f(4, 5, 4, 4), f(5), strides=[2, 2], pads=[1, 1, 1, 1])
    one("deconv_cut", "ConvTranspose", image, f(4, 5, 3, 3), f(5), strides=[2, 2], pads=[1, 1, 1, 1],
        output_padding=[1, 1])
    one("deconv_grouped_dilated", "ConvTranspose", image, f(4, 3, 3, 3), group=2, dilations=[2, 1])
    one("max_pool_mirrored", "MaxPool", image - 10, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    one("max_pool_ceil", "MaxPool", image - 10, kernel_shape=[3, 2], strides=[2, 3], ceil_mode=1)
    one("max_pool_dilated", "MaxPool", image, kernel_shape=[2, 2], dilations=[2, 3])
    one("average_pool_counted", "AveragePool", image, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    one("average_pool_padded", "AveragePool", image, kernel_shape=[3, 3], pads=[1, 1, 0, 2], count_include_pad=1)
    one("average_pool_3d", "AveragePool", f(1, 2, 6, 5, 4), kernel_shape=[2, 3, 2])
    one("global_average_pool", "GlobalAveragePool", image)
    one("gemm", "Gemm", f(3, 5), f(4, 5), f(4), transB=1)
    one("gemm_scaled", "Gemm", f(5, 3), f(5, 4), f(3, 1), transA=1, alpha=0.5, beta=2.0)
    one("matmul_batched", "MatMul", f(2, 3, 4, 5), f(3, 5, 2))
    one("matmul_weights", "MatMul", f(2, 3, 5), f(5, 7))
    one("softmax_2d", "Softmax", f(2, 3, 4), opset=12, axis=1)
    one("softmax_channels", "Softmax", image, axis=1)
    one("layer_norm", "LayerNormalization", f(2, 3, 8), f(8), f(8))
    one("instance_norm", "InstanceNormalization", image, f(4), f(4))
    one("batch_norm", "BatchNormalization", image, f(4), f(4), f(4), np.abs(f(4)) + 0.1)
    one("lrn", "LRN", image, size=3, alpha=0.1, beta=0.5)
    one("resize_half_pixel", "Resize", image, np.zeros(0, np.float32), np.array([1, 1, 2, 2], np.float32),
        mode="linear")
    one("resize_asymmetric", "Resize", image, np.zeros(0, np.float32), np.zeros(0, np.float32), i64(1, 4, 13, 17),
        mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    one("resize_cubic", "Resize", image, np.zeros(0, np.float32), np.zeros(0, np.float32), i64(1, 4, 20, 5),
        mode="cubic", coordinate_transformation_mode="align_corners")
    one("depth_to_space_crd", "DepthToSpace", f(1, 8, 3, 3), blocksize=2, mode="CRD")
    one("depth_to_space_dcr", "DepthToSpace", f(1, 8, 3, 3), blocksize=2)
    one("space_to_depth", "SpaceToDepth", f(1, 2, 4, 6), blocksize=2)
    one("pad_reflect", "Pad", image, i64(0, 0, 2, 1, 0, 0, 1, 3), mode="reflect")
    one("pad_edge", "Pad", image, i64(0, 1, 2, 0, 0, 0, 1, 3), mode="edge")
    one("pad_value", "Pad", image, i64(0, 0, -1, 1, 0, 0, 1, -2), np.float32(3))
    one("slice_backwards", "Slice", image, i64(-1, 1), i64(-100, 7), i64(2, 3), i64(-2, 3))
    one("gather", "Gather", image, np.array([[0, -1], [2, 1]], np.int64), axis=1)
    one("gather_elements", "GatherElements", f(3, 4), np.array([[0, -1, 2], [1, 1, 0]], np.int64), axis=1)
    one("scatter_nd", "ScatterND", f(4, 3), np.array([[1], [-1]], np.int64), f(2, 3))
    one("scatter_elements_add", "ScatterElements", f(3, 4), np.array([[0, 1], [1, 1]], np.int64), f(2, 2), axis=1,
        reduction="add", opset=16)
    one("expand", "Expand", f(3, 1), i64(2, 1, 4))
    one("tile", "Tile", f(2, 3), i64(2, 3))
    save(
        "top_k", [helper.make_node("TopK", ["x", "k"], ["y", "i"], axis=0, largest=0)], {"x": f(5, 3)}, {"k": i64(2)},
        outputs=("y", "i"))
    one("arg_max_last", "ArgMax", np.array([[1, 3, 3], [2, 2, 0]], np.float32), axis=1, select_last_index=1)
    one("reduce_l2", "ReduceL2", image, axes=[1, 3], keepdims=0)
    one("reduce_log_sum_exp", "ReduceLogSumExp", image, axes=[2])
    one("cum_sum", "CumSum", f(3, 4), np.array(1, np.int64), exclusive=1, reverse=1)
    one("one_hot", "OneHot", np.array([[1, -1], [0, 2]], np.int64), i64(3), np.array([2, 5], np.float32), axis=1)
    one("trilu", "Trilu", f(2, 4, 5), np.array(1, np.int64), upper=0)
    one("clip", "Clip", f(3, 4), np.float32(-0.5), np.float32(0.7))
    one("prelu", "PRelu", image, f(4, 1, 1))
    one("mod_fmod", "Mod", f(3, 4) * 5, np.float32([1.5]), fmod=1)
    for name in ("Erf", "Softplus", "Softsign", "Selu", "HardSigmoid", "HardSwish", "Elu", "Tan", "Sinh", "Atan",
                 "Asinh", "Reciprocal", "Sign", "Round", "Abs", "Neg", "Ceil", "Mish", "ThresholdedRelu"):
        one("function_" + name.lower(), name, f(3, 4), opset=18 if name == "Mish" else 17)
    one("gelu", "Gelu", f(3, 4), opset=20, approximate="tanh")
    one("where", "Where", np.array([[True, False, True]]), f(2, 3), f(1))
    flattened()
    shuffled()
    quantized()
    recurrent()
    control()
    contracted()
    integers()
    attentive()
    signals()
    sampled()
    listed()
    quantized_cnn()


def flattened():
    """A CNN's end: what comes out of a convolution is flattened, normalized and multiplied."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Flatten", ["a"], ["b"]),
        helper.make_node("Mul", ["b", "s"], ["c"]),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("Gemm", ["d", "m"], ["y"], transB=1),
    ]
    save("flattened", nodes, {"x": f(1, 2, 5, 4)}, {"w": f(3, 2, 3, 3), "s": f(60), "m": f(7, 60)})


def shuffled():
    """Channels of groups change places, by shape arithmetic."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], group=2),
        helper.make_node("Shape", ["a"], ["s"]),
        helper.make_node("Slice", ["s", "two", "four"], ["hw"]),
        helper.make_node("Concat", ["head", "hw"], ["grouped"], axis=0),
        helper.make_node("Reshape", ["a", "grouped"], ["b"]),
        helper.make_node("Transpose", ["b"], ["c"], perm=[0, 2, 1, 3, 4]),
        helper.make_node("Reshape", ["c", "s"], ["y"]),
    ]
    save("shuffled", nodes, {"x": f(1, 4, 6, 5)},
         {"w": f(6, 2, 3, 3), "two": i64(2), "four": i64(4), "head": i64(1, 2, 3)})


def quantized():
    """Quantize and dequantize pairs around activations, quantized weights by channel."""
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "sx", "zx"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "sx", "zx"], ["d"]),
        helper.make_node("DequantizeLinear", ["w", "sw", "zw"], ["e"], axis=0),
        helper.make_node("Conv", ["d", "e"], ["y"]),
    ]
    weights = RNG.integers(-127, 127, (3, 2, 3, 3)).astype(np.int8)
    save("quantized", nodes, {"x": f(1, 2, 5, 6)},
         {"sx": np.float32(0.031), "zx": np.int8(5), "w": weights, "sw": np.float32([0.01, 0.02, 0.03]),
          "zw": np.zeros(3, np.int8)})


def recurrent():
    """All directions, initial states, lengths, peepholes, other functions."""
    x = f(5, 2, 3)
    for op_type, gates, states in (("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)):
        for direction, count in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
            known = {"w": f(count, gates * 4, 3) * 0.5, "r": f(count, gates * 4, 4) * 0.5, "b": f(count, gates * 8)}
            names = ["x", "w", "r", "b"]
            outputs = ["y", "h", "c"][: states + 1]
            if direction != "forward":
                known["lengths"] = np.array([5, 3], np.int32)
                known["h0"] = f(count, 2, 4)
                known["c0"] = f(count, 2, 4)
                names += ["lengths", "h0", "c0"][: states + 1]
            attributes = {"linear_before_reset": 1} if op_type == "GRU" and direction == "reverse" else {}
            if op_type == "LSTM" and direction == "reverse":
                known["p"] = f(1, 12)
                names += ["p"]
                attributes = {"clip": 0.8}
            if op_type == "LSTM" and direction == "bidirectional":
                attributes = {"activations": ["HardSigmoid", "Relu", "Tanh", "Sigmoid", "Softsign", "Tanh"],
                              "activation_alpha": [0.3], "activation_beta": [0.4]}
            node = helper.make_node(op_type, names, outputs, hidden_size=4, direction=direction, **attributes)
            save(f"{op_type.lower()}_{direction}", [node], {"x": x}, {k: v for k, v in known.items() if k in names},
                 outputs=tuple(outputs))
    node = helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=4)
    save("lstm_open_length", [node], {"x": x}, {"w": f(1, 16, 3), "r": f(1, 16, 4)},
         open_dims={"x": ("length", "batch", 3)})


def body(name, nodes, inputs, outputs, constants=None):
    return helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info(k, t, s) for k, t, s in inputs],
        [helper.make_tensor_value_info(k, t, s) for k, t, s in outputs],
        [numpy_helper.from_array(v, k) for k, v in (constants or {}).items()],
    )


def control():
    real, whole, truth = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    then = body("then", [helper.make_node("Mul", ["x", "t"], ["a"])], [], [("a", real, (2, 3))])
    other = body("other", [helper.make_node("Sub", ["x", "two"], ["b"])], [], [("b", real, (2, 3))],
                 {"two": np.float32(2)})
    for name, given in (("if_then", True), ("if_else", False)):
        nodes = [helper.make_node("Exp", ["x"], ["t"]),
                 helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=other)]
        save(name, nodes, {"x": f(2, 3), "c": np.array(given)})
    # Counts its rounds, reads a value from outside, collects one value of each round.
    rounds = body(
        "rounds",
        [helper.make_node("Cast", ["i"], ["r"], to=real), helper.make_node("Mul", ["v", "s"], ["m"]),
         helper.make_node("Add", ["m", "r"], ["w"]), helper.make_node("Identity", ["go"], ["on"]),
         helper.make_node("Neg", ["w"], ["n"])],
        [("i", whole, ()), ("go", truth, ()), ("v", real, (3,))],
        [("on", truth, ()), ("w", real, (3,)), ("n", real, (3,))])
    loop = helper.make_node("Loop", ["m0", "", "x"], ["y", "z"], body=rounds)
    save("loop_counted", [loop], {"x": f(3), "s": f(3)}, {"m0": np.array(4, np.int64)}, outputs=("y", "z"))
    save("loop_open", [loop], {"x": f(3), "s": f(3), "m0": np.array(3, np.int64)}, outputs=("y", "z"))
    # Goes on while the sum is small; what it carries grows.
    growing = body(
        "growing",
        [helper.make_node("Concat", ["v", "one"], ["w"], axis=0), helper.make_node("ReduceSum", ["w"], ["t"], keepdims=0),
         helper.make_node("Less", ["t", "most"], ["on"])],
        [("i", whole, ()), ("go", truth, ()), ("v", real, (None,))],
        [("on", truth, ()), ("w", real, (None,))],
        {"one": np.float32([1.5]), "most": np.float32(7)})
    node = helper.make_node("Loop", ["", "c", "x"], ["y"], body=growing)
    save("loop_conditional", [node], {"x": np.float32([1, 0.5])}, {"c": np.array(True)})
    scanned = body(
        "scanned",
        [helper.make_node("Add", ["s", "e"], ["t"]), helper.make_node("Mul", ["t", "k"], ["o"])],
        [("s", real, (2,)), ("e", real, (2,))], [("t", real, (2,)), ("o", real, (2,))])
    node = helper.make_node("Scan", ["s0", "x"], ["y", "z"], body=scanned, num_scan_inputs=1,
                            scan_input_directions=[1], scan_input_axes=[1], scan_output_axes=[1],
                            scan_output_directions=[1])
    save("scan_backwards", [node], {"s0": f(2), "x": f(2, 4), "k": f(2)}, outputs=("y", "z"))


def contracted():
    for name, equation, *shapes in (
        ("product", "bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("heads", "bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 5, 2, 4)),
        ("outer", "i,j", (3,), (4,)), ("trace", "ii->", (4, 4)), ("diagonal", "...ii->...i", (2, 3, 3)),
        ("three", "ab,bc,cd->da", (2, 3), (3, 4), (4, 5)), ("ellipsis", "...ij,jk->...ik", (2, 2, 3), (3, 4)),
    ):
        inputs = {f"x{i}": f(*s) for i, s in enumerate(shapes)}
        save("einsum_" + name, [op("Einsum", list(inputs), equation=equation)], inputs)


def integers():
    def u8(*shape):
        return RNG.integers(0, 255, shape).astype(np.uint8)

    def s8(*shape):
        return RNG.integers(-127, 127, shape).astype(np.int8)

    scales = {"xs": np.float32(0.02), "xz": np.uint8(120), "ys": np.float32(0.5), "yz": np.uint8(131)}
    known = {**scales, "w": s8(4, 3, 3, 3), "ws": np.float32([0.01, 0.02, 0.015, 0.03]), "wz": np.zeros(4, np.int8),
             "b": RNG.integers(-900, 900, 4).astype(np.int32)}
    save("qlinear_conv", [op("QLinearConv", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"], pads=[1, 1, 1, 1])],
         {"x": u8(1, 3, 6, 5)}, known)
    known = {**scales, "w": u8(5, 4), "ws": np.float32(0.01), "wz": np.uint8(128)}
    save("qlinear_matmul", [op("QLinearMatMul", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"])], {"x": u8(3, 5)},
         known)
    add = helper.make_node("QLinearAdd", ["x", "xs", "xz", "x2", "s2", "z2", "ys", "yz"], ["y"], domain="com.microsoft")
    save("qlinear_add", [add], {"x": u8(2, 5), "x2": u8(2, 5)},
         {**scales, "s2": np.float32(0.04), "z2": np.uint8(90), "ys": np.float32(0.05)})
    gemm = helper.make_node("QGemm", ["x", "xs", "xz", "w", "ws", "wz", "b", "ys", "yz"], ["y"], transB=1,
                            domain="com.microsoft")
    save("qgemm", [gemm], {"x": u8(3, 5)},
         {**scales, "w": s8(4, 5), "ws": np.float32(0.01), "wz": np.int8(0),
          "b": RNG.integers(-90, 90, 4).astype(np.int32), "ys": np.float32(0.1)})
    one("conv_integer", "ConvInteger", u8(1, 3, 6, 5), u8(4, 3, 3, 3), np.uint8(120), np.uint8(99))
    one("matmul_integer", "MatMulInteger", u8(3, 5), s8(5, 4), np.uint8(120), np.int8(3))
    dynamic = helper.make_node("DynamicQuantizeLinear", ["x"], ["y", "s", "z"])
    save("dynamic_quantize", [dynamic], {"x": f(3, 4)}, outputs=("y", "s", "z"))
    # What onnxruntime's dynamic quantization makes of a dense layer.
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
        helper.make_node("MatMulInteger", ["q", "w", "z", "wz"], ["m"]),
        helper.make_node("Cast", ["m"], ["c"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["s", "ws"], ["k"]),
        helper.make_node("Mul", ["c", "k"], ["y"]),
    ]
    save("dynamic_dense", nodes, {"x": f(3, 6)}, {"w": s8(6, 4), "wz": np.int8(0), "ws": np.float32(0.01)})
    one("quantize_channels", "QuantizeLinear", f(2, 3, 4), np.float32([0.1, 0.2, 0.05]), np.uint8([10, 128, 200]))
    one("dequantize_channels", "DequantizeLinear", s8(2, 3, 4), np.float32([0.1, 0.2, 0.05]), np.int8([1, 0, -9]))
    packed = helper.make_node("MatMulNBits", ["x", "w", "s", "z"], ["y"], K=40, N=3, bits=4, block_size=16,
                              domain="com.microsoft")
    save("matmul_4_bits", [packed], {"x": f(2, 40)}, {"w": u8(3, 3, 8), "s": np.abs(f(9)), "z": u8(6)})


def microsoft(name, op_type, inputs, constants, outputs=("y",), **attributes):
    node = helper.make_node(op_type, [*inputs, *constants], list(outputs), domain="com.microsoft", **attributes)
    save(name, [node], inputs, constants, outputs=outputs)


def attentive():
    qkv = {"q": f(2, 3, 8), "k": f(2, 5, 8), "v": f(2, 5, 8)}
    microsoft("multi_head", "MultiHeadAttention", qkv, {"b": f(24)}, num_heads=2)
    microsoft("attention_packed", "Attention", {"x": f(2, 4, 6)}, {"w": f(6, 24), "b": f(24)}, num_heads=2,
              unidirectional=1)
    mask = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32)
    node = helper.make_node("Attention", ["x", "w", "b", "m"], ["y"], num_heads=2, domain="com.microsoft")
    save("attention_masked", [node], {"x": f(2, 4, 6), "m": mask}, {"w": f(6, 24), "b": f(24)})
    cache = {"cos": np.cos(f(6, 2)), "sin": np.sin(f(6, 2))}
    for name, interleaved in (("rotary_halves", 0), ("rotary_pairs", 1)):
        node = helper.make_node("RotaryEmbedding", ["x", "p", "cos", "sin"], ["y"], interleaved=interleaved,
                                domain="com.microsoft")
        save(name, [node], {"x": f(2, 3, 8), "p": np.array([[0, 1, 2], [3, 4, 5]], np.int64)}, cache)
    microsoft("fused_matmul", "FusedMatMul", {"x": f(2, 3, 4), "z": f(2, 5, 4)}, {}, alpha=0.5, transB=1)
    microsoft("bias_gelu", "BiasGelu", {"x": f(3, 4)}, {"b": f(4)})
    microsoft("fast_gelu", "FastGelu", {"x": f(3, 4)}, {"b": f(4)})
    microsoft("skip_layer_norm", "SkipLayerNormalization", {"x": f(2, 3, 8), "s": f(2, 3, 8)},
              {"g": f(8), "o": f(8), "b": f(8)})
    one("group_norm", "GroupNormalization", f(2, 6, 3, 4), f(6), f(6), opset=21, num_groups=3)
    if onnx.defs.onnx_opset_version() >= 23:
        shapes = {"q": f(2, 4, 3, 8), "k": f(2, 2, 5, 8), "v": f(2, 2, 5, 8)}
        node = helper.make_node("Attention", list(shapes), ["y"], is_causal=1)
        save("attention_grouped", [node], shapes, opset=23)
        known = {**shapes, "m": np.where(RNG.random((3, 5)) < 0.3, -np.inf, 0).astype(np.float32)}
        save("attention_softcap", [helper.make_node("Attention", list(known), ["y"], softcap=2.0)], known, opset=23)
        one("rms_norm", "RMSNormalization", f(2, 3, 8), f(8), opset=23)


def signals():
    node = helper.make_node("STFT", ["x", "step", "window"], ["y"])
    save("stft", [node], {"x": f(2, 40, 1)}, {"step": np.array(8, np.int64), "window": np.hanning(16).astype(np.float32)})
    one("dft", "DFT", f(1, 8, 3, 1), axis=1)
    one("dft_inverse", "DFT", f(2, 7, 2), axis=1, inverse=1)
    one("dft_onesided", "DFT", f(2, 10, 1), np.array(9, np.int64), axis=1, onesided=1)
    nodes = [
        helper.make_node("MelWeightMatrix", ["bins", "length", "rate", "low", "high"], ["m"]),
        helper.make_node("HannWindow", ["size"], ["w"]),
        helper.make_node("Mul", ["x", "w"], ["v"]),
        helper.make_node("MatMul", ["v", "m"], ["y"]),
    ]
    save("mel", nodes, {"x": f(2, 17)},
         {"bins": np.array(6, np.int64), "length": np.array(32, np.int64), "rate": np.array(8000, np.int64),
          "low": np.float32(100), "high": np.float32(3800), "size": np.array(17, np.int64)})


def sampled():
    image = f(2, 3, 5, 4)
    grid = (RNG.random((2, 3, 3, 2)) * 2.6 - 1.3).astype(np.float32)
    for mode in ("bilinear", "nearest"):
        for padding in ("zeros", "border", "reflection"):
            node = op("GridSample", ["x", "g"], mode=mode, padding_mode=padding, align_corners=int(mode == "nearest"))
            save(f"grid_{mode}_{padding}", [node], {"x": image, "g": grid})
    one("affine_grid", "AffineGrid", f(2, 2, 3), i64(2, 3, 4, 5), opset=20)
    boxes = RNG.random((1, 12, 4)).astype(np.float32)
    boxes[..., 2:] += boxes[..., :2]
    one("non_max_suppression", "NonMaxSuppression", boxes, RNG.random((1, 2, 12)).astype(np.float32), i64(3),
        np.float32([0.4]), np.float32([0.2]))
    one("center_crop_pad", "CenterCropPad", f(5, 4), i64(3, 7), opset=18)
    one("bit_shift", "BitShift", np.array([1, 200, 7], np.uint8), np.array([9, 1, 3], np.uint8), direction="LEFT")
    one("bitwise_and", "BitwiseAnd", np.array([-5, 1 << 30, 123456789], np.int32),
        np.array([77, -1, 987654321], np.int32), opset=18)
    one("bitwise_or", "BitwiseOr", np.array([-5, 100, 17], np.int16), np.array([77, -1, 9], np.int16), opset=18)
    one("range_counted", "Range", np.array(1, np.float32), np.float32(7), np.float32(1.5))
    save("non_zero", [op("NonZero")], {"x": np.array([[1, 0, 2], [0, 0, 3]], np.float32)})
    save("gather_nd", [op("GatherND", ["x", "i"], batch_dims=1)], {"x": f(2, 3, 4)}, {"i": np.array([[1], [2]], np.int64)})
    # Attention masks in parts: rows in which nothing is seen give zeros.
    nodes = [
        helper.make_node("Where", ["c", "zero", "low"], ["m"]),
        helper.make_node("Add", ["x", "m"], ["s"]),
        helper.make_node("Softmax", ["s"], ["p"], axis=-1),
        helper.make_node("ReduceMax", ["m"], ["h"], axes=[-1]),
        helper.make_node("Equal", ["h", "low"], ["e"]),
        helper.make_node("Where", ["e", "zero", "p"], ["y"]),
    ]
    save("masked_rows", nodes, {"x": f(3, 4), "c": np.array([[1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 1]], bool)},
         {"zero": np.float32(0), "low": np.float32(-np.inf)})


def listed():
    nodes = [
        helper.make_node("SplitToSequence", ["x", "n"], ["s"], axis=1),
        helper.make_node("SequenceAt", ["s", "one"], ["a"]),
        helper.make_node("Exp", ["a"], ["b"]),
        helper.make_node("SequenceInsert", ["s", "b"], ["t"]),
        helper.make_node("ConcatFromSequence", ["t"], ["y"], axis=1),
    ]
    save("sequences", nodes, {"x": f(2, 5)}, {"n": np.array(2, np.int64), "one": np.array(-1, np.int64)})


class Samples:
    """Random images, for onnxruntime's calibration."""

    def __init__(self):
        self.left = [{"x": f(1, 3, 12, 12)} for _ in range(8)]

    def get_next(self):
        return self.left.pop() if self.left else None


def quantized_cnn():
    """A small CNN that onnxruntime quantizes itself, with pairs around all activations."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p1", "w2", "b2"], ["c2"], group=4),
        helper.make_node("Add", ["c2", "k"], ["a2"]),
        helper.make_node("Flatten", ["a2"], ["f"]),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["g"], transB=1),
        helper.make_node("Softmax", ["g"], ["y"]),
    ]
    known = {"w1": f(4, 3, 3, 3), "b1": f(4), "w2": f(4, 1, 3, 3), "b2": f(4), "k": f(4, 1, 1), "w3": f(5, 64) * 0.1,
             "b3": f(5)}
    name = "quantized_cnn"
    save(name, nodes, {"x": f(1, 3, 12, 12)}, known)
    folder = os.path.join(HERE, "cases", name)
    path = os.path.join(folder, "model.onnx")
    quantize_static(path, path, Samples(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    # As the pairs say, without onnxruntime's own integer kernels.
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(path, options)
    given = dict(np.load(os.path.join(folder, "inputs.npz")))
    np.savez_compressed(os.path.join(folder, "outputs.npz"), y=session.run(None, given)[0])


def ramp(count, scale):
    return ((np.arange(count, dtype=np.uint32) * np.uint32(2654435761) >> np.uint32(16)) / np.float32(65536)
            ).astype(np.float32) * np.float32(scale)


def corpus(shared):
    answers = {}
    for path, scale in (("cnn_mnist_torch/pytorch_cnn_mnist", 1), ("fastestdet_coco/FastestDet", 1),
                        ("yunet_n_320_face/yunet_n_320_320", 255)):
        session = ort.InferenceSession(os.path.join(shared, "corpus", "source", path + ".onnx"))
        given = session.get_inputs()[0]
        shape = [d if isinstance(d, int) else 1 for d in given.shape]
        image = ramp(int(np.prod(shape)), scale).reshape([shape[0], *shape[2:], shape[1]])
        results = session.run(None, {given.name: np.ascontiguousarray(image.transpose(0, 3, 1, 2))})
        for output, value in zip(session.get_outputs(), results):
            lying = value.transpose(0, 2, 3, 1) if value.ndim == 4 else value
            key = path.split("/")[0] + "__" + output.name
            answers[key] = np.ascontiguousarray(lying).reshape(-1)[::11]
    np.savez_compressed(os.path.join(HERE, "corpus.npz"), **answers)


if __name__ == "__main__":
    main()
    if len(sys.argv) > 1:
        corpus(sys.argv[1])
