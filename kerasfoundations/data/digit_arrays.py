"""Images and labels as files have them, as the uint8 arrays that everything else takes.

Images come as `(n, 28, 28)`, `(n, 28, 28, 1)` or `(n, 784)`, labels as `(n,)`, both in numbers of
any width and byte order. What they mean must be plain: whole grey levels 0 … 255, labels 0 … 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import IO

import numpy as np

from kerasfoundations.data.files import MAX_SAMPLES, DataError, most_bytes, read_exactly

_PIXELS = ((28, 28), (28, 28, 1), (784,))  # of one image
_QMNIST_COLUMNS = 8  # of its labels: the class, and where the digit was written and by whom
_CHUNK = 4096  # samples whose numbers are looked at together


def check_images(where: object, shape: tuple[int, ...]) -> None:
    """Raise a `DataError` unless arrays of that shape hold images."""
    if tuple(shape[1:]) not in _PIXELS or not 1 <= shape[0] <= MAX_SAMPLES:
        raise DataError(
            f"{where}: found images of shape {tuple(shape)}, expected (n, 28, 28), (n, 28, 28, 1) "
            f"or (n, 784) with n from 1 to {MAX_SAMPLES:,}: point to a file of MNIST's shape."
        )


def check_labels(where: object, shape: tuple[int, ...], columns: bool = False) -> None:
    """Raise a `DataError` unless arrays of that shape hold labels, with QMNIST's columns or not."""
    fits = len(shape) == 1 or (columns and tuple(shape[1:]) == (_QMNIST_COLUMNS,))
    if not fits or not 1 <= shape[0] <= MAX_SAMPLES:
        raise DataError(
            f"{where}: found labels of shape {tuple(shape)}, expected (n,) with n from 1 to "
            f"{MAX_SAMPLES:,}: point to a file of MNIST's shape (of one-hot labels store argmax)."
        )


def check_claim(where: object, shape: tuple[int, ...], itemsize: int, compressed: int) -> int:
    """Return how many bytes an array has, unless a file of that size cannot hold them."""
    promised = math.prod(shape) * itemsize
    if promised > most_bytes(compressed):
        raise DataError(
            f"{where}: the header promises {promised:,} bytes, expected at most "
            f"{most_bytes(compressed):,} in an array of this size: it is cut short or its header "
            "is wrong; get it again."
        )
    return promised


def as_images(where: object, values: np.ndarray, first: int = 0) -> np.ndarray:
    """Return grey levels as uint8 `(n, 28, 28)`.

    Args:
        where: What errors name.
        values: Numbers `(n, 28, 28)`, `(n, 28, 28, 1)` or `(n, 784)`.
        first: The number of the first sample, for errors.
    """
    check_images(where, values.shape)
    return _whole(where, values, 255, "grey level", first).reshape(-1, 28, 28)


def chunks_of_images(
    stream: IO[bytes], where: str, shape: tuple[int, ...], dtype: np.dtype
) -> Iterator[np.ndarray]:
    """Yield grey levels as uint8 `(m, 28, 28)`, some at a time; they must be all that is left.

    Args:
        stream: A file, after the header.
        where: What errors name.
        shape: `(n, 28, 28)`, `(n, 28, 28, 1)` or `(n, 784)`.
        dtype: That of the numbers.
    """
    row = math.prod(shape[1:]) * dtype.itemsize
    for start in range(0, shape[0], _CHUNK):
        count = min(_CHUNK, shape[0] - start)
        last = start + count == shape[0]
        values = read_exactly(stream, count * row, where, f"images of shape {shape}", last)
        yield as_images(where, np.frombuffer(values, dtype).reshape(count, *shape[1:]), start)


def as_labels(where: object, values: np.ndarray) -> np.ndarray:
    """Return labels as uint8 `(n,)`; of QMNIST's eight columns the first, which is the class.

    Args:
        where: What errors name.
        values: Integers `(n,)` or `(n, 8)`.
    """
    check_labels(where, values.shape, columns=True)
    if values.dtype.kind not in "iu":
        raise DataError(
            f"{where}: found labels of dtype {values.dtype}, expected integers: store them as "
            "uint8 (array.astype('uint8'))."
        )
    return _whole(where, values[:, 0] if values.ndim == 2 else values, 9, "label")


def _whole(where: object, values: np.ndarray, most: int, what: str, first: int = 0) -> np.ndarray:
    """Return whole numbers from 0 to `most` as uint8."""
    if values.dtype == np.uint8 and most == 255:
        return np.ascontiguousarray(values)
    found = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        with np.errstate(invalid="ignore"):
            wrong = ~((part >= 0) & (part <= most) & (part == np.floor(part)))
        if wrong.any():
            raise DataError(
                f"{where}: found the {what} {part[wrong][0]:g} in sample "
                f"{first + start + _row(wrong):,}, expected whole numbers from 0 to {most}: "
                f"{_remedy(what, part)}"
            )
        found[start : start + _CHUNK] = part
    return found


def _row(wrong: np.ndarray) -> int:
    return int(np.argwhere(wrong)[0, 0])


def _remedy(what: str, part: np.ndarray) -> str:
    if what == "label":
        return "these are not the labels of digits; name a set of digits."
    if part.dtype.kind == "f" and part.min() >= 0 and part.max() <= 1:
        return "these were scaled already; store (255 * images).round() as uint8."
    return "these are not the pixels of MNIST; store grey levels as uint8."
