"""Writes every_field.tflite with the official Python classes, and every_field.txt, which says what is in it.

Every table that the format has occurs, with every field set to a value that is not its default. The text has one line
per operator, tensor and remaining table of the model, in the notation of Java records.

    python make_every_field.py FACTS.json OUTPUT_FOLDER

FACTS.json lists the tables of the format; the classes come from ai-edge-litert 2.1.
"""

import json
import pathlib
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as official

facts = json.load(open(sys.argv[1]))
folder = pathlib.Path(sys.argv[2])
enums = {e["name"]: [name for name, _ in e["values"]] for e in facts["enums"]}
unions = {u["name"]: [name.split()[0] for name, _ in u["members"]] for u in facts["unions"]}
tables = {t["name"]: t["fields"] for t in facts["tables"]}
counter = 0


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def pascal(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def record(table):
    return table if table.endswith("Options") else table + "Table"


def number():
    global counter
    counter = counter % 100 + 1
    return counter


def value(kind, default):
    """A value for a field, as Python has it and as Java prints it."""
    if kind in ("int", "int32", "uint", "long", "ulong", "byte", "ubyte", "ushort"):
        n = number()
        n += str(n) == default
        return n, str(n)
    if kind == "float":
        n = number() + 0.5
        return n, str(n)
    if kind == "bool":
        on = default != "true"
        return on, str(on).lower()
    if kind == "string":
        text = f"näme {number()}"
        return text, text
    if kind in enums:
        names = enums[kind]
        usual = names.index(default) if default else 0
        code = (usual + 1 + number() % max(1, len(names) - 1)) % len(names)
        return code, names[code]
    return fill(kind)


def vector(kind):
    pairs = [value(kind, None) for _ in range(1 + number() % 3)]
    values = [v for v, _ in pairs]
    dtype = {"int": np.int32, "long": np.int64, "float": np.float32, "ubyte": np.uint8, "ushort": np.uint16}
    if kind == "ubyte":
        return np.array(values, np.uint8), "0x" + bytes(values).hex()
    return np.array(values, dtype[kind]) if kind in dtype else values, "[" + ", ".join(t for _, t in pairs) + "]"


def fill(table, **members):
    """A table with all its fields, and its text. `members` picks the member of each union field."""
    made = getattr(official, table + "T")()
    texts = []
    for field in sorted(tables[table], key=lambda f: f["slot"]):
        name, kind = camel(field["name"]), field["type"]
        if name in ("largeCustomOptionsOffset", "largeCustomOptionsSize") or table == "Buffer" and name != "data":
            continue
        if field.get("deprecated"):
            texts.append(f"{name}={'0' if kind == 'int' else ''}")
            continue
        assert hasattr(made, name), (table, name)
        if kind in unions:
            member = members.get(field["name"], 0)
            setattr(made, name + "Type", member)
            v, text = fill(unions[kind][member]) if member else (None, "null")
        elif kind.startswith("["):
            v, text = members.get(field["name"]) or vector(kind[1:-1])
        else:
            v, text = value(kind, field.get("default"))
        setattr(made, name, v)
        texts.append(f"{name}={text}")
    return made, f"{record(table)}[{', '.join(texts)}]"


def main():
    operators = [fill("Operator", builtin_options=i) for i in range(len(unions["BuiltinOptions"]))]
    operators += [fill("Operator", builtin_options_2=i) for i in range(1, len(unions["BuiltinOptions2"]))]
    tensors = [fill("Tensor") for _ in range(4)]
    for i, (tensor, text) in enumerate(tensors):
        quantization, q_text = fill("QuantizationParameters", details=i)
        metadata = [fill("DimensionMetadata", array_segments=i, array_indices=(i + 1) % 4)]
        sparsity, s_text = fill("SparsityParameters", dim_metadata=([m for m, _ in metadata], f"[{metadata[0][1]}]"))
        start, end = text.index("quantization="), text.index(", isVariable")
        text = text[:start] + "quantization=" + q_text + text[end:]
        start, end = text.index("sparsity="), text.index(", shapeSignature")
        tensor.quantization, tensor.sparsity = quantization, sparsity
        tensors[i] = tensor, text[:start] + "sparsity=" + s_text + text[end:]
    subgraph, _ = fill("SubGraph", tensors=([t for t, _ in tensors], ""), operators=([o for o, _ in operators], ""))
    model, _ = fill("Model", subgraphs=([subgraph], ""))
    model.version = 3
    rest = []
    for name in ("operatorCodes", "buffers", "metadata", "signatureDefs", "externalBufferGroups", "externalBuffers"):
        kind = next(f["type"][1:-1] for f in tables["Model"] if camel(f["name"]) == name)
        made = [fill(kind) for _ in range(2)]
        setattr(model, name, [m for m, _ in made])
        rest += [t for _, t in made]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    (folder / "every_field.tflite").write_bytes(bytes(builder.Output()))
    lines = [t for _, t in operators] + [t for _, t in tensors] + rest
    (folder / "every_field.txt").write_text("\n".join(lines) + "\n")


main()
