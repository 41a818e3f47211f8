"""Readers for the two formats MNIST comes in: IDX (gzipped or plain) and NumPy's npz.

Files are not trusted: a header is checked against what the file can hold before anything is
allocated, pickled objects are refused, and each error is one line that names the file, what was
found, what was expected and what to do. The files are opened for reading only.
"""

from __future__ import annotations

import gzip
import math
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import IO, cast

import numpy as np

from kerasfoundations.system.safe_archives import MAX_RATIO, one_line, open_archive, read_npy_header

# No archive of digits is larger (EMNIST has 814,255); a header that claims more is wrong.
MAX_SAMPLES = 1_000_000
# What is larger than MNIST's largest array may not compress to less than a hundredth: digits
# compress to a fifth, and only what was made to fill the memory to less (deflate: down to 1/1032).
_LARGE_BYTES = 48 << 20
_LARGE_RATIO = 100
_CHUNK = 1 << 20
_IDX_KINDS = {2051: ("images", 3), 2049: ("labels", 1)}  # magic number: what, number of axes
_NPZ_AXES = {"x_train": 3, "y_train": 1, "x_test": 3, "y_test": 1}


class DataError(ValueError, OSError):
    """A data file is invalid. The message names the file and the remedy.

    Example:
        >>> try:
        ...     read_idx(os.devnull)
        ... except DataError as error:
        ...     print(type(error).__name__, "names", os.devnull in str(error))
        DataError names True
    """


