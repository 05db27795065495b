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


def save(name, nodes, inputs, constants=None, opset=17, outputs=("y",)):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in inputs.items()],
        [onnx.ValueInfoProto(name=o) for o in outputs],
        [numpy_helper.from_array(v, k) for k, v in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
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
