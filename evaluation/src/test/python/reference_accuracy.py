"""The figures of CorpusAccuracyTest, by LiteRT's reference kernels: python reference_accuracy.py SHARED_FOLDER"""
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

shared = sys.argv[1]
data = np.load(f"{shared}/corpus/data/ready/kws_test.npz")


def outputs(mode):
    interpreter = Interpreter(
        f"{shared}/golden/kws/{mode}/model.tflite", experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    edge_in, edge_out = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rows = []
    for sample in data["input"][:, None]:
        if edge_in["dtype"] == np.int8:
            scaled = sample / np.float32(edge_in["quantization"][0])
            rounded = np.trunc(scaled + np.copysign(0.5, scaled)) + edge_in["quantization"][1]
            sample = np.clip(rounded, -128, 127).astype(np.int8)
        interpreter.set_tensor(edge_in["index"], sample)
        interpreter.invoke()
        row = interpreter.get_tensor(edge_out["index"])[0].astype(np.float64)
        if edge_out["dtype"] == np.int8:
            row = (row - edge_out["quantization"][1]) * edge_out["quantization"][0]
        rows.append(row)
    return np.array(rows)


floats, ints = outputs("none"), outputs("int8")
print("right", [int((rows.argmax(1) == data["labels"]).sum()) for rows in (floats, ints)], "of", len(floats))
print("agreement", (floats.argmax(1) == ints.argmax(1)).mean())
print("sqnr", 10 * np.log10((floats**2).sum() / ((floats - ints) ** 2).sum()))
