"""Read digits from NumPy's npz, under the names that people give the four arrays."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np

from kerasfoundations.data import digit_arrays
from kerasfoundations.data.files import DataError, most_bytes, read_exactly, reading, size_of
from kerasfoundations.data.streams import RowsOnDisk, spooled, too_large
from kerasfoundations.system.safe_archives import open_archive, read_npy_header

# What the arrays are called, without case and underscores.
_NAMES = {
    "x_train": ("xtrain", "trainx", "trainimages", "imagestrain"),
    "y_train": ("ytrain", "trainy", "trainlabels", "labelstrain"),
    "x_test": ("xtest", "testx", "testimages", "imagestest"),
    "y_test": ("ytest", "testy", "testlabels", "labelstest"),
}


def read_npz(path: str | os.PathLike[str], stream: bool = False) -> dict[str, Any]:
    """Read digits from an npz with images and labels to train and to test on.

    The arrays are called `x_train`, `y_train`, `x_test`, `y_test`, as in Keras's mnist.npz, or
    `train_images`, `train_labels` and so on, in upper or lower case.

    Args:
        path: The file.
        stream: Whether images that do not fit into the free memory stay on disk, as a
            `streams.RowsOnDisk`.

    Returns:
        A dict of uint8 arrays under Keras's names: images `(n, 28, 28)`, labels `(n,)`.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read, is empty, truncated, damaged, not an npz, lacks an
            array, holds pickled objects, or has numbers that are not grey levels or labels.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "tiny.npz"
        >>> images, labels = np.zeros((2, 784), ">i4"), np.array([7, 2])
        >>> parts = {"train_images": images, "train_labels": labels}
        >>> np.savez(path, **parts, test_images=images, test_labels=labels)
        >>> read_npz(path)["x_train"].shape, read_npz(path)["y_test"]
        ((2, 28, 28), array([7, 2], dtype=uint8))
    """
    path = Path(path)
    size = size_of(path)
    with reading(path, "an npz file (a zip archive of arrays)"), open_archive(path) as archive:
        members = _roles(path, archive.infolist())
        claimed = sum(info.file_size for info in members.values())
        if claimed > most_bytes(size):
            raise DataError(
                f"{path}: its arrays claim {claimed:,} bytes, expected at most "
                f"{most_bytes(size):,} in a file of this size: it was made to fill the "
                "memory, or is damaged; get it again."
            )
        return {name: _read_member(path, archive, members[name], name, stream) for name in _NAMES}
    raise AssertionError  # what `reading` lets through was returned


def _roles(path: Path, infos: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the member that holds each of the four arrays."""
    members = {info.filename.removesuffix(".npy"): info for info in infos}
    found: dict[str, list[str]] = {
        role: [name for name in members if name.lower().replace("_", "") in names]
        for role, names in _NAMES.items()
    }
    if any(len(names) == 0 for names in found.values()):
        raise DataError(
            f"{path}: found the arrays {sorted(members)}, expected {list(_NAMES)} or train_images, "
            "train_labels, test_images and test_labels: point to an npz in such a layout."
        )
    for role, names in found.items():
        if len(names) > 1:
            raise DataError(
                f"{path}: found {' and '.join(sorted(names))}, expected one {role}: leave one out."
            )
    return {role: members[names[0]] for role, names in found.items()}


def _read_member(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, role: str, on_disk: bool
) -> Any:
    where = f"{path} ({info.filename.removesuffix('.npy')})"
    labels = role.startswith("y")
    with archive.open(info) as stream:
        shape, fortran_order, dtype = read_npy_header(stream)
        if dtype.hasobject:
            raise DataError(
                f"{where}: found pickled Python objects, expected numbers: unpickling can run any "
                "code, so such a file is refused; get it from a source that stores plain numbers."
            )
        if dtype.kind not in ("iu" if labels else "iuf"):
            raise DataError(
                f"{where}: found dtype {dtype}, expected {'integers' if labels else 'grey levels'}:"
                " store them as uint8 (array.astype('uint8'))."
            )
        check = digit_arrays.check_labels if labels else digit_arrays.check_images
        check(where, shape)
        promised = digit_arrays.check_claim(where, shape, dtype.itemsize, info.compress_size)
        what = f"{'labels' if labels else 'images'} of shape {shape}"
        if on_disk and not labels and not fortran_order and too_large(shape[0]):
            return _left_on_disk(path, stream, info, where, shape, dtype)
        values = read_exactly(stream, promised, where, what)
    array = np.frombuffer(values, dtype).reshape(shape, order="F" if fortran_order else "C")
    return digit_arrays.as_labels(where, array) if labels else digit_arrays.as_images(where, array)


def _left_on_disk(
    path: Path,
    stream: IO[bytes],
    info: zipfile.ZipInfo,
    where: str,
    shape: tuple[int, ...],
    dtype: np.dtype,
) -> RowsOnDisk:
    """Return images that stay in the file if they are stored there as they are, else in a copy."""
    begin = stream.tell()
    chunks = digit_arrays.chunks_of_images(stream, where, shape, dtype)
    if dtype != np.uint8 or info.compress_type != zipfile.ZIP_STORED:
        return spooled(where, shape[0], chunks)
    for _ in chunks:  # to its end, where the archive compares its checksum
        pass
    file = open(path, "rb")  # noqa: SIM115 - open as long as the images are used
    file.seek(info.header_offset + 26)
    lengths = struct.unpack("<2H", file.read(4))  # of the name and of what follows it
    return RowsOnDisk(file, shape[0], info.header_offset + 30 + sum(lengths) + begin)
