#!/usr/bin/env python3
"""Measures whole conversions, process start to exit, side by side in one run: Lithe, ai-edge-quantizer, TensorFlow's converter.

    python3 benchmarks/whole_process.py --model MODEL.tflite --saved-model FOLDER --calibration SAMPLES.npz \
        [--peers PYTHON] [--runs 5] [--samples 200]

PYTHON is an interpreter that has tensorflow and ai-edge-quantizer; a peer that it lacks is left out and named. Runs of all tools
alternate, so that they share whatever else the machine does. Prints the median wall time, processor time and largest peak memory
of each, and the ratio to TensorFlow's converter. The calibration file has one array: samples on its leading axis.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

TENSORFLOW = """
import sys
import numpy as np
import tensorflow as tf
try:
    import tf_keras  # SavedModels that Keras 2 wrote need its classes to load
except ImportError:
    pass
model, calibration, samples, mode, out = sys.argv[1:6]
converter = tf.lite.TFLiteConverter.from_saved_model(model)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
if mode == "int8":
    data = np.load(calibration)
    data = data[data.files[0]][: int(samples)]
    def representative_dataset():
        for sample in data:
            yield [sample[None]]
    converter.representative_dataset = representative_dataset
open(out, "wb").write(converter.convert())
"""

AI_EDGE = """
import sys
import numpy as np
from ai_edge_quantizer import quantizer, recipe
model, calibration, samples, mode, out = sys.argv[1:6]
q = quantizer.Quantizer(model)
if mode == "int8":
    q.load_quantization_recipe(recipe.static_wi8_ai8())
    data = np.load(calibration)
    data = data[data.files[0]][: int(samples)]
    from ai_edge_litert.interpreter import Interpreter
    signatures = Interpreter(model).get_signature_list()
    key = next(iter(signatures))
    name = signatures[key]["inputs"][0]
    result = q.quantize(q.calibrate({key: [{name: s[None]} for s in data]}))
else:
    q.load_quantization_recipe(recipe.dynamic_wi8_afp32())
    result = q.quantize()
result.export_model(out, overwrite=True) if "overwrite" in result.export_model.__code__.co_varnames else result.export_model(out)
"""


def measure(command, log):
    """One run: (wall seconds, processor seconds, peak MB, exit status)."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status


def has(python, module):
    probe = subprocess.run([python, "-c", f"import importlib.util,sys; sys.exit(importlib.util.find_spec('{module}') is None)"])
    return probe.returncode == 0


def commands(args, folder, mode):
    out = lambda tool: str(folder / f"{tool}_{mode}.tflite")
    lithe = [str(ROOT / "lithe"), "convert", args.model, "-o", out("lithe"), "--force", "-q", "--quantize", mode]
    if mode == "int8":
        lithe += ["--calibration", args.calibration, "--calibration-samples", str(args.samples)]
    listed = {"lithe (from .tflite)": lithe}
    if args.saved_model:
        listed["lithe (from SavedModel)"] = [args.saved_model if a == args.model else a for a in lithe]
        listed["lithe (from SavedModel)"][4] = out("lithe_saved_model")
    tail = [args.calibration, str(args.samples), mode]
    if args.peers and has(args.peers, "ai_edge_quantizer"):
        listed["ai-edge-quantizer (from .tflite)"] = [args.peers, "-c", AI_EDGE, args.model, *tail, out("ai_edge")]
    if args.peers and has(args.peers, "tensorflow") and args.saved_model:
        listed["TensorFlow (from SavedModel)"] = [args.peers, "-c", TENSORFLOW, args.saved_model, *tail, out("tensorflow")]
    return listed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--saved-model")
    parser.add_argument("--calibration", required=True)
    parser.add_argument("--peers", help="a Python with tensorflow and ai-edge-quantizer")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--samples", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        log_path = folder / "log.txt"
        for mode in ("dynamic", "int8"):
            listed = commands(args, folder, mode)
            results = {tool: [] for tool in listed}
            with open(log_path, "wb") as log:
                for tool, command in listed.items():
                    measure(command, log)  # one run unmeasured: files in the page cache, Lithe built
                for _ in range(args.runs):
                    for tool, command in listed.items():
                        results[tool].append(measure(command, log))
            report(mode, results, log_path, folder)


def report(mode, results, log_path, folder):
    base = results.get("TensorFlow (from SavedModel)")
    print(f"\n{mode}: median of {len(next(iter(results.values())))} runs, interleaved\n")
    print(f"| {'tool':34} | {'wall s':>7} | {'CPU s':>7} | {'peak MB':>8} | {'wall of TF':>10} | {'memory of TF':>12} |")
    print(f"|{'-' * 36}|{'-' * 8}:|{'-' * 8}:|{'-' * 9}:|{'-' * 11}:|{'-' * 13}:|")
    for tool, runs in results.items():
        if any(status for *_, status in runs):
            print(f"| {tool:34} | failed, see below")
            sys.stderr.write(log_path.read_text(errors="replace")[-2000:])
            continue
        wall = statistics.median(r[0] for r in runs)
        cpu = statistics.median(r[1] for r in runs)
        peak = max(r[2] for r in runs)
        ratio = memory = ""
        if base and not any(r[3] for r in base):
            ratio = f"{wall / statistics.median(r[0] for r in base):.2f}"
            memory = f"{peak / max(r[2] for r in base):.2f}"
        print(f"| {tool:34} | {wall:7.2f} | {cpu:7.2f} | {peak:8.0f} | {ratio:>10} | {memory:>12} |")
    for file in sorted(folder.glob(f"*_{mode}.tflite")):
        print(f"  {file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
