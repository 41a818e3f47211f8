"""Images that do not fit into memory: they stay on disk, and each batch is read by itself.

An image of MNIST has 784 bytes on disk, and as floats four times as many in memory: 1,000,000 of
them take 3.1 GB. `RowsOnDisk` reads the rows that are asked for, `StreamedImages` scales them, and
`fit`, `evaluate` and `predict` of both wings take such images in place of an array. Batches, their
order and every float in them are those of an array, and so is whatever is trained on them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.files import DataError
from kerasfoundations.data.preparation import flatten_and_scale, scale_images
from kerasfoundations.system.free_memory import free_memory

_SHAPE = (28, 28)
_SHARE = 0.5  # of the free memory; the rest is for the libraries, the model and its training
_BYTES = 5  # of a pixel that is loaded: uint8, and float32


class RowsOnDisk:
    """A uint8 array in a file, of which only the rows that are asked for are read.

    They are read, not mapped: memory that is mapped counts towards a process's limits, and ends the
    process if the file is cut short meanwhile.

    Args:
        file: The file, open for reading; it stays open.
        num_rows: `n`.
        start: Where the first row begins, in bytes.
        shape: Shape of a row.
        rows: The rows to be seen, by their numbers in the file; `None` for all.
        transposed: Whether the two axes of a row are exchanged (as EMNIST stores images).

    Attributes:
        shape: `(n, *shape)`.
        dtype: uint8.

    Example:
        >>> file = tempfile.TemporaryFile(buffering=0)
        >>> _ = file.write(bytes(range(8)))
        >>> rows = RowsOnDisk(file, num_rows=4, shape=(2,))
        >>> rows[1:3].tolist(), rows[np.array([3, 0])].tolist(), len(rows.part(np.array([1])))
        ([[2, 3], [4, 5]], [[6, 7], [0, 1]], 1)
    """

    dtype = np.dtype("uint8")

    def __init__(
        self,
        file: BinaryIO,
        num_rows: int,
        start: int = 0,
        shape: tuple[int, ...] = _SHAPE,
        rows: np.ndarray | None = None,
        transposed: bool = False,
    ) -> None:
        self._file, self._start, self._rows, self._transposed = file, start, rows, transposed
        self._of_file = num_rows, start, shape
        self._row_shape = shape
        self.shape = (num_rows if rows is None else len(rows), *shape)
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        """Return `n`."""
        return self.shape[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return all rows as an array in memory."""
        return self[:].astype(dtype or self.dtype, copy=False)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Return rows as an array: a slice, numbers, or a mask; or one row, by its number."""
        if not isinstance(rows, slice) and np.ndim(rows) == 0:
            return self[np.array([rows])][0]
        places = self._places(rows)
        found = np.empty((len(places), *self._row_shape), np.uint8)
        if not len(places):
            return found
        view, size = found.reshape(-1).data, int(np.prod(self._row_shape))
        breaks = np.flatnonzero(np.diff(places) != 1) + 1  # rows that follow one another at once
        begin = 0
        for end in [*breaks.tolist(), len(places)]:
            self._read(view[begin * size : end * size], self._start + int(places[begin]) * size)
            begin = end
        return np.ascontiguousarray(found.swapaxes(1, 2)) if self._transposed else found

    def part(self, rows: Any) -> RowsOnDisk:
        """Return some of the rows, still on disk."""
        return RowsOnDisk(self._file, *self._of_file, self._places(rows), self._transposed)

    def transpose(self) -> RowsOnDisk:
        """Return the same images with rows and columns exchanged, still on disk."""
        return RowsOnDisk(self._file, *self._of_file, self._rows, not self._transposed)

    def _places(self, rows: Any) -> np.ndarray:
        """Return the numbers of rows in the file."""
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        rows = np.asarray(rows)
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self):
            raise IndexError(
                f"received rows {rows.min()} to {rows.max()}, expected numbers from 0 to "
                f"{len(self) - 1}: count them from the beginning."
            )
        return rows if self._rows is None else self._rows[rows]

    def _read(self, view: memoryview, start: int) -> None:
        """Fill a piece of memory from the file, without moving the file's position."""
        while len(view):
            count = os.preadv(self._file.fileno(), [view], start)
            if not count:
                raise DataError(
                    f"{self._file.name}: ended at byte {start:,} while it was read, expected "
                    f"{len(self):,} images as before: it was cut short; get it again, and start "
                    "anew."
                )
            view, start = view[count:], start + count


