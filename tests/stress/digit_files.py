"""Damaged files of digits: IDX, npz and CSV, as people have them.

Each loads as what its bytes say, read here in another way, or ends in a `DataError` of one line
that names it.
"""

from __future__ import annotations

import functools
import gzip
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kerasfoundations.data import DataError, load_mnist
from stress import files, mutations, worker
from stress.files import Target
from stress.report import Report

NUM_DIGITS = 2_000
_IN_CSV = 150  # lines of a table, and a third of that in the other
# A table claims no size in advance: zipped lines are read until they are more than any digits.
_MOST_LINES = 48 << 20
_IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_OTHER_NAMES = {
    "x_train": "train_images",
    "y_train": "train_labels",
    "x_test": "test_images",
    "y_test": "test_labels",
}

Digits = dict[str, np.ndarray]


def run(seed: int, count: int) -> Report:
    """Damage `count` files, each in the way that its seed determines."""
    return worker.run("digit_files", seed, count)


def case(seed: int, folder: Path) -> worker.Outcome:
    """Damage one file and load it."""
    return files.case_of(TARGETS, seed, folder)


@functools.cache
def random_digits() -> Digits:
    """Images that shrink as digits do, and labels."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (NUM_DIGITS, 28, 28), dtype="uint8")
    images *= rng.random(images.shape) < 0.2
    labels = rng.integers(0, 10, NUM_DIGITS, dtype="uint8")
    few = NUM_DIGITS // 4
    return {"x_train": images, "y_train": labels, "x_test": images[:few], "y_test": labels[:few]}


def _load(path: Path) -> Digits:
    data = load_mnist(path=path)
    return {name: getattr(data, name) for name in random_digits()}


def _idx_target(name: str, gzipped: bool = False, wide: bool = False) -> Target:
    """One of the four files of a folder; the wide ones are of QMNIST's, in its 32 bits."""
    pack, unpack = (functools.partial(gzip.compress, mtime=0), _gunzip) if gzipped else (_same,) * 2
    what = "images" if name.startswith("x") else "labels"
    return Target(
        f"IDX {what}{', 32 bits' if wide else ''}{', gzip' if gzipped else ''}",
        functools.partial(_make_idx, name, pack, wide),
        lambda path: _load(path.parent),
        mutations.GZIP if gzipped else mutations.IDX,
        DataError,
        functools.partial(_read_idx, name, unpack),
        lambda path: path.parent,
        room=files.ROOM * (2 if wide else 1),
    )


def _make_idx(name: str, pack: Callable[[bytes], bytes], wide: bool, folder: Path) -> Path:
    made = {}
    for key, array in random_digits().items():
        part = "train" if key.endswith("train") else "test" if wide else "t10k"
        what = "images-idx3-ubyte" if array.ndim == 3 else "labels-idx1-ubyte"
        if wide:
            part, what = f"qmnist-{part}", what.replace("idx1-ubyte", "idx2-int")
            if array.ndim == 1:
                array = np.column_stack([array, *[np.arange(len(array))] * 7])
        header = struct.pack(f">HBB{array.ndim}I", 0, 12 if wide else 8, array.ndim, *array.shape)
        made[key] = folder / f"{part}-{what}"
        made[key].write_bytes(pack(header + array.astype(">i4" if wide else ">u1").tobytes()))
    return made[name]


def _read_idx(name: str, unpack: Callable[[bytes], bytes], content: bytes) -> Digits:
    content = unpack(content)
    num_axes = content[3]
    shape = struct.unpack_from(f">{num_axes}I", content, 4)
    values = np.frombuffer(content, _IDX_TYPES[content[2]], offset=4 + 4 * num_axes)
    return {**random_digits(), name: _plain(name, values.reshape(shape))}


