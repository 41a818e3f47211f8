"""Read IDX files, the format of MNIST, gzipped or plain."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from kerasfoundations.data import digit_arrays
from kerasfoundations.data.files import DataError, most_bytes, read_exactly, reading, size_of
from kerasfoundations.data.streams import RowsOnDisk, spooled, too_large

# The third byte of the file: the type of its numbers, all big-endian.
_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
# Of two axes, one that is shorter than this is columns of labels (QMNIST's, or one-hot) instead.
_LEAST_PIXELS = 100


def read_idx(path: str | os.PathLike[str], stream: bool = False) -> Any:
    """Read an IDX file of images or labels, gzipped or plain.

    The layout is two zero bytes, the type of the numbers, the number of axes, the length of each
    axis as a 32-bit integer, and the numbers, all big-endian.

    Args:
        path: The file. Gzip is recognized by its first bytes, not by its name.
        stream: Whether images that do not fit into the free memory stay on disk, as a
            `streams.RowsOnDisk`.

    Returns:
        uint8 array, `(n, 28, 28)` for images or `(n,)` for labels. Of labels with QMNIST's eight
        columns, the first one: the class.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read, is empty, truncated, too long, damaged, or
            anything but IDX images or labels of MNIST's shape and range.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "labels.idx"
        >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
        >>> read_idx(path)
        array([7, 2, 1], dtype=uint8)

    Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, "File formats".
    """
    path = Path(path)
    size = size_of(path)
    with reading(path, "an IDX file, gzipped or plain"), open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not zipped:
            return _read_stream(path, raw, size, stream)
        with gzip.GzipFile(fileobj=raw) as unzipped:
            return _read_stream(path, cast(IO[bytes], unzipped), most_bytes(size), stream)
    raise AssertionError  # what `reading` lets through was returned


def _read_stream(path: Path, stream: IO[bytes], room: int, on_disk: bool) -> Any:
    dtype, num_axes = _kind(path, stream.read(4))
    header = stream.read(4 * num_axes)
    if len(header) < 4 * num_axes:
        raise DataError(
            f"{path}: the header ends after {4 + len(header)} bytes, expected {4 + 4 * num_axes}: "
            "the file is cut short; get it again."
        )
    shape = struct.unpack(f">{num_axes}I", header)
    labels = num_axes == 1 or (num_axes == 2 and shape[1] < _LEAST_PIXELS)
    check = digit_arrays.check_labels if labels else digit_arrays.check_images
    check(path, shape, *((True,) if labels else ()))
    promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if promised > room:
        raise DataError(
            f"{path}: the header promises {promised:,} bytes, expected at most {room:,} in a file "
            "of this size: it is cut short or its header is wrong; get it again."
        )
    if on_disk and not labels and too_large(shape[0]):
        return _left_on_disk(path, stream, shape, dtype)
    what = f"{'labels' if labels else 'images'} of shape {shape}"
    values = np.frombuffer(read_exactly(stream, promised, path, what), dtype).reshape(shape)
    return digit_arrays.as_labels(path, values) if labels else digit_arrays.as_images(path, values)


def _left_on_disk(
    path: Path, stream: IO[bytes], shape: tuple[int, ...], dtype: np.dtype
) -> RowsOnDisk:
    """Return images that stay in the file if it holds them as they are, else in a copy."""
    begin = stream.tell()
    chunks = digit_arrays.chunks_of_images(stream, str(path), shape, dtype)
    if dtype != np.uint8 or isinstance(stream, gzip.GzipFile):
        return spooled(path, shape[0], chunks)
    for _ in chunks:  # to its end, which must be where the header says
        pass
    return RowsOnDisk(open(path, "rb"), shape[0], begin)


def _kind(path: Path, magic: bytes) -> tuple[np.dtype, int]:
    """Return the dtype and the number of axes that the first four bytes give."""
    fits = len(magic) == 4 and magic[:2] == b"\0\0" and magic[2] in _TYPES and 1 <= magic[3] <= 4
    if not fits:
        raise DataError(
            f"{path}: found the first bytes {magic.hex(' ') or '(none)'}, expected an IDX magic "
            "number, for instance 00 00 08 03 (images) or 00 00 08 01 (labels): point to one of "
            "MNIST's four IDX files."
        )
    return np.dtype(_TYPES[magic[2]]), magic[3]
