"""Files of digits as people have them, of twenty random ones, and their bad neighbours."""

import gzip
import struct

import numpy as np

from kerasfoundations.data import MnistData, write_label_folders

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (20, 28, 28), dtype="uint8")
LABELS = np.arange(20, dtype="uint8") % 10
ARRAYS = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[::2], "y_test": LABELS[::2]}
HEADER = ",".join(["label", *(f"pixel{number}" for number in range(784))])


def idx_bytes(array, kind=">u1"):
    kinds = {">u1": 8, ">i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}
    header = struct.pack(f">HBB{array.ndim}I", 0, kinds[kind], array.ndim, *array.shape)
    return header + array.astype(kind).tobytes()


def csv_text(images=IMAGES, labels=LABELS, header=HEADER, end="\n"):
    rows = np.column_stack([labels, images.reshape(len(images), -1)]).tolist()
    return end.join([header, *(",".join(map(str, row)) for row in rows), ""])


def names(train="train", test="t10k", labels="idx1-ubyte"):
    return {
        "x_train": f"{train}-images-idx3-ubyte",
        "y_train": f"{train}-labels-{labels}",
        "x_test": f"{test}-images-idx3-ubyte",
        "y_test": f"{test}-labels-{labels}",
    }


def write_idx(folder, called, arrays=ARRAYS, kinds=None, pack=bytes, ending=""):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        content = pack(idx_bytes(array, (kinds or {}).get(name, ">u1")))
        (folder / f"{called[name]}{ending}").write_bytes(content)
    return folder


LINES = csv_text().splitlines()


def changed(number, change):
    """The CSV with another line at that number, from 1."""
    lines = list(LINES)
    lines[number - 1] = change(lines[number - 1])
    return "\n".join(lines) + "\n"


def with_value(value, column=1):
    def change(line):
        values = line.split(",")
        values[column] = value
        return ",".join(values)

    return change


BAD_CSV = {
    "header missing": ("\n".join(LINES[1:]), "line 1: found numbers, expected a header"),
    "label 10": (changed(4, with_value("10", 0)), "line 4: found the label '10'"),
    "pixel 300": (changed(9, with_value("300")), "line 9: found the pixel in column 2 '300'"),
    "pixel -1": (changed(9, with_value("-1", 784)), "line 9: found the pixel in column 785 '-1'"),
    "pixel 1.0": (changed(2, with_value("1.0")), "line 2: found the pixel in column 2 '1.0'"),
    "pixel +7": (changed(2, with_value("+7")), "line 2: found the pixel in column 2 '+7'"),
    "a word": (changed(3, with_value("white")), "line 3: found the pixel in column 2 'white'"),
    "no value": (changed(3, with_value("")), "line 3: found the pixel in column 2 ''"),
    "a huge value": (changed(3, with_value("9" * 30)), "line 3: found the pixel in column 2 '999"),
    "783 columns": (changed(2, lambda line: line.rsplit(",", 1)[0]), "line 2: found 784 columns"),
    "783 names": (changed(1, lambda line: line.rsplit(",", 1)[0]), "line 1: found 784 columns"),
    "786 columns": (changed(2, lambda line: f"{line},0"), "line 2: found 786 columns"),
    "a line cut short": ("\n".join(LINES)[:-20], "line 21: found"),
    "a blank line": (changed(5, lambda line: ""), "line 5: found a blank line"),
    "a header alone": (HEADER, "found a header and no line below it"),
    "another header": ("name,age\nA,3\n", "found 2 columns that begin with 'name'"),
    "no labels": (csv_text().replace("label,", "", 1), "begin with 'pixel0'"),
    "a very long line": (changed(2, lambda line: line * 10), "line 2: found more than 16,384"),
    "not text": (changed(2, with_value("\x80")), "line 2: found bytes that are not text"),
}


def _npz(folder, called=tuple(ARRAYS), images=IMAGES.shape[1:], kind="u1"):
    stored = [array.reshape(-1, *images) if array.ndim > 1 else array for array in ARRAYS.values()]
    path = folder / "my.npz"
    np.savez(path, **{n: a.astype(kind) for n, a in zip(called, stored, strict=True)})
    return path


def _other_npz(folder):
    return _npz(
        folder, ("train_images", "train_labels", "test_images", "test_labels"), (784,), ">i4"
    )


def _qmnist(folder):
    eight = {n: np.repeat(a[:, None], 8, 1) if a.ndim == 1 else a for n, a in ARRAYS.items()}
    kinds = {"y_train": ">i4", "y_test": ">i4"}
    called = names("qmnist-train", "qmnist-test", "idx2-int")
    return write_idx(folder, called, eight, kinds, gzip.compress, ".gz")


def _emnist(folder):
    turned = {n: a.transpose(0, 2, 1) if a.ndim > 1 else a for n, a in ARRAYS.items()}
    return write_idx(folder, names("emnist-digits-train", "emnist-digits-test"), turned)


def _tables(folder, ending="", pack=bytes):
    for part, count in (("train", 20), ("test", 20)):
        rows = slice(0, count, 1 if part == "train" else 2)
        text = csv_text(IMAGES[rows], LABELS[rows])
        (folder / f"{part}.csv{ending}").write_bytes(pack(text.encode()))
    return folder


def _pictures(folder):
    write_label_folders(MnistData(**ARRAYS, source="file", origin="by hand"), folder / "pictures")
    return folder / "pictures"


# Each writes the same digits to a folder, and returns what `--data` is told.
KINDS = {
    "CSV, gzip": lambda folder: _tables(folder, ".gz", gzip.compress),
    "npz": _npz,
    "npz of other names, flat, 32 bits": _other_npz,
    "IDX": lambda folder: write_idx(folder, names()),
    "IDX, gzip, as torchvision has it": lambda folder: (
        write_idx(folder / "MNIST" / "raw", names(), pack=gzip.compress, ending=".gz") and folder
    ),
    "IDX of 16 bits": lambda folder: write_idx(
        folder, names(), kinds={"x_train": ">i2", "x_test": ">f4"}
    ),
    "QMNIST": _qmnist,
    "EMNIST": _emnist,
    "CSV": _tables,
    "pictures in folders": _pictures,
}