class DataFileMissingError(DataError, FileNotFoundError):
    """A data file or folder that was asked for does not exist.

    Example:
        >>> issubclass(DataFileMissingError, FileNotFoundError)
        True
    """


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an IDX file of images (magic number 2051) or labels (2049), gzipped or plain.

    The layout is the magic number, the length of each axis (all big-endian 32-bit integers), then
    one byte per value.

    Args:
        path: The file. Gzip is recognized by its first bytes, not by its name.

    Returns:
        uint8 array, `(n, 28, 28)` for images or `(n,)` for labels.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read, is empty, truncated, too long, damaged, or
            anything but IDX images or labels of MNIST's shape.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "labels.idx"
        >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
        >>> read_idx(path)
        array([7, 2, 1], dtype=uint8)

    Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, "File formats".
    """
    path = Path(path)
    size = _size_of(path)
    try:
        with open(path, "rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=raw) as stream:
                    return _read_idx_stream(path, cast(IO[bytes], stream), _most_bytes(size))
            return _read_idx_stream(path, raw, size)
    except DataError:
        raise
    except Exception as error:  # a damaged archive can raise anything
        raise DataError(_damaged(path, error, "an IDX file, gzipped or plain")) from error


def _read_idx_stream(path: Path, stream: IO[bytes], most_bytes: int) -> np.ndarray:
    header = stream.read(4)
    magic = int.from_bytes(header, "big")
    if len(header) < 4 or magic not in _IDX_KINDS:
        raise DataError(
            f"{path}: found the first bytes {header.hex(' ') or '(none)'}, expected an IDX magic "
            "number, 00 00 08 03 (images) or 00 00 08 01 (labels): point to one of MNIST's four "
            "IDX files."
        )
    what, num_axes = _IDX_KINDS[magic]
    header = stream.read(4 * num_axes)
    if len(header) < 4 * num_axes:
        raise DataError(
            f"{path}: the header ends after {4 + len(header)} bytes, expected {4 + 4 * num_axes}: "
            "the file is cut short; get it again."
        )
    shape = struct.unpack(f">{num_axes}I", header)
    _check_shape(path, what, shape)
    expected = math.prod(shape)
    if expected > most_bytes:
        raise DataError(
            f"{path}: the header promises {expected:,} values, expected at most {most_bytes:,} in "
            "a file of this size: it is cut short or its header is wrong; get it again."
        )
    values = _read_at_most(stream, expected + 1)
    if len(values) != expected:
        found = f"only {len(values):,}" if len(values) < expected else "more"
        raise DataError(
            f"{path}: found {found} values after the header, expected {expected:,} for {what} of "
            f"shape {shape}: the file is cut short or damaged; get it again."
        )
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def read_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Read MNIST in Keras's layout: an npz with `x_train`, `y_train`, `x_test`, `y_test`.

    Args:
        path: The file.

    Returns:
        A dict of uint8 arrays: images `(n, 28, 28)`, labels `(n,)`.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read, is empty, truncated, damaged, not an npz, lacks an
            array, holds pickled objects, or has an array of another dtype or shape.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "tiny.npz"
        >>> images, labels = np.zeros((2, 28, 28), "uint8"), np.array([7, 2], "uint8")
        >>> np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
        >>> read_npz(path)["y_test"]
        array([7, 2], dtype=uint8)
    """
    path = Path(path)
    size = _size_of(path)
    try:
        with open_archive(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            missing = [name for name in _NPZ_AXES if name not in members]
            if missing:
                raise DataError(
                    f"{path}: found the arrays {sorted(members)}, expected {list(_NPZ_AXES)}: "
                    "point to an npz in the layout of Keras's mnist.npz."
                )
            claimed = sum(members[name].file_size for name in _NPZ_AXES)
            if claimed > _most_bytes(size):
                raise DataError(
                    f"{path}: its arrays claim {claimed:,} bytes, expected at most "
                    f"{_most_bytes(size):,} in a file of this size: it was made to fill the "
                    "memory, or is damaged; get it again."
                )
            return {name: _read_member(path, archive, members[name], name) for name in _NPZ_AXES}
    except DataError:
        raise
    except Exception as error:  # a damaged archive or header can raise anything
        raise DataError(_damaged(path, error, "an npz file (a zip archive of arrays)")) from error


def _read_member(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str
) -> np.ndarray:
    with archive.open(info) as stream:
        shape, fortran_order, dtype = read_npy_header(stream)
        where = Path(f"{path} ({name})")
        if dtype.hasobject:
            raise DataError(
                f"{where}: found pickled Python objects, expected uint8: unpickling can run any "
                "code, so such a file is refused; get it from a source that stores plain numbers."
            )
        if dtype != np.uint8:
            raise DataError(
                f"{where}: found dtype {dtype}, expected uint8: store grey levels and labels as "
                "uint8 (array.astype('uint8'))."
            )
        what = "images" if _NPZ_AXES[name] == 3 else "labels"
        _check_shape(where, what, shape)
        expected = math.prod(shape)
        if expected > _most_bytes(info.compress_size):
            raise DataError(
                f"{where}: the header promises {expected:,} values, expected at most "
                f"{_most_bytes(info.compress_size):,} in an array of this size: it is cut short or "
                "its header is wrong; get it again."
            )
        values = _read_at_most(stream, expected + 1)
    if len(values) != expected:
        raise DataError(
            f"{where}: found {'more' if len(values) > expected else f'only {len(values):,}'} "
            f"values, expected {expected:,} for {what} of shape {shape}: the file is cut short or "
            "damaged; get it again."
        )
    array = np.frombuffer(values, dtype=np.uint8)
    return np.ascontiguousarray(array.reshape(shape, order="F" if fortran_order else "C"))


def _check_shape(path: Path, what: str, shape: tuple[int, ...]) -> None:
    expected = "(n, 28, 28)" if what == "images" else "(n,)"
    fits = len(shape) == (3 if what == "images" else 1) and tuple(shape[1:]) in ((28, 28), ())
    if not fits or not 1 <= shape[0] <= MAX_SAMPLES:
        raise DataError(
            f"{path}: found {what} of shape {tuple(shape)}, expected {expected} with n from 1 to "
            f"{MAX_SAMPLES:,}: point to a file of MNIST's shape."
        )


def _most_bytes(compressed: int) -> int:
    """Return the most bytes that this many compressed ones can hold in a valid file."""
    return max(min(compressed * MAX_RATIO, _LARGE_BYTES), compressed * _LARGE_RATIO)


def _read_at_most(stream: IO[bytes], num_bytes: int) -> bytearray:
    """Read up to `num_bytes` in pieces: memory grows with the content, not with a header's claim.

    Asking for one byte more than expected also makes the archive reach its end and verify its
    checksum.
    """
    values = bytearray()
    while len(values) < num_bytes:
        piece = stream.read(min(_CHUNK, num_bytes - len(values)))
        if not piece:
            break
        values += piece
    return values


def _size_of(path: Path) -> int:
    """Return the size in bytes of a regular file that exists and is not empty."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise DataFileMissingError(
            f"{path}: no such file; expected MNIST as an .npz or an IDX file: check the path."
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(_damaged(path, error, "a readable file")) from error
    if not stat.S_ISREG(status.st_mode):
        raise DataError(
            f"{path}: found a folder or a device, expected a file: name the .npz or IDX file "
            "itself."
        )
    if status.st_size == 0:
        raise DataError(f"{path}: found an empty file, expected MNIST's arrays: get it again.")
    return status.st_size


def _damaged(path: Path, error: BaseException, expected: str) -> str:
    if isinstance(error, PermissionError):
        return (
            f"{path}: permission denied, expected a file that you may read: change its "
            "permissions, or name another file."
        )
    return (
        f"{path}: cannot be read ({one_line(error)}), expected {expected}: it is cut short, "
        "damaged or something else; get it again."
    )
