#!/usr/bin/env python3
"""Converts full-size Keras application models and measures it: Lithe, from a SavedModel and from a .keras file, beside TensorFlow's converter.

    PYTHON benchmarks/applications.py FOLDER [--models MobileNetV2 EfficientNetB0 ResNet50 ConvNeXtTiny] [--runs 3]

PYTHON has tensorflow and keras. The models get seeded random weights (nothing is downloaded); FOLDER keeps them, with an input and
what TensorFlow answers to it. Runs of all tools alternate. Prints for each model the median wall time, the processor time and the
largest peak memory of whole processes, the ratios to TensorFlow's converter, and how far Lithe's answer is from TensorFlow's, as a
part of the range of that answer. Exits with 1 where an answer is further away than 1e-4, or a conversion fails.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from whole_process import ROOT, measure

NAMES = ["MobileNetV2", "EfficientNetB0", "ResNet50", "ConvNeXtTiny"]
LITHE = str(ROOT / "lithe")

MAKE = """
import sys
import keras
import numpy as np
name, folder = sys.argv[1:]
keras.utils.set_random_seed(1)
model = getattr(keras.applications, name)(weights=None, classifier_activation=None, input_tensor=keras.Input((224, 224, 3), name="image"))
random = np.random.RandomState(0)
for weight in model.weights:
    # Fresh statistics and offsets are all zeros and ones: those of a trained model are not, and folding them is part of the work.
    if weight.path.split("/")[-1] in ("moving_mean", "beta", "bias"):
        weight.assign(random.uniform(-0.1, 0.1, weight.shape))
    if weight.path.split("/")[-1] in ("moving_variance", "gamma"):
        weight.assign(random.uniform(0.8, 1.2, weight.shape))
x = random.uniform(0, 255 if name in ("EfficientNetB0", "ConvNeXtTiny") else 1, (1, 224, 224, 3)).astype("float32")
model.export(f"{folder}/{name}", verbose=False)
model.save(f"{folder}/{name}.keras")
np.savez(f"{folder}/{name}_in.npz", image=x)
np.savez(f"{folder}/{name}_out.npz", np.asarray(model(x, training=False)))
"""

TENSORFLOW = """
import sys
import tensorflow as tf
model, out = sys.argv[1:]
open(out, "wb").write(tf.lite.TFLiteConverter.from_saved_model(model).convert())
"""


def make(name, folder):
    if not (folder / f"{name}_out.npz").exists():
        subprocess.run([sys.executable, "-c", MAKE, name, str(folder)], check=True, stderr=subprocess.DEVNULL)


def distance(folder, name, converted):
    """The largest difference between Lithe's answer and TensorFlow's, as a part of the range of the latter."""
    import numpy as np

    answer = folder / f"{name}_lithe.npz"
    subprocess.run([LITHE, "run", converted, "--inputs", str(folder / f"{name}_in.npz"), "--outputs", str(answer), "--force", "-q"], check=True)
    load = lambda path: next(iter(np.load(path).values())).astype("float64")
    expected = load(folder / f"{name}_out.npz")
    return float(np.abs(load(answer) - expected).max() / (expected.max() - expected.min()))


def commands(folder, name):
    out = lambda tool: str(folder / f"{name}_{tool}.tflite")
    convert = lambda model, tool: [LITHE, "convert", str(model), "-o", out(tool), "--quantize", "none", "--force", "-q"]
    return {
        "lithe, SavedModel": convert(folder / name, "saved_model"),
        "lithe, .keras": convert(folder / f"{name}.keras", "keras"),
        "TensorFlow, SavedModel": [sys.executable, "-c", TENSORFLOW, str(folder / name), out("tensorflow")],
    }


def compare(name, folder, runs):
    make(name, folder)
    listed = commands(folder, name)
    results = {tool: [] for tool in listed}
    with open(folder / "log.txt", "wb") as log:
        for run in range(runs + 1):
            for tool, command in listed.items():
                measured = measure(command, log)
                if run > 0:  # the first one fills the page cache and builds Lithe
                    results[tool].append(measured)
    return report(name, folder, listed, results)


def report(name, folder, listed, results):
    good = True
    base = results["TensorFlow, SavedModel"]
    base_wall, base_peak = statistics.median(r[0] for r in base), max(r[2] for r in base)
    for tool, runs in results.items():
        if any(status for *_, status in runs):
            print(f"| {name} | {tool} | failed, see {folder / 'log.txt'}")
            good = False
            continue
        wall, cpu, peak = statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs), max(r[2] for r in runs)
        converted = listed[tool][4] if tool.startswith("lithe") else listed[tool][4]
        away = distance(folder, name, converted) if tool.startswith("lithe") else None
        good &= away is None or away <= 1e-4
        print(f"| {name} | {tool} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {wall / base_wall:.2f} | {peak / base_peak:.2f} "
              f"| {pathlib.Path(converted).stat().st_size} | {'' if away is None else f'{away:.1e}'} |", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--models", nargs="+", default=NAMES)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    print("| model | tool, from | wall s | CPU s | peak MB | wall of TF | memory of TF | bytes | distance of the answer |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    done = [compare(name, args.folder, args.runs) for name in args.models]
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
