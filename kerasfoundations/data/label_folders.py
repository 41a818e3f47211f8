"""Digits as pictures in folders, each folder named by the label of its pictures.

    train/3/10.png       28 × 28 grey levels, white ink on black
    valid/7/0.png        the number is the digit's place in MNIST

Readers take the folders one after another, and in each the pictures sorted by name, as text: 10
comes before 9. In this order all threes come before all sevens.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.files import MAX_SAMPLES, DataError, DataFileMissingError
from kerasfoundations.data.mnist_data import MnistData
from kerasfoundations.data.streams import spooled, too_large
from kerasfoundations.system.atomic_files import replacing_folder
from kerasfoundations.system.safe_archives import one_line

_PARTS = {"train": ("train",), "test": ("valid", "test")}  # folder names, the first is written
_SIZE = (28, 28)
_MOST_BYTES = 1 << 20  # of one file; a digit takes some 300
_POINT = "point to a folder written by kerasfoundations folders, or laid out alike."


def sorted_by_path(data: MnistData) -> MnistData:
    """Return the digits in the order in which `read_label_folders` would read them.

    Args:
        data: The digits.

    Returns:
        New arrays: sorted by label, and for each label by the name `NUMBER.png`, as text.

    Raises:
        ValueError: when these are not an `MnistData`.

    Example:
        >>> labels = np.array([7, 3, 3, 3, 7, 7, 7, 7, 7, 7, 3], "uint8")
        >>> images = np.zeros((11, 28, 28), "uint8")
        >>> images[:, 0, 0] = range(11)
        >>> in_order = sorted_by_path(MnistData(images, labels, images, labels, "file", "by hand"))
        >>> in_order.y_train.tolist(), in_order.x_train[:4, 0, 0].tolist()
        ([3, 3, 3, 3, 7, 7, 7, 7, 7, 7, 7], [1, 10, 2, 3])

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    checks.object_of("an MnistData", data, MnistData)
    arrays = {}
    for part in _PARTS:
        labels = getattr(data, f"y_{part}")
        order = sorted(range(len(labels)), key=lambda place: _path(labels[place], place))
        for name in (f"x_{part}", f"y_{part}"):
            arrays[name] = getattr(data, name)[order]
    return dataclasses.replace(data, **arrays)


def write_label_folders(
    data: MnistData, folder: str | os.PathLike[str], labels: Collection[int] = range(10)
) -> int:
    """Write digits as PNG pictures into folders named by their labels.

    They are written into a temporary folder, which is then renamed.

    Args:
        data: The digits.
        folder: The folder to make; it must not exist.
        labels: Which digits to write.

    Returns:
        The number of pictures.

    Raises:
        ValueError: when the folder exists.
        OSError: when there is no room for all of it; nothing is left behind.

    Example:
        >>> from kerasfoundations.data import load_mnist
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "digits"
        >>> write_label_folders(load_mnist("sample"), folder, labels=[3, 7])
        1000
        >>> sorted(path.name for path in (folder / "valid").iterdir())
        ['3', '7']
    """
    checks.object_of("an MnistData", data, MnistData)
    checks.path(folder)
    with replacing_folder(folder) as temporary:
        return sum(_write_part(data, part, temporary, labels) for part in _PARTS)


def read_label_folders(folder: str | os.PathLike[str], stream: bool = False) -> dict[str, Any]:
    """Read pictures from folders named by their labels, in sorted order.

    Args:
        folder: A folder with `train` and with `valid` or `test`, each with folders named 0 to 9,
            which hold pictures of 28 × 28 pixels, white ink on black. Names that begin with a dot
            are ignored.
        stream: Whether images that do not fit into the free memory stay on disk, as a
            `streams.RowsOnDisk`.

    Returns:
        A dict of uint8 arrays: `x_train`, `x_test` `(n, 28, 28)` and `y_train`, `y_test` `(n,)`.

    Raises:
        DataFileMissingError: when a folder is missing or has no pictures.
        DataError: for a folder of another name, or a file that is no such picture.

    Example:
        >>> from kerasfoundations.data import load_mnist
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "digits"
        >>> _ = write_label_folders(load_mnist("sample"), folder, labels=[3, 7])
        >>> read_label_folders(folder)["y_train"][[0, 399, 400]]
        array([3, 3, 7], dtype=uint8)
    """
    checks.path(folder)
    folder = Path(folder)
    arrays: dict[str, Any] = {}
    for part, names in _PARTS.items():
        place = next((folder / name for name in names if (folder / name).is_dir()), None)
        if place is None:
            raise DataFileMissingError(
                f"{folder}: found no folder {' or '.join(names)}, expected one with folders 0 to "
                f"9 of pictures: {_POINT}"
            )
        labels: list[int] = []
        images = _images(_read_part(place), labels)
        about = sum(len(os.listdir(below)) for below in _entries(place) if below.is_dir())
        if stream and too_large(about):
            arrays[f"x_{part}"] = spooled(place, about, images)
        else:
            arrays[f"x_{part}"] = np.concatenate([np.empty((0, *_SIZE), np.uint8), *images])
        if not labels:
            raise DataFileMissingError(f"{place}: found no pictures, expected some: {_POINT}")
        arrays[f"y_{part}"] = np.array(labels, "uint8")
    return arrays


def _images(pairs: Iterator[tuple[np.ndarray, int]], labels: list[int]) -> Iterator[np.ndarray]:
    """Yield the pictures, each as `(1, 28, 28)`, and collect their labels."""
    for image, label in pairs:
        labels.append(label)
        yield image[None]


def _path(label: Any, place: Any) -> str:
    return f"{label}/{place}.png"


def _write_part(data: MnistData, part: str, folder: Path, wanted: Collection[int]) -> int:
    from PIL import Image

    images, labels = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    top = folder / _PARTS[part][0]
    kept = np.flatnonzero(np.isin(labels, list(wanted)))
    for label in np.unique(labels[kept]):
        (top / str(label)).mkdir(parents=True)
    for place in kept:
        Image.fromarray(images[place]).save(top / _path(labels[place], place))
    return len(kept)


def _read_part(folder: Path) -> Iterator[tuple[np.ndarray, int]]:
    """Yield the pictures below a folder, each with its label, in sorted order."""
    count = 0
    for of_label in _entries(folder):
        if of_label.name not in tuple("0123456789") or not of_label.is_dir():
            raise DataError(f"{of_label}: found this, expected only folders named 0 to 9: {_POINT}")
        for path in _entries(of_label):
            count += 1
            if count > MAX_SAMPLES:
                raise DataError(f"{folder}: found more than {MAX_SAMPLES:,} pictures: use fewer.")
            yield _read_picture(path), int(of_label.name)


def _entries(folder: Path) -> list[Path]:
    return [folder / name for name in sorted(os.listdir(folder)) if not name.startswith(".")]


def _read_picture(path: Path) -> np.ndarray:
    from PIL import Image

    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise DataError(
                f"{path}: found a folder or a large file, expected a picture of 28 × 28 pixels: "
                f"{_POINT}"
            )
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            if (picture.height, picture.width) != _SIZE:
                raise DataError(
                    f"{path}: found {picture.width} × {picture.height} pixels, expected 28 × 28: "
                    "kerasfoundations.data.read_digit_image prepares a picture of another size."
                )
            return np.asarray(picture.convert("L"))
    except DataError:
        raise
    except Exception as error:  # a damaged picture can raise anything
        raise DataError(
            f"{path}: cannot be read ({one_line(error)}), expected a PNG or JPEG picture: {_POINT}"
        ) from error
