"""Common kinds of data tensors, with real shapes and memory use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class DataTensor:
    """A kind of data, with an example.

    Attributes:
        kind: The kind, for example `"images"`.
        example: What the numbers are.
        axes: A name for each axis.
        shape: The length of each axis.
        dtype: The dtype of the numbers.

    Example:
        >>> axes = ("samples", "height", "width")
        >>> digits = DataTensor("images", "MNIST", axes, (60000, 28, 28), "uint8")
        >>> digits.num_values, digits.num_bytes, round(digits.megabytes, 1)
        (47040000, 47040000, 44.9)
    """

    kind: str
    example: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str = "float32"

    @property
    def num_values(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def num_bytes(self) -> int:
        """Memory use in bytes."""
        return self.num_values * np.dtype(self.dtype).itemsize

    @property
    def megabytes(self) -> float:
        """Memory use in units of 2²⁰ bytes."""
        return self.num_bytes / 2**20


def data_tensors() -> list[DataTensor]:
    """Return the kinds of data tensors, from vectors to video.

    Returns:
        One for each example, with its axes, shape and dtype.

    Example:
        >>> video = data_tensors()[-1]
        >>> video.shape, video.num_values, round(video.megabytes)
        ((4, 240, 144, 256, 3), 106168320, 405)

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.2.
    """
    image = ("height", "width", "channels")
    return [
        DataTensor("vectors", "people: age, sex, income", ("samples", "features"), (100_000, 3)),
        DataTensor("vectors", "documents: counts of words", ("samples", "features"), (500, 20_000)),
        DataTensor(
            "sequences",
            "tweets: one-hot characters",
            ("samples", "steps", "features"),
            (1_000_000, 280, 128),
        ),
        DataTensor(
            "sequences",
            "stock prices: a year of minutes",
            ("samples", "steps", "features"),
            (250, 390, 3),
        ),
        DataTensor("images", "MNIST", ("samples", "height", "width"), (60_000, 28, 28), "uint8"),
        DataTensor("images", "colour, channels last", ("samples", *image), (128, 256, 256, 3)),
        DataTensor(
            "images",
            "colour, channels first",
            ("samples", "channels", *image[:2]),
            (128, 3, 256, 256),
        ),
        DataTensor(
            "video",
            "four clips of 60 s at 4 frames a second",
            ("samples", "frames", *image),
            (4, 240, 144, 256, 3),
        ),
    ]