def _plain(name: str, values: np.ndarray) -> np.ndarray:
    """What an array of digits is, without a check: columns beside a label are left out."""
    shape = (-1, 28, 28) if name.startswith("x") else (len(values), -1)
    values = values.reshape(shape) if name.startswith("x") else values.reshape(shape)[:, 0]
    assert np.array_equal(values, values.astype("uint8"))
    return values.astype("uint8")


def _gunzip(content: bytes) -> bytes:
    values, rest = b"", content
    while rest and rest.strip(b"\0"):
        unpacker = zlib.decompressobj(31)
        values += unpacker.decompress(rest)
        rest = unpacker.unused_data
    return values


def _same(content: bytes) -> bytes:
    return content


def _npz_target(name: str, save: Callable[..., None], wide: bool = False) -> Target:
    names = _OTHER_NAMES if wide else {key: key for key in _OTHER_NAMES}

    def make(folder: Path) -> Path:
        arrays = random_digits()
        if wide:
            arrays = {key: np.asfortranarray(array, ">i4") for key, array in arrays.items()}
        save(folder / "mnist.npz", **{names[key]: array for key, array in arrays.items()})
        return folder / "mnist.npz"

    def read(content: bytes) -> Digits:
        with np.load(io.BytesIO(content)) as stored:
            return {key: _plain(key, stored[names[key]]) for key in names}

    return Target(
        name, make, _load, mutations.ZIP, DataError, read, _same_path, files.ROOM * (1 + wide)
    )


def _same_path(path: Path) -> Path:
    return path


def _csv_target(gzipped: bool) -> Target:
    """The table to train on, of the two in a folder."""
    pack, unpack = (functools.partial(gzip.compress, mtime=0), _gunzip) if gzipped else (_same,) * 2

    def make(folder: Path) -> Path:
        for part, count in (("test", _IN_CSV // 3), ("train", _IN_CSV)):
            path = folder / f"{part}.csv{'.gz' if gzipped else ''}"
            path.write_bytes(pack(_csv(count)))
        return path

    def read(content: bytes) -> Digits:
        rows = _csv_rows(unpack(content))
        images, labels = random_digits()["x_train"], random_digits()["y_train"]
        return {
            "x_train": _plain("x", rows[:, 1:]),
            "y_train": _plain("y", rows[:, :1]),
            "x_test": images[: _IN_CSV // 3],
            "y_test": labels[: _IN_CSV // 3],
        }

    return Target(
        f"CSV{', gzip' if gzipped else ''}",
        make,
        lambda path: _load(path.parent),
        mutations.CSV_GZIP if gzipped else mutations.CSV,
        DataError,
        read,
        lambda path: path.parent,
        room=files.ROOM + (_MOST_LINES if gzipped else 0),
    )


def _csv(count: int) -> bytes:
    """The first digits, as a table of text."""
    images, labels = random_digits()["x_train"][:count], random_digits()["y_train"][:count]
    rows = np.column_stack([labels, images.reshape(count, -1)]).tolist()
    header = ",".join(["label", *(f"pixel{number}" for number in range(784))])
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""]).encode()


def _csv_rows(content: bytes) -> np.ndarray:
    """The numbers of a table, by Python's own `int`; each field is digits alone."""
    header, *lines = content.decode("utf-8-sig").rstrip("\r\n").split("\n")
    assert header.lower().lstrip(' "').startswith("label")
    fields = [[field.strip() for field in line.split(",")] for line in lines]
    assert all(field.isascii() and field.isdigit() for line in fields for field in line)
    return np.array([[int(field) for field in line] for line in fields])  # (n, 785)


TARGETS = [
    *(_idx_target(name, gzipped) for name in ("x_train", "y_train") for gzipped in (False, True)),
    *(_idx_target(name, wide=True) for name in ("x_train", "y_train")),
    _npz_target("npz", np.savez),
    _npz_target("npz, compressed", np.savez_compressed),
    *(_csv_target(gzipped) for gzipped in (False, True)),
    _npz_target("npz, other names, 32 bits", np.savez, wide=True),
]
