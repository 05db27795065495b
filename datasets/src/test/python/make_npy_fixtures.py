"""Writes the numpy fixtures of NpyTest and NpzTest: python make_npy_fixtures.py OUTPUT_FOLDER

Numeric arrays hold element i (row-major) = i - 5 over shape (2, 3, 4), halved for floats, without the -5 for unsigned.
"""
import pathlib
import sys

import numpy as np

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
count = np.arange(24).reshape(2, 3, 4)

for name in ["f2", "f4", "f8"]:
    np.save(out / f"{name}.npy", ((count - 5) / 2).astype(name))
for name in ["i1", "i2", "i4", "i8"]:
    np.save(out / f"{name}.npy", (count - 5).astype(name))
for name in ["u1", "u2", "u4", "u8"]:
    np.save(out / f"{name}.npy", count.astype(name))
np.save(out / "b1.npy", count % 3 == 0)
np.save(out / "c8.npy", ((count - 5) / 2 + 1j * count).astype("c8"))
np.save(out / "big_f4.npy", ((count - 5) / 2).astype(">f4"))
np.save(out / "big_i2.npy", (count - 5).astype(">i2"))
np.save(out / "fortran_f4.npy", np.asfortranarray(((count - 5) / 2).astype("f4")))
np.save(out / "fortran_big_i8.npy", np.asfortranarray((count - 5).astype(">i8")))
np.save(out / "scalar.npy", np.float32(1.5))
np.save(out / "empty.npy", np.zeros((0, 3), np.float32))
np.save(out / "bytes.npy", np.array([[b"a", b"bcd"], [b"", b"e\x00f"]]))
np.save(out / "unicode.npy", np.array(["a", "Zürich", "\U0001f600!", ""]))
np.save(out / "unicode_big.npy", np.array(["a", "Zürich", "\U0001f600!", ""]).astype(">U6"))
for major in [2, 3]:
    with open(out / f"version{major}.npy", "wb") as file:
        np.lib.format.write_array(file, ((count - 5) / 2).astype("f4"), version=(major, 0))
np.save(out / "object.npy", np.array([1, "two", None], dtype=object), allow_pickle=True)
np.save(out / "structured.npy", np.zeros(3, dtype=[("x", "f4"), ("y", "i4")]))
np.save(out / "date.npy", np.array(["2024-01-01"], dtype="M8[D]"))

arrays = {
    "input": ((count - 5) / 2).astype("f4"),
    "labels": np.array([3, 1], np.int64),
    "a/b": np.arange(6, dtype=np.int32),
}
np.savez(out / "stored.npz", **arrays)
np.savez_compressed(out / "deflated.npz", **arrays)
# Repetitive enough to come near deflate's greatest ratio.
np.savez_compressed(out / "zeros.npz", input=np.zeros((64, 1024), np.float32))
