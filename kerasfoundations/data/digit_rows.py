"""A row of digits, such as a postcode: each digit is found and prepared as MNIST was.

Strokes that touch are one piece, and a digit may be in several: the bar of a 5, the two halves of a
4. Pieces one above the other belong together, pieces side by side do not.
"""

from __future__ import annotations

import os

import numpy as np

from kerasfoundations.data.digit_images import fitted_digit, grey_picture
from kerasfoundations.data.files import DataError
from kerasfoundations.data.ink import MOST_PIXELS, find_ink, grey_levels, grown, pieces

_LEAST_OVERLAP = 1 / 3  # of the narrower of two pieces, so that they are one digit
_LEAST_HEIGHT = 1 / 3  # of the tallest digit: a hyphen, a comma, a dot is lower
_MOST_HEIGHTS = 4  # by how many times a row's width may exceed its height before it is shrunk more

_Group = tuple[int, int, list[int]]  # first and last column, and the pieces


def split_digits(grey: np.ndarray) -> list[np.ndarray]:
    """Find the digits of a row, and prepare each as MNIST was.

    Args:
        grey: Array `(height, width)` of grey levels 0 (black) to 255 (white): one row of digits
            that do not touch, dark on light or light on dark. Hyphens, commas and dots between
            them are left out.

    Returns:
        uint8 arrays `(28, 28)` from left to right, each as `prepare_digit` returns it. For a
        picture of one digit, upright or square, the same as `[prepare_digit(grey)]`.

    Raises:
        ValueError: when these are not grey levels, or nothing stands out from the rest.

    Example:
        >>> paper = np.full((60, 120), 255.0)
        >>> paper[10:50, 20:26] = 0  # a one
        >>> paper[10:50, 70:100] = 0  # and a zero
        >>> paper[18:42, 78:92] = 255
        >>> digits = split_digits(paper)
        >>> [digit.shape for digit in digits], [int(digit[14, 14]) for digit in digits]
        ([(28, 28), (28, 28)], [255, 0])
    """
    levels = grey_levels(grey)
    height, width = levels.shape
    most = round(MOST_PIXELS * min(max(width / height, 1), _MOST_HEIGHTS))
    ink, is_ink = find_ink(levels, most)
    labels = pieces(is_ink)  # (h, w)
    masks = [np.isin(labels, group) for group in _groups(labels)]
    heights = [np.count_nonzero(mask.any(axis=1)) for mask in masks]
    return [
        fitted_digit(ink * grown(mask), mask)
        for mask, height in zip(masks, heights, strict=True)
        if height >= _LEAST_HEIGHT * max(heights)
    ]


def digits_of_picture(picture: np.ndarray, path: str | os.PathLike[str]) -> list[np.ndarray]:
    """Find the digits of a row in a picture that has been read.

    Args:
        picture: uint8 array `(height, width, 3)`, as `read_picture` returns it.
        path: Where it was read from, for the error message.

    Returns:
        uint8 arrays `(28, 28)` from left to right.

    Raises:
        DataError: when it shows nothing.

    Example:
        >>> picture = np.full((60, 80, 3), 255, "uint8")
        >>> picture[10:50, [18, 19, 20, 58, 59, 60]] = 0  # two ones, in black
        >>> len(digits_of_picture(picture, "eleven.png"))
        2
    """
    try:
        return split_digits(grey_picture(picture))
    except ValueError as error:
        raise DataError(f"{os.fspath(path)}: {error}") from error


def _groups(labels: np.ndarray) -> list[list[int]]:
    """Return the pieces that belong together, from left to right."""
    groups: list[_Group] = []
    for piece in range(1, int(labels.max()) + 1):
        columns = np.flatnonzero((labels == piece).any(axis=0))
        group = (int(columns[0]), int(columns[-1]), [piece])
        while other := next((known for known in groups if _overlap(known, group)), None):
            groups.remove(other)
            group = (min(group[0], other[0]), max(group[1], other[1]), group[2] + other[2])
        groups.append(group)
    return [group for _, _, group in sorted(groups)]


def _overlap(first: _Group, second: _Group) -> bool:
    """Return whether the columns of two groups overlap by a third of the narrower one."""
    shared = min(first[1], second[1]) - max(first[0], second[0]) + 1
    narrower = min(first[1] - first[0], second[1] - second[0]) + 1
    return shared >= _LEAST_OVERLAP * narrower
