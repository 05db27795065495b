"""Writes what TensorFlow's converter makes of every float model: name, operators, bytes and histogram, as TSV.

usage: tensorflow_sizes.py SHARED OUT.tsv

TensorFlow 2.21, Keras 3 (tf_keras 2.21 for what older versions wrote). Models: the cases of conformance/keras (their SavedModel) and those of corpus/source that are
a SavedModel, a Keras file or a frozen graph. A model that TensorFlow refuses gets `-` in place of its figures.
"""
import collections, os, sys, tempfile, zipfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

NAMES = {v: k for k, v in vars(schema.BuiltinOperator).items() if isinstance(v, int)}
KEEP = os.environ.get("KEEP")


def operators(data):
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    count = collections.Counter()
    for graph in model.subgraphs:
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            count[NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]] += 1
    return count


def frozen(path):
    graph = tf.compat.v1.GraphDef()
    with open(path, "rb") as f:
        graph.ParseFromString(f.read())
    read = {i.split(":")[0].lstrip("^") for n in graph.node for i in n.input}
    inputs = [n.name for n in graph.node if n.op == "Placeholder" and n.name in read]
    outputs = [n.name for n in graph.node if n.name not in read and n.op not in ("Const", "NoOp", "Placeholder")]
    return tf.compat.v1.lite.TFLiteConverter.from_frozen_graph(path, inputs, outputs)


def converter(path):
    if os.path.isdir(path):
        return tf.lite.TFLiteConverter.from_saved_model(path)
    if path.endswith(".pb"):
        return frozen(path)
    try:
        return tf.lite.TFLiteConverter.from_keras_model(tf.keras.models.load_model(path, compile=False))
    except (TypeError, ValueError):  # what Keras 2 wrote and Keras 3 does not read
        import tf_keras
        folder = tempfile.mkdtemp()
        tf.saved_model.save(tf_keras.models.load_model(path, compile=False), folder)
        return tf.lite.TFLiteConverter.from_saved_model(folder)


def models(shared, scratch):
    folder = os.path.join(shared, "conformance", "keras")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".zip"):
            target = os.path.join(scratch, name[:-4])
            with zipfile.ZipFile(os.path.join(folder, name)) as z:
                z.extractall(target)
            yield "keras/" + name[:-4], os.path.join(target, "saved_model")
    folder = os.path.join(shared, "corpus", "source")
    for name in sorted(os.listdir(folder)):
        for root, _, files in sorted(os.walk(os.path.join(folder, name))):
            if "saved_model.pb" in files:
                yield "corpus/" + name, root
            for file in sorted(files):
                if file.endswith((".h5", ".hdf5")) or (file.endswith(".pb") and "saved_model.pb" not in files):
                    yield "corpus/" + name + "/" + file, os.path.join(root, file)


def main(shared, out):
    with tempfile.TemporaryDirectory() as scratch, open(out, "w") as f:
        f.write("model\toperators\tbytes\thistogram\n")
        for name, path in models(shared, scratch):
            try:
                data = converter(path).convert()
                count = operators(data)
                text = " ".join(f"{k}:{v}" for k, v in sorted(count.items()))
                f.write(f"{name}\t{sum(count.values())}\t{len(data)}\t{text}\n")
                if KEEP:
                    with open(os.path.join(KEEP, name.replace("/", "__") + ".tflite"), "wb") as t:
                        t.write(data)
            except Exception as e:
                print(name, type(e).__name__, str(e)[:200].replace("\n", " "), flush=True)
                f.write(f"{name}\t-\t-\t\n")
            f.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
