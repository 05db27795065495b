#!/usr/bin/env python3
"""Measures inference side by side in one run: Lithe's kernels and LiteRT with XNNPACK, on one thread and on several.

    python3 benchmarks/inference.py --peer PYTHON [--rounds 15] [--milliseconds 300] [--threads 1,2]
        [--kernels simd] [MODEL.tflite ...]

PYTHON is an interpreter that has ai-edge-litert and numpy. Without a model, MobileNet v1 1.0_224 in float32 with random
weights is built first (inference/MobileNetV1.java). Every contender is a process of its own that stays up; in each round
all of them run in turn for the same short time, the others waiting, so that they share whatever else the machine does.
With one thread each process is pinned to one core. Printed are the median over rounds of each round's fastest tenth, and
the ratios (median over rounds of the ratio within a round). The outputs are compared too.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks" / "inference"

PEER = """
import sys, time
import numpy as np
from ai_edge_litert.interpreter import Interpreter
model, folder, threads = sys.argv[1:4]
interpreter = Interpreter(model, num_threads=int(threads))
interpreter.allocate_tensors()
random = np.random.default_rng(1)
for i, d in enumerate(interpreter.get_input_details()):
    if d["dtype"] == np.float32:
        x = random.uniform(-1, 1, d["shape"]).astype(np.float32)
    elif np.issubdtype(d["dtype"], np.integer):
        x = random.integers(0, 100, d["shape"]).astype(d["dtype"])
    else:
        x = np.zeros(d["shape"], d["dtype"])
    x.tofile(f"{folder}/{i}.bin")
    interpreter.set_tensor(d["index"], x)
interpreter.invoke()
for i, d in enumerate(interpreter.get_output_details()):
    np.save(f"{folder}/peer-{i}.npy", interpreter.get_tensor(d["index"]))
print("ready", flush=True)
clock, invoke = time.perf_counter_ns, interpreter.invoke
for line in sys.stdin:
    end = clock() + int(line) * 1000000
    times = []
    before = clock()
    while before < end:
        invoke()
        after = clock()
        times.append(after - before)
        before = after
    print(*times, flush=True)
"""

COMPARE = """
import pathlib, sys
import numpy as np
worst = 0.0
for file in sorted(pathlib.Path(sys.argv[1]).glob("peer-*.npy")):
    peer = np.load(file)
    ours = np.fromfile(file.with_name(file.name.replace("peer", "lithe")).with_suffix(".bin"), peer.dtype).reshape(peer.shape)
    peer, ours = peer.astype(np.float64), ours.astype(np.float64)
    worst = max(worst, np.abs(ours - peer).max() / max(np.ptp(peer), 1e-30))
print(f"{worst:.1e}")
"""


class Contender:
    """A process that runs one model when it is asked to."""

    def __init__(self, name, command, cores):
        self.name = name
        # A pinned process must not keep the compiler and the collector of its VM from the core for long: rounds are warm.
        pin = (lambda: os.sched_setaffinity(0, cores)) if cores else None
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=pin)
        self.hello = self.process.stdout.readline().split()
        if not self.hello:
            sys.exit(f"{name} did not start")
        self.micros = []

    def round(self, milliseconds, keep):
        self.process.stdin.write(f"{milliseconds}\n")
        self.process.stdin.flush()
        times = sorted(int(t) for t in self.process.stdout.readline().split())
        if keep:
            self.micros.append(times[len(times) // 10] / 1000)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def java():
    home = subprocess.run(
        ["sh", "-c", f'. "{ROOT}/build/java-home.sh" && printf %s "$JAVA_HOME"'], capture_output=True, text=True, check=True
    ).stdout
    return os.path.join(home, "bin", "java")


def classpath():
    subprocess.run([str(ROOT / "lithe"), "--version"], check=True, stdout=subprocess.DEVNULL)  # builds where that is due
    return ":".join([str(ROOT / "cli/target/lithe.jar"), *map(str, sorted((ROOT / "cli/target/lib").glob("*.jar")))])


def contenders(model, folder, args, jars):
    core = {min(os.sched_getaffinity(0))}
    listed = []
    for threads in args.threads:
        cores = core if threads == 1 else None
        listed.append(Contender(f"LiteRT, {threads} thread(s)", [args.peer, "-c", PEER, model, folder, str(threads)], cores))
        for kernels in args.kernels:
            command = [java(), "-Xmx2g", "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector", *args.java, "-cp", jars]
            command += [str(HERE / "Runs.java"), model, folder, kernels, str(threads)]
            listed.append(Contender(f"Lithe {kernels}, {threads} thread(s)", command, cores))
    return listed


def ratio(a, b):
    return statistics.median(x / y for x, y in zip(a.micros, b.micros))


def measure(model, args, jars):
    with tempfile.TemporaryDirectory() as folder:
        listed = contenders(model, folder, args, jars)
        for contender in listed:
            contender.round(args.warmup, False)
        for _ in range(args.rounds):
            for contender in listed:
                contender.round(args.milliseconds, True)
        compared = subprocess.run([args.peer, "-c", COMPARE, folder], capture_output=True, text=True).stdout.strip()
        for contender in listed:
            contender.close()
    report(model, listed, compared, args)


def report(model, listed, compared, args):
    peer = listed[0]
    print(f"\n{pathlib.Path(model).name}: {args.rounds} rounds of {args.milliseconds} ms, interleaved;", end=" ")
    print(f"largest difference of the outputs {compared} of their range\n")
    print(f"| {'':24} | {'us':>10} | {'of LiteRT, 1 thread':>20} | {'speed-up by threads':>20} |")
    print(f"|{'-' * 26}|{'-' * 11}:|{'-' * 21}:|{'-' * 21}:|")
    step = 1 + len(args.kernels)
    for i, c in enumerate(listed):
        speedup = f"{ratio(listed[i % step], c):.2f}" if i >= step else ""
        print(f"| {c.name:24} | {statistics.median(c.micros):10.1f} | {ratio(c, peer):20.2f} | {speedup:>20} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="MODEL.tflite")
    parser.add_argument("--peer", required=True, help="a Python with ai-edge-litert and numpy")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--milliseconds", type=int, default=300)
    parser.add_argument("--warmup", type=int, default=6000, help="milliseconds")
    parser.add_argument("--threads", type=lambda s: [int(t) for t in s.split(",")], default=[1, 2])
    parser.add_argument("--kernels", type=lambda s: s.split(","), default=["simd"])
    parser.add_argument("--java", action="append", default=[], help="an option for the JVM; may be repeated")
    args = parser.parse_args()
    jars = classpath()
    with tempfile.TemporaryDirectory() as folder:
        if not args.models:
            built = os.path.join(folder, "mobilenet_v1_1.0_224.tflite")
            subprocess.run([java(), "-cp", jars, str(HERE / "MobileNetV1.java"), built], check=True)
            args.models = [built]
        for model in args.models:
            measure(model, args, jars)


if __name__ == "__main__":
    main()
