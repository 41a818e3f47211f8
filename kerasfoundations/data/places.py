"""What a path can hold: an npz, a CSV, or a folder of IDX files, CSVs or pictures."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations.data import known_sets
from kerasfoundations.data.csv_files import has_labels, has_last_line_end, read_csv
from kerasfoundations.data.files import DataError, DataFileMissingError
from kerasfoundations.data.idx_files import read_idx
from kerasfoundations.data.label_folders import read_label_folders
from kerasfoundations.data.npz_files import read_npz
from kerasfoundations.data.streams import RowsOnDisk, part

# How the IDX files are called: MNIST's, with a "-" or a "." after the stem; QMNIST's; EMNIST's.
_LAYOUTS: tuple[dict[str, str], ...] = tuple(
    {
        "x_train": f"{train}-images{mark}idx3-ubyte",
        "y_train": f"{train}-labels{mark}{labels}",
        "x_test": f"{test}-images{mark}idx3-ubyte",
        "y_test": f"{test}-labels{mark}{labels}",
    }
    for train, test, mark, labels in (
        ("train", "t10k", "-", "idx1-ubyte"),
        ("train", "t10k", ".", "idx1-ubyte"),
        ("qmnist-train", "qmnist-test", "-", "idx2-int"),
        ("emnist-digits-train", "emnist-digits-test", "-", "idx1-ubyte"),
        ("emnist-mnist-train", "emnist-mnist-test", "-", "idx1-ubyte"),
    )
)
_ENDINGS = ("", ".gz")
_IDX_NAME = re.compile(r"[.-]idx\d-(ubyte|int)(\.gz)?$")  # of any of them, letters included
# Where torchvision puts them below the folder that it is given, and EMNIST's archive.
_BELOW = ("raw", *(f"{name}/raw" for name in ("MNIST", "FashionMNIST", "KMNIST", "QMNIST")))
_BELOW += ("EMNIST/raw", "gzip")
_HELD_OUT = 7  # of a single CSV one digit in seven is tested on, as of Kaggle's 42,000


@dataclass(frozen=True)
class Digits:
    """What was read.

    Attributes:
        arrays: `x_train`, `y_train`, `x_test`, `y_test`, uint8; images may be on disk.
        origin: The file or folder, in words.
        note: What was done with them that a reader should know; `None` for nothing.
        ordered: Whether they are in the order of MNIST's own files, so that they can be MNIST.
        doubt: What may be wrong with them unless their digest is known; `None` for nothing.
    """

    arrays: Mapping[str, Any]
    origin: str
    note: str | None = None
    ordered: bool = True
    doubt: str | None = None


def read_place(place: Path, stream: bool = False) -> Digits:
    """Read the digits that a path holds.

    Args:
        place: The path.
        stream: Whether images that do not fit into the free memory stay on disk, as a
            `streams.RowsOnDisk`.

    Raises:
        DataFileMissingError: when there is nothing.
        DataError: when what is there is not digits.
    """
    place = Path(os.path.expanduser(place))
    if os.path.isdir(place / "train"):
        return Digits(read_label_folders(place, stream), str(place), ordered=False)
    if os.path.isdir(place):
        return _read_folder(place, stream)
    if place.name.lower().removesuffix(".gz").endswith(".csv"):
        return _split(*read_csv(place, stream), str(place), _doubt([place]))
    if _IDX_NAME.search(place.name.lower()) and os.path.isfile(place):
        raise DataError(
            f"{place}: found one IDX file, expected the folder with all four: name its folder, "
            f"{place.parent}."
        )
    return Digits(read_npz(place, stream), str(place))


def _read_folder(folder: Path, stream: bool) -> Digits:
    below = [folder, *(folder / name for name in _BELOW)]
    found = [(at, layout) for at in below for layout in _LAYOUTS if _files(at, layout)]
    places = {at for at, _ in found}
    if len(places) > 1 and folder not in places:
        names = " and ".join(str(at.relative_to(folder)) for at in sorted(places))
        raise DataError(
            f"{folder}: found digits in {names}, expected one set: name the folder that you want."
        )
    if found:
        digits = _read_idx_folder(*found[0], stream)
        beside = [layout for at, layout in found if at == found[0][0]]
        if len(beside) == 1:
            return digits
        note = "; ".join(filter(None, [digits.note, _which_was_read(found[0][0], beside)]))
        return replace(digits, note=note)
    if tables := sorted(
        at for at in folder.glob("*") if at.name.lower().endswith((".csv", ".csv.gz"))
    ):
        return _read_tables(folder, tables, stream)
    raise DataFileMissingError(
        f"{folder}: found no {_LAYOUTS[0]['x_train']} (plain or .gz), expected MNIST's four IDX "
        "files, a CSV, or pictures in folders named by their labels: put them there, or name "
        "another folder."
    )


def _which_was_read(folder: Path, layouts: list[dict[str, str]]) -> str:
    names = [next(iter(_files(folder, layout).values())).name for layout in layouts]
    return (
        f"{folder} holds {' and '.join(names)}: the first, with the files that belong to it, was "
        "read; to read another, move its files to a folder of their own"
    )


def _files(folder: Path, layout: Mapping[str, str]) -> dict[str, Path]:
    """Return the files of a layout that are in a folder."""
    tried = {name: [folder / f"{stem}{end}" for end in _ENDINGS] for name, stem in layout.items()}
    return {
        name: next(path for path in paths if os.path.isfile(path))
        for name, paths in tried.items()
        if any(map(os.path.isfile, paths))
    }


def _read_idx_folder(folder: Path, layout: Mapping[str, str], stream: bool) -> Digits:
    files = _files(folder, layout)
    for name, stem in layout.items():
        if name not in files:
            raise DataFileMissingError(
                f"{folder}: found no {stem} (plain or .gz), expected all four IDX files: put them "
                "there, or name another folder."
            )
    arrays = {name: read_idx(path, stream) for name, path in files.items()}
    note = None
    if layout["x_train"].startswith("emnist"):
        for name in ("x_train", "x_test"):
            images = arrays[name]
            on_disk = isinstance(images, RowsOnDisk)
            arrays[name] = (
                images.transpose() if on_disk else np.ascontiguousarray(images.transpose(0, 2, 1))
            )
        note = "EMNIST stores its images transposed: rows and columns were exchanged"
    known = known_sets.name_of(files.values())
    return Digits(arrays, f"{known} in {folder}" if known else str(folder), note)


def _read_tables(folder: Path, tables: list[Path], stream: bool) -> Digits:
    """Read a CSV to train on and one to test on, or split one."""
    parts = {part: [at for at in tables if part in at.name.lower()] for part in ("train", "test")}
    if len(tables) == 1:
        parts = {"train": tables, "test": []}
    if len(parts["train"]) != 1 or len(parts["test"]) > 1:
        raise DataError(
            f"{folder}: found {', '.join(at.name for at in tables)}, expected one CSV with train "
            "in its name and one with test: name a file, or leave the others out."
        )
    train = read_csv(parts["train"][0], stream)
    if not parts["test"] or not has_labels(parts["test"][0]):
        return _split(*train, str(parts["train"][0]), _doubt(parts["train"]))
    test = read_csv(parts["test"][0], stream)
    names = ("x_train", "y_train", "x_test", "y_test")
    arrays = dict(zip(names, (*train, *test), strict=True))
    return Digits(arrays, str(folder), doubt=_doubt([*parts["train"], *parts["test"]]))


def _doubt(tables: list[Path]) -> str | None:
    """Return what to say of CSVs that may have been cut inside their last number."""
    said = [
        f"{at}: the last line has no line end: if the file was cut short, its last number may be "
        "wrong"
        for at in tables
        if not has_last_line_end(at)
    ]
    return "; ".join(said) or None


def _split(images: Any, labels: np.ndarray, origin: str, doubt: str | None) -> Digits:
    """Hold one in seven digits of each class out, to test on."""
    generator = np.random.default_rng(0)
    tested = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        of_class = generator.permutation(np.flatnonzero(labels == label))
        tested[of_class[: len(of_class) // _HELD_OUT]] = True
    if not tested.any():
        raise DataError(
            f"{origin}: found {len(labels)} digits, expected {_HELD_OUT} or more of one class, of "
            "which one is tested on: add more, or a file with test in its name."
        )
    arrays = {"x_train": part(images, ~tested), "y_train": labels[~tested]}
    arrays |= {"x_test": part(images, tested), "y_test": labels[tested]}
    note = (
        f"{origin} has no labelled digits to test on: one in {_HELD_OUT} of each class, drawn with "
        "seed 0, is tested on and not trained on"
    )
    return Digits(arrays, origin, note, doubt=doubt)
