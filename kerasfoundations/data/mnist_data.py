"""What `load_mnist` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class MnistData:
    """Images and labels, verified.

    Attributes:
        x_train: uint8 `(n, 28, 28)`, grey levels 0 … 255: an array, or with `stream` a
            `streams.RowsOnDisk`.
        y_train: uint8 `(n,)`, labels 0 … 9.
        x_test: uint8 `(m, 28, 28)`, likewise.
        y_test: uint8 `(m,)`.
        source: `"mnist"` (all 60,000 + 10,000, digest verified), `"mnist-sample"` (the offline
            digits) or `"file"` (anything else in MNIST's layout, Fashion-MNIST for instance).
        origin: The file or folder they were read from, in words; with the name of the set, if its
            files are known.
        note: What a reader should know of them: why the offline digits stand in for full MNIST, and
            the remedy; or how a file was turned or split. `None` for nothing.

    Example:
        >>> images, labels = np.zeros((2, 28, 28), "uint8"), np.array([3, 7], "uint8")
        >>> data = MnistData(images, labels, images[:1], labels[:1], "file", "by hand")
        >>> data.x_train.shape, data.y_test
        ((2, 28, 28), array([3], dtype=uint8))
    """

    x_train: Any
    y_train: np.ndarray
    x_test: Any
    y_test: np.ndarray
    source: str
    origin: str
    note: str | None = None