class StreamedImages:
    """Images `(n, 784)` or `(n, 28, 28, 1)` as floats in [0, 1], made when they are asked for.

    `fit`, `evaluate` and `predict` take them in place of an array. A batch is what `scale_images`
    or `flatten_and_scale` would have made of it, to the last bit.

    Args:
        images: uint8 images `(n, height, width)`: a `RowsOnDisk`, or an array, which may be mapped
            (`numpy.load(path, mmap_mode="r")`).
        channels: Whether an image keeps its axes and gets a channel, as a convolution needs it.
        dtype: Dtype of the floats.

    Attributes:
        shape: `(n, height * width)`, or with `channels` `(n, height, width, 1)`.
        dtype: That of the floats.
        streamed: `True`: this is what tells `fit` not to make an array of them.

    Raises:
        ValueError: for images that are not uint8 `(n, height, width)`, or another dtype.

    Example:
        >>> x = StreamedImages(np.full((3, 28, 28), 51, "uint8"))
        >>> x.shape, x[:2].shape, float(x[:1][0, 0])
        ((3, 784), (2, 784), 0.20000000298023224)
    """

    streamed = True

    def __init__(self, images: Any, channels: bool = False, dtype: Any = "float32") -> None:
        self._prepare = scale_images if checks.flag("channels", channels) else flatten_and_scale
        self._prepare(images[:1])  # checks them
        self._images, self._channels = images, channels
        self.dtype = np.dtype(checks.float_dtype(np.dtype(dtype).name))
        n, height, width = images.shape
        self.shape = (n, height, width, 1) if channels else (n, height * width)
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        """Return `n`."""
        return len(self._images)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return all images as an array in memory."""
        return self[:].astype(dtype or self.dtype, copy=False)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Return some images as an array: a slice, numbers, or a mask."""
        images = self._images[rows]
        if not len(images):
            return np.empty((0, *self.shape[1:]), self.dtype)
        return self._prepare(images).astype(self.dtype, copy=False)

    def part(self, rows: Any) -> StreamedImages:
        """Return some images, still to be streamed."""
        return StreamedImages(part(self._images, rows), self._channels, self.dtype)

    def astype(self, dtype: Any) -> StreamedImages:
        """Return the same images as floats of another dtype."""
        return StreamedImages(self._images, self._channels, dtype)


def part(array: Any, rows: Any) -> Any:
    """Return some rows of an array, or of what stays on disk.

    Args:
        array: An array, a `RowsOnDisk` or a `StreamedImages`.
        rows: A slice, numbers, or a mask.

    Returns:
        The rows, of the kind that was given.

    Example:
        >>> part(np.arange(5), slice(2)), len(part(StreamedImages(np.zeros((5, 2, 2), "u1")), [4]))
        (array([0, 1]), 1)
    """
    return array.part(rows) if hasattr(array, "part") else array[rows]


def too_large(num_images: int) -> bool:
    """Return whether that many images, as floats, would take more than half of the free memory.

    Args:
        num_images: How many images of 28 × 28 pixels.

    Returns:
        Whether they should be streamed.

    Example:
        >>> too_large(1), too_large(10**15)
        (False, True)
    """
    return num_images * int(np.prod(_SHAPE)) * _BYTES > _SHARE * free_memory()


def spooled(where: object, num_images: int, chunks: Iterable[np.ndarray]) -> RowsOnDisk:
    """Write images to a temporary file, which disappears with the process.

    This is for files that cannot be read from the middle (compressed ones, text) or do not hold
    uint8.

    Args:
        where: What errors name.
        num_images: How many there will be, or a guess, for which there has to be room.
        chunks: uint8 images `(m, 28, 28)`, some at a time.

    Returns:
        The images, on disk.

    Raises:
        DataError: when there is no room for them.

    Example:
        >>> chunks = [np.zeros((2, 28, 28), "uint8"), np.ones((1, 28, 28), "uint8")]
        >>> spooled("digits.csv", 3, chunks)[2:].mean()
        np.float64(1.0)
    """
    folder, needed = tempfile.gettempdir(), num_images * int(np.prod(_SHAPE))
    if needed > (free := shutil.disk_usage(folder).free):
        raise DataError(
            f"{where}: its images do not fit into memory, and take {needed / 1e9:.1f} GB on "
            f"disk, received {free / 1e9:.1f} GB that are free in {folder}: free some, or set "
            "TMPDIR to a folder with more."
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the images are used
    count = 0
    for chunk in chunks:
        file.write(np.ascontiguousarray(chunk).data)
        count += len(chunk)
    file.flush()
    return RowsOnDisk(file, count)
